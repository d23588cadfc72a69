/**
 * The counter-based generator threefry2x32 with 20 rounds: a keyed bijection of two 32-bit words, made of integer
 * additions, rotations and exclusive-ors only. The same on every machine, in any order, without state.
 * Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.2.
 */

/** Two 32-bit words, as signed integers. */
export type WordPair = readonly [number, number];

/** Rotation distances of the eight rounds that repeat. */
export const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
/** The parity constant of the key schedule. */
export const PARITY = 0x1bd11bda;
/** Rounds of one block. */
export const ROUNDS = 20;

/**
 * The block of the generator for one key and counter.
 *
 * @param key - two 32-bit words
 * @param counter - two 32-bit words
 * @returns two 32-bit words as signed integers
 * @example
 * threefry2x32([0, 0], [0, 0]).map((word) => (word >>> 0).toString(16)); // → ["6b200159", "99ba4efe"]
 * @source Salmon et al. 2011, section 3.2
 */
export function threefry2x32(key: WordPair, counter: WordPair): WordPair {
  const schedule = [key[0], key[1], PARITY ^ key[0] ^ key[1]] as const;
  let a = (counter[0] + schedule[0]) | 0;
  let b = (counter[1] + schedule[1]) | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const distance = ROTATIONS[round % 8]!;
    a = (a + b) | 0;
    b = ((b << distance) | (b >>> (32 - distance))) ^ a;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = (a + schedule[injection % 3]!) | 0;
      b = (b + schedule[(injection + 1) % 3]! + injection) | 0;
    }
  }
  return [a, b];
}

/**
 * A key for one purpose out of a seed: the seed's words encrypted with every character of the path.
 *
 * @example
 * const [dropout, noise] = [keyFrom(1, "dropout"), keyFrom(1, "noise")];
 * dropout.join() === noise.join(); // → false
 */
export function keyFrom(seed: number, path: string): WordPair {
  let key: WordPair = threefry2x32([0, 0], [Math.floor(seed / 2 ** 32) | 0, seed | 0]);
  for (let i = 0; i < path.length; i++) key = threefry2x32(key, [i + 1, path.charCodeAt(i)]);
  return key;
}

/** A number in [0, 1) from the top 24 bits of a word: exact in f32. */
export function unitInterval(word: number): number {
  return (word >>> 8) * 2 ** -24;
}
