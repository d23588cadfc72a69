/** How many inputs a unit reads, and how many units read an input. */
import { ShapeError, type Shape } from "@unfold/core";

/** The fans of a weight. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of a weight `[inputs, units]`; axes before the last two multiply both, as in convolutions. At least 1 each.
 *
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 */
export function fansOf(where: string, shape: Shape): Fans {
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
  return { fanIn: Math.max(receptiveField * inputs, 1), fanOut: Math.max(receptiveField * units, 1) };
}
