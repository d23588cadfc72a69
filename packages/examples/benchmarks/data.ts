/** Random minibatches: as fast to learn from as any, and the same on every machine. */
import { uniformStream } from "../src/random.js";
import { SEED } from "./workloads.js";

/** Whole numbers in [0, below). */
export function randomLabels(path: string, count: number, below: number): Int32Array {
  const uniform = uniformStream(SEED, path);
  return Int32Array.from({ length: count }, (_, i) => Math.floor(uniform(i) * below));
}

/** Numbers in [-1, 1). */
export function randomFeatures(path: string, count: number): Float32Array {
  const uniform = uniformStream(SEED, path);
  return Float32Array.from({ length: count }, (_, i) => 2 * uniform(i) - 1);
}
