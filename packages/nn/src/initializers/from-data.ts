/** Values that are known already, such as word vectors. */
import { ndArray, ShapeError, type TensorValue } from "@unfold/core";
import type { Initializer } from "./initializer.js";

/**
 * The given values.
 *
 * @shapes values: the parameter's own shape
 * @param values - nested lists, or an NdArray
 * @throws ShapeError NESTED_SHAPE if nested lists differ in length; DATA_SHAPE, when a parameter is made, if it has another shape.
 * @example
 * const table = fromData([[1, 2], [3, 4], [5, 6]]);
 * evaluate(embedding({ tokens: 3, units: 2, seed: 1, table }).apply(constant(2, "i32"))).data; // → [5, 6]
 */
export function fromData(values: TensorValue): Initializer {
  const array = ndArray(values, { dtype: "f32", where: "fromData(values)" });
  return (shape) => {
    if (array.shape.join() === shape.join()) return array.copy();
    throw new ShapeError({
      code: "DATA_SHAPE",
      where: "fromData(values)",
      rule: "values must have the parameter's shape",
      got: `[${array.shape.join(", ")}] for [${shape.join(", ")}]`,
    });
  };
}
