/** Writing with an LSTM: one token per step, chosen in the graph and fed back, or the best sequences by beam search. */
import {
  argmax,
  beamSearch,
  dense,
  embedding,
  foldIn,
  input,
  lstm,
  randomKey,
  sampleTokens,
  stepByStep,
  type FloatNode,
  type IntNode,
  type SamplingOptions,
} from "@unfold/rnn";
import type { Row } from "../print-results.js";
import { describeBackend, type OurBackend } from "../steps/backends.js";
import { caseRows, perSecond } from "../steps/case-rows.js";
import { inProcess, type Implementation } from "../steps/implementation.js";
import { timeInRounds, type RoundOptions, type Timing } from "../steps/rounds.js";
import { SEED } from "../workloads/workload.js";

interface Sizes {
  readonly tokens: number;
  readonly inputs: number;
  readonly units: number;
}

const WRITER: Sizes = { tokens: 96, inputs: 64, units: 512 };
const SMALL: Sizes = { tokens: 96, inputs: 16, units: 32 };
const BEAMS = 4;
/** Tokens per search. */
const LENGTH = 32;

/** Times of one token; `ratio` is the time divided by that of the likeliest token, chosen without drawing. */
export async function measureSampling(backend: OurBackend, options: RoundOptions, isSmall: boolean): Promise<Row[]> {
  const sizes = isSmall ? SMALL : WRITER;
  const drawn = (settings: SamplingOptions) => (logits: FloatNode, key: IntNode) => sampleTokens(logits, key, settings);
  const timed = [
    await writer(backend, "argmax", sizes, (logits) => argmax(logits)),
    await writer(backend, "temperature 0.8", sizes, drawn({ temperature: 0.8 })),
    await writer(backend, "top 40", sizes, drawn({ topK: 40 })),
    await writer(backend, "nucleus 0.9", sizes, drawn({ topP: 0.9 })),
    await searcher(backend, `beam of ${BEAMS}`, sizes),
  ];
  const timings = await timeInRounds(timed, options);
  const workload = `one token, LSTM H${sizes.units} V${sizes.tokens} B1`;
  return caseRows(workload, backend, timings.map(perToken)).map((row) => ({
    ...row,
    tokens_per_second: perSecond(row),
  }));
}

function perToken(timing: Timing): Timing {
  const tokens = timing.implementation.name.startsWith("beam") ? LENGTH : 1;
  return { ...timing, rounds: timing.rounds.map((times) => times.map((time) => time / tokens)) };
}

function networkOf({ tokens, inputs, units }: Sizes) {
  return {
    table: embedding({ tokens, units: inputs, seed: SEED }),
    cell: lstm({ inputs, units, seed: SEED }),
    head: dense({ inputs: units, units: tokens, seed: SEED }),
  };
}

/** Each run is fed the token that the run before chose. */
async function writer(
  backend: OurBackend,
  name: string,
  sizes: Sizes,
  choose: (logits: FloatNode, key: IntNode) => IntNode,
): Promise<Implementation> {
  const runtime = await backend.createRuntime();
  const { table, cell, head } = networkOf(sizes);
  const [token, count] = [input("token", [1], "i32"), input("count", [], "i32")];
  const stepper = await stepByStep(runtime, {
    inputs: { token, count },
    draw: (carry) => ({
      next: choose(head.apply(carry(cell.fold(1), { x: table.apply(token) }).h), foldIn(randomKey(SEED), count)),
    }),
  });
  const fed = { token: new Int32Array(1), count: new Int32Array(1) };
  const write = (): number => {
    fed.token[0] = stepper.run(fed).next.item();
    return fed.count[0]!++;
  };
  return inProcess(name, describeBackend(runtime), write);
}

/** Each run is a search for sequences of `LENGTH` tokens. */
async function searcher(backend: OurBackend, name: string, sizes: Sizes): Promise<Implementation> {
  const runtime = await backend.createRuntime();
  const { table, cell, head } = networkOf(sizes);
  const search = await beamSearch(runtime, {
    beams: BEAMS,
    maxLength: LENGTH,
    draw: (tokens, carry) => head.apply(carry(cell.fold(BEAMS), { x: table.apply(tokens) }).h),
  });
  return inProcess(name, describeBackend(runtime), () => search.run([0])[0]![0]!.score);
}
