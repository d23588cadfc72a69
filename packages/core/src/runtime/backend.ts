/** What stands behind a runtime: something that can hold tensors and run a program. The interpreter is one; compiled WebAssembly another. */
import type { Node } from "../graph/node.js";
import type { NdArray } from "../tensor/nd-array.js";
import type { TensorType } from "../tensor/tensor-type.js";

/** What an update writes, and where: the value of a parameter or state after the step. */
export type Update = readonly [target: Node, value: Node];

/** What is to be computed in one call. */
export interface Program {
  /** Leaves fed with each run. */
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  /** Written after everything has been read. */
  readonly updates: readonly Update[];
}

/** A program made ready to run again and again. */
export interface PreparedProgram {
  /** Where to put the inputs, in the program's order. */
  readonly inputs: readonly NdArray[];
  /** Where the outputs are after `run`, in the program's order; the next `run` overwrites them. */
  readonly outputs: readonly NdArray[];
  run(): void;
}

/** Holds tensors and prepares programs. */
export interface Backend {
  /** As reports print it. */
  readonly name: string;
  /** Room for the value of a parameter or state. */
  allocate(type: TensorType): NdArray;
  /** `stored` has the value of every parameter and state the program uses. */
  prepare(program: Program, stored: ReadonlyMap<Node, NdArray>): PreparedProgram;
}
