/** Samples of operations that work along one axis and keep the shape. */
import type { Node } from "@unfold/core";
import { reals, type RealOptions, type Sample } from "@unfold/testkit";

const PLACES: readonly (readonly [shape: readonly number[], axis: number])[] = [
  [[4], 0],
  [[4], -1],
  [[3, 2], 0],
  [[3, 2], 1],
  [[2, 3, 2], 1],
  [[2, 3, 2], -3],
  [[2, 2, 3, 2], 0],
  [[2, 2, 3, 2], -2],
  [[2, 2, 3, 2], 3],
  [[2, 1], 1],
  [[2, 0], 0],
];

/** f(x, axis) of ranks 1 to 4, along axes counted from either end. */
export function axisSamples(
  name: string,
  build: (x: Node<never>, axis: number) => Node,
  { dtype = "f32", ...options }: RealOptions & { readonly dtype?: "f32" | "i32" } = {},
): Sample[] {
  return PLACES.map(([shape, axis]) => ({
    title: `${name} along axis ${axis} of [${shape.join(", ")}]`,
    inputs: { x: reals(shape, options) },
    build: ({ x }) => build(x!, axis),
    type: `${dtype}[${shape.join(", ")}]`,
  }));
}
