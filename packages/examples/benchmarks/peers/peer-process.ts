/** A program measured against us, in a process of its own, asked slice by slice so that rounds interleave. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { RuntimeError } from "@unfold/rnn";
import type { Implementation } from "../steps/implementation.js";
import type { Tensor, WorkloadData } from "../workloads/data.js";
import type { Workload } from "../workloads/workload.js";

/** How to start a program that speaks the protocol of protocol.mjs. */
export interface PeerCommand {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
  /** Whether it does anything with a workload, and anything of its own. */
  readonly isFor: (workload: Workload) => boolean;
}

type Reply =
  | { readonly refusal: string }
  | { readonly runsOn: string; readonly first: number | null }
  | { readonly times: readonly number[] };

/** Starts a program on a workload; it has run once. @throws RuntimeError PEER if it cannot do the workload. */
export async function startPeer(peer: PeerCommand, workload: Workload, data: WorkloadData): Promise<Implementation> {
  const child = spawn(peer.command, peer.words, { env: { ...process.env, ...SINGLE_THREAD } });
  const ask = askLineByLine(peer.name, child);
  const started = await ask({ workload, data: encode(data) });
  if (!("runsOn" in started)) throw problem(peer.name, "an answer to the first question");
  return {
    name: peer.name,
    runsOn: started.runsOn,
    // JSON has no NaN: what nobody else has arrives as null.
    first: started.first ?? undefined,
    slice: async (milliseconds) => {
      const answer = await ask({ slice: milliseconds });
      if (!("times" in answer)) throw problem(peer.name, "no times");
      return answer.times;
    },
    close: () => {
      child.stdin.end();
    },
  };
}

/** One thread each, as all others have; and memory is kept, which is the best case of PyTorch. */
const SINGLE_THREAD = {
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  MALLOC_MMAP_THRESHOLD_: "1073741824",
  MALLOC_TRIM_THRESHOLD_: "4294967295",
  MALLOC_TOP_PAD_: "67108864",
};

/** A function that writes a line and waits for the line that answers it. */
function askLineByLine(name: string, child: ChildProcessWithoutNullStreams): (question: object) => Promise<Reply> {
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-LONGEST_MESSAGE);
  });
  // A program that ends, or cannot be started, is noticed when its answer does not come.
  child.on("error", (error) => (said += error.message));
  child.stdin.on("error", () => undefined);
  return async (question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const answer: IteratorResult<string, undefined> = await answers.next();
    if (answer.done === true) throw problem(name, said.trim().split("\n").at(-1) ?? "nothing");
    const reply = JSON.parse(answer.value) as Reply;
    if (!("refusal" in reply)) return reply;
    child.stdin.end();
    throw problem(name, reply.refusal);
  };
}

const LONGEST_MESSAGE = 10_000;

function problem(name: string, got: string): RuntimeError {
  return new RuntimeError({ code: "PEER", where: name, rule: "it must answer with times", got });
}

function encode({ weights, x, y }: WorkloadData): object {
  const tensor = ({ shape, data }: Tensor): object => ({
    shape,
    dtype: data instanceof Int32Array ? "i32" : "f32",
    base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
  });
  return {
    weights: Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, tensor(weight)])),
    ...(x !== undefined && { x: tensor(x) }),
    ...(y !== undefined && { y: tensor(y) }),
  };
}
