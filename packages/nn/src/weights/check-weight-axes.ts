/** The weight of a layer whose tensors are asked for. */
import { describe, ShapeError, type FloatNode } from "@unfold/core";

/** Throws ShapeError WEIGHT_LAYOUT unless the weight has one of these numbers of axes: it is that of another kind of layer. */
export function checkWeightAxes(where: string, weight: FloatNode, axes: readonly number[]): void {
  if (axes.includes(weight.shape.length)) return;
  throw new ShapeError({
    code: "WEIGHT_LAYOUT",
    where,
    rule: `the weight of the layer must have ${axes.join(" or ")} axes`,
    got: describe(weight),
    fix: "Take the function for the layer's kind",
  });
}
