/** Initializers that do not look at the shape: constants, uniform, normal. */
import { ValueError } from "@unfold/core";
import { fill, type Initializer } from "./initializer.js";

/**
 * Zeros.
 *
 * @example
 * initializedParam("b", [2], zeros, 1).shape; // → [2]
 */
export const zeros: Initializer = (shape) => fill(shape, () => 0);

/**
 * One number everywhere.
 *
 * @param value - any number
 * @example
 * initialValue(initializedParam("b", [2], filledWith(0.5), 1)).data; // → [0.5, 0.5]
 */
export function filledWith(value: number): Initializer {
  return (shape) => fill(shape, () => value);
}

/**
 * Uniform numbers in (min, max).
 *
 * @throws ValueError INITIALIZER_RANGE if min > max.
 * @example
 * initialValue(initializedParam("w", [9], uniform(2, 3), 1)).data.every((value) => value > 2 && value < 3); // → true
 */
export function uniform(min: number, max: number): Initializer {
  if (!(min <= max))
    throw new ValueError({
      code: "INITIALIZER_RANGE",
      where: "uniform(min, max)",
      rule: "min must be ≤ max",
      got: `${min} and ${max}`,
    });
  return (shape, random) => fill(shape, (i) => min + (max - min) * random.uniform(i));
}

/**
 * Normal numbers.
 *
 * @param mean - default 0
 * @param deviation - standard deviation, ≥ 0; default 1
 * @throws ValueError INITIALIZER_RANGE if the deviation is negative.
 * @example
 * initialValue(initializedParam("w", [2], normal(5, 0), 1)).data; // → [5, 5]
 */
export function normal(mean = 0, deviation = 1): Initializer {
  if (!(deviation >= 0))
    throw new ValueError({
      code: "INITIALIZER_RANGE",
      where: "normal(mean, deviation)",
      rule: "the deviation must be ≥ 0",
      got: String(deviation),
    });
  return (shape, random) => fill(shape, (i) => mean + deviation * random.normal(i));
}
