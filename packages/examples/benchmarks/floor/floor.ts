/** Runs the program written by hand, on the data that everybody gets. */
import { readFileSync } from "node:fs";
import { inProcess, type Implementation } from "../steps/implementation.js";
import type { Tensor, WorkloadData } from "../workloads/data.js";
import type { Training } from "../workloads/setting.js";
import type { FloorWorkload } from "../workloads/workload.js";
import { fastest } from "./fastest.js";
import { exportsOf, isRunnable, type WasmMemory } from "./web-assembly.js";

/** What the program exports. Pointers are bytes into the memory. */
interface Program {
  readonly memory: WasmMemory;
  readonly setup: (
    kind: number,
    ...settings: readonly [...sizes: number[], optimizer: number, learningRate: number]
  ) => void;
  readonly param_ptr: (index: number) => number;
  readonly x_ptr: () => number;
  readonly xi_ptr: () => number;
  readonly y_ptr: () => number;
  readonly yf_ptr: () => number;
  /** One training step; the loss before it. */
  readonly step: () => number;
  readonly infer_prepare: () => void;
  /** The token that follows a token. */
  readonly infer: (token: number) => number;
}

/** The floor of a workload: with fused multiply-add if the engine has it and is faster so. */
export function floorOf(workload: FloorWorkload, data: WorkloadData): Promise<Implementation> {
  const programs = isRunnable(read(RELAXED)) ? [false, true] : [false];
  return fastest(
    programs.map((isRelaxed) => {
      const runsOn = isRelaxed ? "C, SIMD, fused multiply-add" : "C, SIMD";
      return inProcess("floor-wasm", runsOn, prepareFloor(workload, data, isRelaxed));
    }),
  );
}

const RELAXED = "static_relaxed.wasm";
const PLAIN = "static_rnn.wasm";

/** A function that does one step and returns the loss before it, or the next token. */
export function prepareFloor(
  workload: FloorWorkload,
  { weights, x, y }: WorkloadData,
  isRelaxed: boolean,
): () => number {
  const program = exportsOf(read(isRelaxed ? RELAXED : PLAIN)) as Program;
  program.setup(KINDS[workload.kind], ...sizesOf(workload), ...trainingOf(workload));
  const put = (pointer: number, { data }: Tensor): void => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    new Uint8Array(program.memory.buffer).set(bytes, pointer);
  };
  Object.values(weights).forEach((weight, i) => {
    put(program.param_ptr(i), weight);
  });
  if (x !== undefined) put(x.data instanceof Int32Array ? program.xi_ptr() : program.x_ptr(), x);
  if (y !== undefined) put(y.data instanceof Int32Array ? program.y_ptr() : program.yf_ptr(), y);
  if (workload.kind !== "lstm-token") return () => program.step();
  program.infer_prepare();
  let token = 0;
  return () => (token = program.infer(token));
}

const KINDS = { elman: 0, lstm: 1, gru: 2, mlp: 3, "lstm-token": 4 } as const;
const OPTIMIZERS = { adam: 0, adagrad: 1, sgd: 2 } as const;

/** Inputs, units, steps, batch, outputs, and tokens, 0 if vectors are read. */
function sizesOf(workload: FloorWorkload): number[] {
  // The program has the layers of W5 built in.
  if (workload.kind === "mlp") return [0, 0, 1, workload.batch, workload.sizes[3], 0];
  const { inputs, units, outputs } = workload;
  const { steps, batch } = workload.kind === "lstm-token" ? { steps: 1, batch: 1 } : workload;
  return [inputs, units, steps, batch, outputs, ("tokens" in workload ? workload.tokens : undefined) ?? 0];
}

function trainingOf(workload: FloorWorkload): [optimizer: number, learningRate: number] {
  if (workload.kind === "lstm-token") return [OPTIMIZERS.sgd, 0];
  const { optimizer, learningRate }: Training = workload;
  return [OPTIMIZERS[optimizer], learningRate];
}

function read(name: string): Uint8Array {
  return readFileSync(new URL(name, import.meta.url));
}
