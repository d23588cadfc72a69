/** Indicator vectors of classes. */
import { ValueError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { FloatNode, IntNode } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import { requireDType } from "../graph/type-rules.js";
import { sizeOf } from "../tensor/shape.js";
import { checkIndices } from "../graph/check-indices.js";

export const oneHotOp: GeneralOp<"f32", [IntNode], Readonly<{ depth: number }>> = {
  name: "oneHot",
  kind: "general",
  parameters: ["indices"],
  inferType: ({ op, inputs: [indices], attrs: { depth } }) => {
    requireDType(op, [indices], 0, ["i32"]);
    if (!Number.isInteger(depth) || depth < 1) {
      throw new ValueError({
        code: "ONE_HOT_DEPTH",
        where: "oneHot(indices, depth)",
        rule: "depth must be a whole number ≥ 1",
        got: String(depth),
      });
    }
    return { dtype: "f32", shape: [...indices.shape, depth] };
  },
  reference: ([indices], output, { depth }, at) => {
    checkIndices(at, indices, depth);
    output.data.fill(0);
    for (let i = 0; i < indices.data.length; i++) output.data[i * depth + indices.data[i]!] = 1;
  },
  emit: (e, { inputs: [indices] }, { depth }) => {
    e.fill(0);
    e.loop([sizeOf(indices!.shape)], (body) => {
      const index = body.load(0, { constant: 0, strides: [1] });
      const position = { constant: 0, strides: [depth], indirect: [{ index, stride: 1, extent: depth }] };
      body.store(position, body.constant(1, "f32"));
    });
  },
  derivative: { kind: "none" },
  doc: { formula: "oneHot(i, n)[… k] = 1 if k = i else 0" },
};

/**
 * For every index a vector that is 1 there and 0 elsewhere.
 *
 * @shapes indices: i32[...S] -> f32[...S, depth]
 * @param indices - whole numbers in [0, depth)
 * @param depth - number of classes, ≥ 1
 * @throws ValueError ONE_HOT_DEPTH if depth is not a whole number ≥ 1; INDEX_RANGE, when run, if an index is out of range.
 * @example
 * evaluate(oneHot(constant([2, 0], "i32"), 3)).data; // → [0, 0, 1, 1, 0, 0]
 */
export function oneHot(indices: IntNode, depth: number): FloatNode {
  return apply(oneHotOp, [indices], { depth });
}
