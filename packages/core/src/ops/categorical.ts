/** Random choices among weighted classes, each by a uniform number. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { FloatNode, IntNode } from "../graph/node.js";
import { signature, type GeneralOp } from "../graph/op.js";
import { describeInputs, requireDType } from "../graph/type-rules.js";
import { sameShape } from "../tensor/shape.js";
import { drawFrom } from "./reference/draw-categorical.js";

export const categoricalOp: GeneralOp<"i32", [FloatNode, FloatNode]> = {
  name: "categorical",
  kind: "general",
  parameters: ["weights", "uniform"],
  inferType: ({ op, inputs }) => {
    const [weights, uniform] = inputs;
    requireDType(op, inputs, 0, ["f32"]);
    requireDType(op, inputs, 1, ["f32"]);
    const rows = weights.shape.slice(0, -1);
    if (weights.shape.length === 0 || weights.shape.at(-1) === 0 || !sameShape(rows, uniform.shape)) {
      throw new ShapeError({
        code: "CATEGORICAL_SHAPE",
        where: signature(op),
        rule: "weights must have at least one class, and uniform the shape of weights without its last axis",
        got: describeInputs(op, inputs),
      });
    }
    return { dtype: "i32", shape: rows };
  },
  reference: ([weights, uniform], output, _, at) => {
    const classes = weights.shape.at(-1)!;
    for (let row = 0; row < uniform.data.length; row++) {
      const line = weights.data.subarray(row * classes, (row + 1) * classes);
      output.data[row] = drawFrom(`row ${row} of ${at()}`, line, uniform.data[row]!);
    }
  },
  emit: "host",
  derivative: { kind: "none" },
  doc: {
    formula: "categorical(w, u) = the least i with u Σ w < w[0] + … + w[i]",
    source: "Devroye 1986, section III.2",
  },
};

/**
 * One class per row, by inverse transform: the class whose share of [0, 1) holds the row's uniform number.
 *
 * Class i has the share weight_i / Σ weights, in the order of classes; a class of weight 0 is never chosen. No derivative
 * flows through it.
 *
 * @shapes weights: f32[...S, V], uniform: f32[...S] -> i32[...S]
 * @param weights - ≥ 0, such as probabilities; they need not add up to 1
 * @param uniform - in [0, 1), such as `randomUniform(key, S)`
 * @throws ShapeError CATEGORICAL_SHAPE if the shapes do not fit or V is 0. ValueError, when run: CATEGORICAL_WEIGHTS if a weight is negative or NaN, or a row adds up to 0 or to no finite number; CATEGORICAL_UNIFORM.
 * @example
 * evaluate(categorical(constant([[1, 0, 3], [1, 0, 3]]), constant([0.2, 0.25]))).data; // → [0, 2]
 * @source Devroye 1986, "Non-uniform random variate generation", section III.2
 */
export function categorical(weights: FloatNode, uniform: FloatNode): IntNode {
  return apply(categoricalOp, [weights, uniform], {});
}
