/** What stands behind a runtime: something that can hold tensors and run a program. The interpreter is one; compiled WebAssembly another. */
import type { Node } from "../graph/node.js";
import type { DType, TypedArrayOf } from "../tensor/dtype.js";
import type { TensorType } from "../tensor/tensor-type.js";
import type { Profiler } from "./profile.js";

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

/** Room for a tensor on a backend. `data` may be another array over the same elements each time it is asked for. */
export interface Slot {
  readonly type: TensorType;
  readonly data: TypedArrayOf<DType>;
  /** Grows when somebody has written, on backends that keep what they made of the value. */
  version?: number;
}

/** What a backend made of a program. */
export interface PreparedReport {
  /** Bytes that values of the program need at most at any time; parameters and states apart. */
  readonly peakBytes: number;
  /** Bytes they would need side by side. */
  readonly totalBytes: number;
  /** Operations on f32 elements in a run; those on the host are not counted. */
  readonly flops: number;
  /** Bytes of compiled code. */
  readonly codeBytes: number;
  /** Different pieces of code, and calls of them in the text of the program. */
  readonly kernels: number;
  readonly calls: number;
  /** Ops that have no compiled code yet and run on the host, slowly. */
  readonly hostOps: readonly string[];
}

/** What is looked at while programs run. */
export interface RunModes {
  /** Every value must be finite before anything is updated. */
  readonly check?: boolean;
  /** Every part is timed. */
  readonly profile?: boolean;
}

/** A program made ready to run again and again. */
export interface PreparedProgram {
  /** Where to put the inputs, in the program's order. */
  readonly inputs: readonly Slot[];
  /** Where the outputs are after `run`, in the program's order; the next `run` overwrites them. */
  readonly outputs: readonly Slot[];
  run(): void;
  readonly report?: PreparedReport;
  /** Times of its parts, if the backend profiles. */
  readonly profiler?: Profiler;
}

/** Holds tensors and prepares programs. */
export interface Backend {
  /** As reports print it. */
  readonly name: string;
  /** Room for the value of a parameter or state. */
  allocate(type: TensorType): Slot;
  /** Takes back what `allocate` gave, if that is not the garbage collector's business. */
  release?(slot: Slot): void;
  /** `stored` has the value of every parameter and state the program uses. */
  prepare(program: Program, stored: ReadonlyMap<Node, Slot>): PreparedProgram | Promise<PreparedProgram>;
  /** Bytes of memory it has taken from the system, if it knows. */
  memoryBytes?(): number;
}
