/** Initializers that keep the variance of activations and gradients alike from layer to layer. */
import { ShapeError, type Shape } from "@unfold/core";
import { fill, type Initializer } from "./initializer.js";

/**
 * Glorot's uniform initializer, also called Xavier: uniform in ±√(6 / (fan in + fan out)).
 *
 * @shapes [inputs, units]; axes before the last two multiply both fans, as in convolutions
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @source Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", equation 16
 */
export const glorotUniform: Initializer = (shape, random) => {
  const limit = Math.sqrt(6 / fanSum("glorotUniform", shape));
  return fill(shape, (i) => limit * (2 * random.uniform(i) - 1));
};

/**
 * Glorot's normal initializer: normal with variance 2 / (fan in + fan out).
 *
 * @shapes [inputs, units]; axes before the last two multiply both fans, as in convolutions
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @source Glorot & Bengio 2010, equation 12
 */
export const glorotNormal: Initializer = (shape, random) => {
  const deviation = Math.sqrt(2 / fanSum("glorotNormal", shape));
  return fill(shape, (i) => deviation * random.normal(i));
};

function fanSum(where: string, shape: Shape): number {
  const [inputs, units] = shape.slice(-2);
  if (inputs === undefined || units === undefined) {
    throw new ShapeError({
      code: "FAN_RANK",
      where,
      rule: "a weight must have at least two axes, [inputs, units]",
      got: `[${shape.join(", ")}]`,
      fix: "Use zeros, uniform or normal for biases",
    });
  }
  const receptiveField = shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  return Math.max(receptiveField * (inputs + units), 1);
}
