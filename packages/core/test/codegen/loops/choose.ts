/** Choices in the making of random samples. */
import fc from "fast-check";

/** Makes choices. */
export interface Choose {
  /** A whole number, both ends included. */
  int(low: number, high: number): number;
  of<T>(list: readonly T[]): T;
  /** True once in so many times. */
  once(times: number): boolean;
  float(): number;
}

/** Choices that fast-check can repeat and shrink. */
export function choices(g: fc.GeneratorValue): Choose {
  const int = (low: number, high: number): number => g(fc.integer, { min: low, max: high });
  return {
    int,
    of: (list) => list[int(0, list.length - 1)]!,
    once: (times) => int(1, times) === times,
    float: () => g(fc.float, { noNaN: true, noDefaultInfinity: true, min: -64, max: 64 }),
  };
}

/** Choices from a seed, for the many elements of operands. */
export function seededChoices(seed: number): Choose {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    int,
    of: (list) => list[int(0, list.length - 1)]!,
    once: (times) => int(1, times) === times,
    float: () => Math.fround(next() * 8 - 4),
  };
}
