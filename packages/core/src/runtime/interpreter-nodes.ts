/** The interpreter's way through a graph: buffers for all values, and one function per node, inputs before users. */
import { InternalError } from "../errors.js";
import { describe, type Node } from "../graph/node.js";
import { openPlaceholder } from "../graph/open-placeholder.js";
import type { AnyOp } from "../graph/op.js";
import { topologicalOrder } from "../graph/walk.js";
import type { NdArray } from "../tensor/nd-array.js";
import { BufferPool } from "./buffer-pool.js";
import { kernelOf } from "./interpreter-kernels.js";
import { scanLoop } from "./interpreter-scan.js";
import type { Setting } from "./interpreter-setting.js";

/** Nodes made ready to be computed again and again. */
export interface PreparedNodes {
  /** Where the value of a result, or of a node known before, is after `run`. */
  readonly valueOf: (node: Node) => NdArray;
  run(): void;
}

/** Prepares what the results depend on; `known` has values that others write. */
export function prepareNodes(
  results: readonly Node[],
  known: ReadonlyMap<Node, NdArray>,
  setting: Setting,
): PreparedNodes {
  const { make, around, scans } = setting;
  const order = topologicalOrder(results);
  const values = new Map(known);
  const ofScans = new Map<Node, readonly NdArray[]>();
  const pool = new BufferPool(order, results, make);
  const kernels: (() => void)[] = [];
  for (const node of order) {
    if (values.has(node)) continue;
    const operands = node.inputs.map((input) => values.get(input)!);
    if (node.op.kind === "leaf") values.set(node, constantValue(node, make));
    else if (node.op.kind === "scan") {
      const loop = scanLoop(node, operands, setting, prepareNodes);
      ofScans.set(node, loop.results);
      kernels.push(loop.run);
    } else if (node.op.kind === "result") {
      values.set(node, ofScans.get(node.inputs[0]!)![node.attrs["index"] as number]!);
    } else {
      const output = pool.take(node);
      values.set(node, output);
      const compute = kernelOf(node, operands, output);
      kernels.push(around({ node, output, operands, scans }, compute));
    }
    for (const dead of pool.lastUsesAt(node)) pool.giveBack(dead, values.get(dead)!);
  }
  return {
    valueOf: (node) => values.get(node)!,
    run: () => {
      for (const kernel of kernels) kernel();
    },
  };
}

function constantValue(node: Node, make: Setting["make"]): NdArray {
  const op: AnyOp = node.op;
  if (op.kind === "leaf" && op.role === "constant") {
    const copy = make(node.type);
    copy.data.set((node.attrs["value"] as NdArray).data);
    return copy;
  }
  if (op.kind === "leaf" && op.role === "placeholder") throw openPlaceholder(node);
  throw new InternalError("interpreter", `no value for ${op.name} ${describe(node)}`);
}
