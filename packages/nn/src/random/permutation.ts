/** Random numbers and orders on the host, from an explicit seed and a purpose: number i is the same in whatever order they are drawn. */
import { keyFrom, threefry2x32, ValueError } from "@unfold/core";

/**
 * A function that gives number `i` of a stream, uniform in [0, 1).
 *
 * @param seed - a whole number in [0, 2^53)
 * @param path - what the numbers are for, so that two uses of one seed differ
 * @throws ValueError SEED_RANGE if the seed is not a whole number in [0, 2^53).
 * @example
 * uniformStream(1, "order")(5) === uniformStream(1, "order")(5); // → true
 */
export function uniformStream(seed: number, path: string): (i: number) => number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    const rule = "the seed must be a whole number in [0, 2^53)";
    throw new ValueError({ code: "SEED_RANGE", where: `random numbers of "${path}"`, rule, got: String(seed) });
  }
  const key = keyFrom(seed, path);
  return (i) => (threefry2x32(key, [Math.floor(i / 2 ** 32) | 0, i | 0])[0] >>> 0) * 2 ** -32;
}

/**
 * The numbers 0 … count - 1 in random order, all orders equally likely.
 *
 * @param uniform - number i of a stream, uniform in [0, 1)
 * @example
 * randomPermutation(3, uniformStream(1, "order")).toSorted(); // → [0, 1, 2]
 * @source Durstenfeld 1964, "Algorithm 235: Random permutation"
 */
export function randomPermutation(count: number, uniform: (i: number) => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor(uniform(last) * (last + 1));
    const kept = order[last]!;
    order[last] = order[chosen]!;
    order[chosen] = kept;
  }
  return order;
}
