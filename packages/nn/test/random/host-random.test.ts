/** The random numbers that initializers draw. */
import { keyFrom, threefry2x32 } from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomSource } from "../../src/random/host-random.js";
import { inverseNormal } from "../../src/random/normal.js";
import { expectProblem } from "@unfold/testkit";

const wholeSeeds = fc.maxSafeNat();
const counters = fc.nat({ max: 1_000_000 });

test("uniform numbers are odd multiples of 2^-33 in (0, 1)", () => {
  fc.assert(
    fc.property(wholeSeeds, fc.string(), counters, (seed, path, i) => {
      const multiple = randomSource(seed, path).uniform(i) * 2 ** 33;
      expect(multiple % 2).toBe(1);
      expect(multiple).toBeLessThan(2 ** 33);
    }),
  );
});

test("number i is the first word of the generator's block i under the key of seed and path", () => {
  fc.assert(
    fc.property(wholeSeeds, fc.string(), counters, (seed, path, i) => {
      const word = threefry2x32(keyFrom(seed, path), [0, i])[0] >>> 0;
      expect(randomSource(seed, path).uniform(i)).toBe((word + 0.5) / 2 ** 32);
    }),
  );
});

test("normal number i is the quantile of uniform number i", () => {
  fc.assert(
    fc.property(wholeSeeds, counters, (seed, i) => {
      const source = randomSource(seed, "w");
      expect(source.normal(i)).toBe(inverseNormal(source.uniform(i)));
    }),
  );
});

test("numbers do not depend on the order in which they are drawn", () => {
  const [forward, backward] = [randomSource(1, "w"), randomSource(1, "w")];
  const indices = [0, 1, 2, 3];
  const ascending = indices.map((i) => forward.uniform(i));
  const descending = indices.toReversed().map((i) => backward.uniform(i));
  expect(descending.toReversed()).toEqual(ascending);
});

describe("other numbers come", () => {
  const first = (seed: number, path: string): number => randomSource(seed, path).uniform(0);

  test("from another path", () => {
    const paths = ["w", "v", "w/w", "ww", "w/", "a/b", "b/a", ""];
    expect(new Set(paths.map((path) => first(1, path))).size).toBe(paths.length);
  });

  test("from another seed, also where seeds agree in their low 32 bits", () => {
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
    expect(new Set(seeds.map((seed) => first(seed, "w"))).size).toBe(seeds.length);
  });
});

test.each([-1, 0.5, NaN, Infinity, 2 ** 53])("the seed %d is refused", (seed) => {
  expectProblem(() => randomSource(seed, "layer/weight"), {
    name: "ValueError",
    code: "SEED_RANGE",
    message: `initializer of "layer/weight": the seed must be a whole number in [0, 2^53), got ${seed}.`,
  });
});
