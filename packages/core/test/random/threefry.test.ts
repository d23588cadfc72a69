/** The generator against published answers, and its numbers against what chance allows. */
import {
  evaluate,
  foldIn,
  keyFrom,
  randomBernoulli,
  randomBits,
  randomKey,
  randomNormal,
  randomUniform,
  threefry2x32,
  type WordPair,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const COUNT = 100_000;

function hex(words: WordPair): string {
  return words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join(" ");
}

/** Random123 1.14, examples/kat_vectors, "threefry2x32 20": counter, key, result. */
test.each<[counter: WordPair, key: WordPair, result: string]>([
  [[0, 0], [0, 0], "6b200159 99ba4efe"],
  [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], "1cb996fc bb002be7"],
  [[0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344], "c4923a9c 483df7a0"],
])("threefry2x32 of counter %j under key %j", (counter, key, result) => {
  expect(hex(threefry2x32(key, counter))).toBe(result);
});

test("words may be given signed or unsigned", () => {
  fc.assert(
    fc.property(fc.tuple(fc.integer(), fc.integer()), fc.tuple(fc.integer(), fc.integer()), (key, counter) => {
      const unsigned = (pair: WordPair): WordPair => [pair[0] >>> 0, pair[1] >>> 0];
      expect(threefry2x32(unsigned(key), unsigned(counter))).toEqual(threefry2x32(key, counter));
    }),
  );
});

test("under one key, different counters give different blocks", () => {
  const blocks = new Set(Array.from({ length: 10_000 }, (_, i) => hex(threefry2x32([1, 2], [0, i]))));
  expect(blocks.size).toBe(10_000);
});

describe("keys", () => {
  test("differ for every seed and path, also for seeds beyond 32 bits and paths that run into each other", () => {
    const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
    const paths = ["", "a", "b", "ab", "ba", "aa", "a/b", "\u0100"];
    const keys = new Set(seeds.flatMap((seed) => paths.map((path) => hex(keyFrom(seed, path)))));
    expect(keys.size).toBe(seeds.length * paths.length);
  });

  test("randomKey is keyFrom as a constant", () => {
    expect([...evaluate(randomKey(7, "dropout")).data]).toEqual([...keyFrom(7, "dropout")]);
  });

  test("the same key gives the same numbers, at any length", () => {
    const key = randomKey(3);
    const long = evaluate(randomUniform(key, [101])).data;
    expect([...evaluate(randomUniform(key, [10, 5])).data]).toEqual([...long.subarray(0, 50)]);
  });

  test("numbers under keys of two paths, seeds or steps are not correlated", () => {
    const base = randomKey(5, "left");
    const others = [randomKey(5, "right"), randomKey(6, "left"), foldIn(base, 0), foldIn(base, 1)];
    const [left, ...rest] = [base, ...others].map((key) => evaluate(randomUniform(key, [COUNT])).data);
    for (const right of rest) {
      const products = Array.from(left!, (x, i) => (x - 0.5) * (right[i]! - 0.5));
      // The correlation of independent numbers has standard deviation 1/√n; five of them are exceeded once in 1.7 million.
      expect(Math.abs(meanOf(products) * 12)).toBeLessThan(5 / Math.sqrt(COUNT));
    }
  });
});

describe("uniform numbers", () => {
  const numbers = evaluate(randomUniform(randomKey(20), [COUNT])).data;

  test("lie in [0, 1) and are multiples of 2^-24, the same in f32", () => {
    expect(numbers.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 24))).toBe(true);
    expect([...evaluate(randomUniform(randomKey(20), [COUNT]), {}, { precision: "f32" }).data]).toEqual([...numbers]);
  });

  test("fill 100 intervals evenly (χ²)", () => {
    const counts = new Array<number>(100).fill(0);
    for (const x of numbers) counts[Math.floor(x * 100)]! += 1;
    // χ² with 99 degrees of freedom lies in [56.9, 157.0] but for one time in 5,000 on each side.
    expect(chiSquare(counts, COUNT / 100)).toBeGreaterThan(56.9);
    expect(chiSquare(counts, COUNT / 100)).toBeLessThan(157);
  });

  test("every bit of a word is set half the time", () => {
    const words = evaluate(randomBits(randomKey(21), [COUNT])).data;
    for (let bit = 0; bit < 32; bit++) {
      const rate = words.reduce((total, word) => total + ((word >>> bit) & 1), 0) / COUNT;
      // The rate has standard deviation 1/(2 √n).
      expect(Math.abs(rate - 0.5), `bit ${bit}`).toBeLessThan(5 / (2 * Math.sqrt(COUNT)));
    }
  });

  test("neighbors are not correlated", () => {
    const products = Array.from(numbers.subarray(1), (x, i) => (x - 0.5) * (numbers[i]! - 0.5));
    expect(Math.abs(meanOf(products) * 12)).toBeLessThan(5 / Math.sqrt(COUNT));
  });
});

test("normal numbers have mean 0, variance 1, no skew and kurtosis 3, and are finite", () => {
  const numbers = [...evaluate(randomNormal(randomKey(22), [COUNT])).data];
  expect(numbers.every(Number.isFinite)).toBe(true);
  const moment = (power: number): number => meanOf(numbers.map((x) => x ** power));
  // Var(x^k) = (2k - 1)!! - (k odd ? 0 : (k - 1)!!²): 1, 2, 15, 96 for k = 1 … 4; five standard deviations of the mean.
  const bound = (variance: number): number => 5 * Math.sqrt(variance / COUNT);
  expect(Math.abs(moment(1))).toBeLessThan(bound(1));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(bound(2));
  expect(Math.abs(moment(3))).toBeLessThan(bound(15));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(bound(96));
});

test.each([0, 0.01, 0.3, 1])("Bernoulli numbers are true at the rate %d", (p) => {
  const drawn = evaluate(randomBernoulli(randomKey(23), p, [COUNT])).data;
  const rate = drawn.reduce((total, value) => total + value, 0) / COUNT;
  // Five standard deviations of the rate; at 0 and 1 it must be exact.
  expect(Math.abs(rate - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / COUNT));
});

function meanOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
}
