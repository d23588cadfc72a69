/**
 * Loop programs: what a graph becomes before it becomes bytes. Calls of kernels on pointers into buffers, and loops
 * around them whose counters move the pointers.
 */
import type { Node } from "../graph/node.js";
import type { DType } from "../tensor/dtype.js";
import type { NdArray } from "../tensor/nd-array.js";
import type { Kernel } from "./kernel.js";

/** Room for elements of one dtype. */
export interface Buffer {
  /** Number in the program, in the order of creation. */
  readonly id: number;
  readonly dtype: DType;
  /** Elements. */
  readonly size: number;
  /**
   * Where the elements are: in the arena, shared with buffers that live at other times; in a leaf's storage; fixed from
   * the start; or kept from run to run, made by the program's preparation.
   */
  readonly place:
    | { readonly kind: "arena" }
    | { readonly kind: "leaf"; readonly leaf: Node }
    | { readonly kind: "constant"; readonly value: NdArray }
    | { readonly kind: "kept" };
}

/** A pointer: into a buffer, moved by the counters of the loops around it. */
export interface Address {
  readonly buffer: Buffer;
  /** In elements. */
  readonly offset: number;
  /** Elements per iteration of a loop around the call. */
  readonly terms: readonly { readonly loop: LoopId; readonly stride: number }[];
}

/** Identity of a loop while its body is being made. */
export interface LoopId {
  readonly name: string;
  /** The scan whose steps it runs; none for the matrices of a batch. */
  readonly scan?: Node;
}

/** One call of a kernel. */
export interface Call {
  readonly kind: "call";
  readonly kernel: Kernel;
  /** One address per operand of the kernel. */
  readonly operands: readonly Address[];
  /** Positions of the operands that are written. */
  readonly writes: readonly number[];
  /** The node it computes, or the last of several: for errors, checks and profiles. */
  readonly node: Node;
}

/** A node that is computed by its op's reference on the host: inputs, then the output, all contiguous. */
export interface HostCall {
  readonly kind: "host-call";
  readonly operands: readonly Address[];
  readonly writes: readonly number[];
  readonly node: Node;
}

/** Asks the host about a value if some of its elements are not finite. */
export interface Check {
  readonly kind: "check";
  /** An f32 that is 0 if all elements are finite and NaN otherwise; then the value, and what the node reads. */
  readonly operands: readonly Address[];
  readonly writes: readonly number[];
  /** How the value and what the node reads lie. */
  readonly strides: readonly (readonly number[])[];
  /** Loops around it whose counters the host is told, outermost first. */
  readonly loops: readonly LoopId[];
  readonly node: Node;
}

/** Statements run again and again; the counter goes from 0 to count - 1. */
export interface Loop {
  readonly kind: "loop";
  readonly id: LoopId;
  readonly count: number;
  readonly body: readonly Statement[];
}

/** A statement that is no loop. */
export type Action = Call | HostCall | Check;

export type Statement = Action | Loop;

/** A whole program. */
export interface LoopProgram {
  readonly buffers: readonly Buffer[];
  /** Makes what is kept of leaves that the program does not change: run before the first run and after a leaf was written. */
  readonly preparation: readonly Statement[];
  readonly statements: readonly Statement[];
  /** Filled before the run, in the order of the program's inputs. */
  readonly inputs: readonly Buffer[];
  /** Read after the run, in the order of the program's outputs; contiguous. */
  readonly outputs: readonly Buffer[];
}
