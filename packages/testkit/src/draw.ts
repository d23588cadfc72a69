/** Random values for samples: from a seed, so that every failure can be repeated, and exact in f32. */
import { keyFrom, ndArray, sizeOf, threefry2x32, type NdArray } from "@unfold/core";
import type { SampleInput } from "./op-case.js";

/** How close a value may come to a kink, or to another value where they must be distinct. */
const MARGIN = 0.05;
/** Draws before a range is judged too narrow. */
const LARGEST_TRIES = 10_000;

/** A function that gives numbers uniform in [0, 1), each once. */
export function uniformNumbers(seed: number, path: string): () => number {
  const key = keyFrom(seed, path);
  let i = 0;
  return () => (threefry2x32(key, [0, i++])[0] >>> 0) * 2 ** -32;
}

/** A value for an input of a sample. */
export function drawValue(spec: SampleInput, seed: number, name: string): NdArray {
  const uniform = uniformNumbers(seed, name);
  const elements: number[] = [];
  for (let tries = 0; elements.length < sizeOf(spec.shape); tries++) {
    if (tries > LARGEST_TRIES)
      throw new RangeError(`"${name}": [${spec.min}, ${spec.max}] is too narrow for its elements`);
    const element = drawElement(spec, uniform());
    const near = spec.distinct ? [...spec.avoid, ...elements] : spec.avoid;
    if (near.every((point) => Math.abs(element - point) >= MARGIN)) elements.push(element);
  }
  const values = spec.dtype === "bool" ? elements.map((element) => element === 1) : elements;
  return ndArray(values, { dtype: spec.dtype, shape: spec.shape });
}

function drawElement({ dtype, min, max }: SampleInput, uniform: number): number {
  return dtype === "f32" ? Math.fround(min + (max - min) * uniform) : min + Math.floor(uniform * (max - min + 1));
}
