/** What an initializer is: a function from a shape and a random source to values. */
import { NdArray, param, sizeOf, type FloatNode, type Shape } from "@unfold/core";
import { checkInitialSize } from "./check-initial-size.js";
import { randomSource, type RandomSource } from "../random/host-random.js";

/**
 * Makes the initial value of a parameter. The same seed, path and shape give the same bits in Node and in every browser.
 *
 * @param shape - of the parameter; a weight matrix is `[inputs, units]`
 */
export type Initializer = (shape: Shape, random: RandomSource) => NdArray<"f32">;

/**
 * A parameter with an initializer's value.
 *
 * @param path - its unique name; the random numbers depend on it
 * @param seed - a whole number in [0, 2^53)
 * @throws ValueError SEED_RANGE if the seed is not one. ShapeError PARAMETER_SIZE if the shape has more than 2^29 elements, or another code if the initializer does not take it.
 * @example
 * initializedParam("w", [2, 3], glorotUniform, 1).shape; // → [2, 3]
 */
export function initializedParam(path: string, shape: Shape, initializer: Initializer, seed: number): FloatNode {
  checkInitialSize(path, shape);
  return param(path, initializer(shape, randomSource(seed, path)));
}

/** Values drawn one by one. */
export function fill(shape: Shape, draw: (i: number) => number): NdArray<"f32"> {
  return new NdArray(
    { dtype: "f32", shape: [...shape] },
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => draw(i)),
  );
}
