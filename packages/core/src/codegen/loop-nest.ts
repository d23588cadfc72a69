/**
 * The loop program's kernels: small programs over pointers that know nothing of graphs. Two kernels with one key do the
 * same and are emitted once.
 */
import type { DType } from "../tensor/dtype.js";
import type { LaneExpression, LoadExpression } from "./lane-expression.js";

/** Where a loop reads or writes: operand pointer + element size · (constant + Σ strides[axis] · index(axis) + indirect). */
export interface Access {
  /** Which pointer. */
  readonly operand: number;
  readonly constant: number;
  /** In elements, one per axis of the loop. */
  readonly strides: readonly number[];
  readonly indirect: readonly {
    readonly index: LoadExpression;
    readonly stride: number;
    readonly extent: number;
  }[];
}

/** What a loop does with a value. */
export interface Store {
  readonly access: Access;
  readonly value: LaneExpression;
  /** `set`; `accumulate` adds to what is there, one index after the other; a reduction starts from its identity, and its access has stride 0 along the axes it removes. */
  readonly mode:
    | { readonly kind: "set" }
    | { readonly kind: "accumulate" }
    | { readonly kind: "reduce"; readonly combine: "add" | "min" | "max"; readonly identity: number };
}

/** A loop over a box of indices: expressions over loads, stored. All stores of a nest that reduces reduce over the same axes. */
export interface LoopNest {
  readonly kind: "loop-nest";
  readonly shape: readonly number[];
  /** Element types behind the pointers. */
  readonly operands: readonly DType[];
  readonly stores: readonly Store[];
}
