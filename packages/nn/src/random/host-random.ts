/** Random numbers on the host for initializers: a key folded from a seed and the path of what is initialized. */
import { keyFrom, threefry2x32, ValueError, type WordPair } from "@unfold/core";
import { inverseNormal } from "./normal.js";

/** What an initializer draws from. */
export interface RandomSource {
  /** The i-th number, uniform in (0, 1): an odd multiple of 2^-33. */
  uniform(i: number): number;
  /** The i-th number of the standard normal distribution. */
  normal(i: number): number;
}

/** The numbers of one seed and path. */
export function randomSource(seed: number, path: string): RandomSource {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ValueError({
      code: "SEED_RANGE",
      where: `initializer of "${path}"`,
      rule: "the seed must be a whole number in [0, 2^53)",
      got: String(seed),
    });
  }
  const key: WordPair = keyFrom(seed, path);
  const uniform = (i: number): number => ((threefry2x32(key, [0, i])[0] >>> 0) + 0.5) * 2 ** -32;
  return { uniform, normal: (i) => inverseNormal(uniform(i)) };
}
