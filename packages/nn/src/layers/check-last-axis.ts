/** The size of what a layer takes. */
import { describe, requireNode, ShapeError, type Node } from "@unfold/core";

/** Throws ShapeError LAYER_INPUT unless the last axis of x has the layer's size. */
export function checkLastAxis(where: string, name: string, x: Node, size: number): void {
  requireNode(where, name, x);
  if (x.shape.at(-1) === size) return;
  throw new ShapeError({
    code: "LAYER_INPUT",
    where,
    rule: `the last axis of ${name} must be ${size}`,
    got: describe(x),
    details: { inputs: size },
  });
}
