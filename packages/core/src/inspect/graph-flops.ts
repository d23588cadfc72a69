/** How much arithmetic a graph is. */
import type { Node } from "../graph/node.js";
import type { AnyOp } from "../graph/op.js";
import { computedBy, scanBodyOf } from "../graph/scan-body.js";
import { topologicalOrder } from "../graph/walk.js";
import { matmulOp, type MatmulAttrs } from "../ops/matmul.js";
import { sizeOf } from "../tensor/shape.js";

/**
 * The operations on f32 elements of a graph as it is written, before anything is optimized away or expanded: 2 m k n of a
 * matrix product, one for each element of an elementwise result and for each element that a reduction takes, T times a
 * step's of a scan. Moving, looking up, sorting and drawing are none.
 *
 * @param outputs - what is computed
 * @param given - what is known already, and everything before it
 * @example
 * const x = input("x", [8, 3]);
 * graphFlops([relu(matmul(x, input("w", [3, 4])))]); // → 224
 */
export function graphFlops(outputs: readonly Node[], given: readonly Node[] = []): number {
  const known = new Set(topologicalOrder(given));
  return topologicalOrder(outputs).reduce((sum, node) => (known.has(node) ? sum : sum + flopsOf(node)), 0);
}

function flopsOf(node: Node): number {
  const { op, inputs, shape, dtype } = node;
  const body = scanBodyOf(node);
  if (body !== undefined) return body.step.steps * graphFlops(computedBy(body));
  if (dtype !== "f32") return 0;
  if (op === (matmulOp as AnyOp)) {
    const { transposeA } = node.attrs as MatmulAttrs;
    return 2 * sizeOf(shape) * inputs[0]!.shape.at(transposeA ? -2 : -1)!;
  }
  if (op.kind === "reduction") return sizeOf(inputs[0]!.shape);
  return op.kind === "elementwise" ? sizeOf(shape) : 0;
}
