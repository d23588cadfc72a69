/** Random numbers on the host, from an explicit seed and a purpose: number i is the same in whatever order they are drawn. */
import { keyFrom, threefry2x32 } from "@unfold/rnn";

/**
 * A function that gives number `i` of a stream, uniform in [0, 1).
 *
 * @param seed - a whole number in [0, 2^53)
 * @param path - what the numbers are for, so that two uses of one seed differ
 */
export function uniformStream(seed: number, path: string): (i: number) => number {
  const key = keyFrom(seed, path);
  return (i) => (threefry2x32(key, [Math.floor(i / 2 ** 32) | 0, i | 0])[0] >>> 0) * 2 ** -32;
}

/**
 * The numbers 0 … count - 1 in random order, all orders equally likely.
 *
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
