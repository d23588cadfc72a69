/** A graph lowered, planned and run by the reference executor of loop programs. */
import { initialValue, type NdArray, type Node } from "@unfold/core";
import { lowerProgram } from "../../../src/codegen/lower/lower-program.js";
import { planMemory, type MemoryPlan } from "../../../src/codegen/plan/memory-plan.js";
import type { LoopProgram } from "../../../src/codegen/loop-program.js";
import { Memory, runLoopProgram } from "./run-loop-program.js";

/** What to run, with values. */
export interface LoweredRequest {
  readonly inputs?: Readonly<Record<string, Node>>;
  readonly outputs: Readonly<Record<string, Node>>;
  readonly updates?: readonly (readonly [Node, Node])[];
  readonly values?: Readonly<Record<string, NdArray>>;
}

/** What came out. */
export interface LoweredRun {
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  /** The value of a parameter or state after the run. */
  readonly valueOf: (leaf: Node) => readonly number[];
  readonly program: LoopProgram;
  readonly plan: MemoryPlan;
}

/** Runs the program once; parameters and states start from their initial values. */
export function runLowered({ inputs = {}, outputs, updates = [], values = {} }: LoweredRequest): LoweredRun {
  const graph = { inputs: Object.values(inputs), outputs: Object.values(outputs), updates };
  const program = lowerProgram(graph, { simd: true, relaxed: false });
  const plan = planMemory(program);
  const memory = new Memory(plan);
  for (const buffer of program.buffers)
    if (buffer.place.kind === "leaf") memory.outside(buffer).set(initialValue(buffer.place.leaf).data);
  Object.keys(inputs).forEach((name, i) => {
    values[name]!.data.forEach((value, element) => {
      memory.write(program.inputs[i]!, element, value);
    });
  });
  runLoopProgram(program, memory);
  const read = (buffer: LoopProgram["buffers"][number]): readonly number[] =>
    Array.from({ length: buffer.size }, (_, element) => memory.read(buffer, element));
  return {
    outputs: Object.fromEntries(Object.keys(outputs).map((name, i) => [name, read(program.outputs[i]!)])),
    valueOf: (leaf) => read(program.buffers.find(({ place }) => place.kind === "leaf" && place.leaf === leaf)!),
    program,
    plan,
  };
}
