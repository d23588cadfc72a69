/** What holds for all nodes that the interpreter prepares, at whatever depth of scans. */
import type { Node } from "../graph/node.js";
import type { NdArray } from "../tensor/nd-array.js";
import type { TensorType } from "../tensor/tensor-type.js";
import type { RunningScan } from "./check-finite.js";

/** How nodes are prepared. */
export interface Setting {
  /** Makes room for a value at the interpreter's precision. */
  readonly make: (type: TensorType) => NdArray;
  /** Puts something around the computation of each node: a look at its value, a clock. */
  readonly around: (node: ComputedNode, compute: () => void) => () => void;
  /** The scans around the nodes, outermost first. */
  readonly scans: readonly RunningScan[];
}

/** A node, and where its values are. */
export interface ComputedNode {
  readonly node: Node;
  readonly output: NdArray;
  readonly operands: readonly NdArray[];
  readonly scans: readonly RunningScan[];
}
