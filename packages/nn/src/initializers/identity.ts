/** The identity matrix: a recurrence that starts by remembering. */
import { ShapeError } from "@unfold/core";
import { fill, type Initializer } from "./initializer.js";

/**
 * A gain on the diagonal, 0 elsewhere. As the recurrent weight of an Elman cell of ReLUs with biases of 0 it makes an IRNN,
 * whose hidden state stays as it is without input.
 *
 * @shapes [rows, columns]
 * @param gain - the diagonal; default 1
 * @throws ShapeError IDENTITY_RANK if the shape does not have two axes.
 * @example
 * evaluate(initializedParam("u", [2, 2], identity(0.5), 1)).data; // → [0.5, 0, 0, 0.5]
 * @source Le, Jaitly & Hinton 2015, "A simple way to initialize recurrent networks of rectified linear units"
 */
export function identity(gain = 1): Initializer {
  return (shape) => {
    const [rows, columns] = shape;
    if (shape.length !== 2 || rows === undefined || columns === undefined) {
      throw new ShapeError({
        code: "IDENTITY_RANK",
        where: "identity(gain)",
        rule: "the shape must have two axes",
        got: `[${shape.join(", ")}]`,
      });
    }
    return fill(shape, (i) => (Math.floor(i / columns) === i % columns ? gain : 0));
  };
}
