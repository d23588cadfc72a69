/** The baselines against a naive reading of their definition and against closed forms. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselines } from "../../src/character-model/baselines.js";

/** Sums of some hundred logarithms in another order differ by rounding only. */
const ROUNDING = 12;

/** The definition, counted anew for every held-out character. */
function naive(training: readonly number[], heldOut: readonly number[], size: number): [number, number] {
  const pairs = training.slice(1).map((character, i) => [training[i], character] as const);
  const costs = heldOut.slice(1).map((character, i) => {
    const before = heldOut[i];
    const same = training.filter((other) => other === character).length;
    const samePair = pairs.filter(([a, b]) => a === before && b === character).length;
    const sameFirst = pairs.filter(([a]) => a === before).length;
    return [
      -Math.log2((same + 1) / (training.length + size)),
      -Math.log2((samePair + 1) / (sameFirst + size)),
    ] as const;
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean(costs.map(([unigram]) => unigram)), mean(costs.map(([, bigram]) => bigram))];
}

describe("baselines", () => {
  test("equal a naive count", () => {
    const texts = fc.integer({ min: 1, max: 6 }).chain((size) => {
      const code = fc.nat({ max: size - 1 });
      return fc.record({
        size: fc.constant(size),
        training: fc.array(code, { maxLength: 60 }),
        heldOut: fc.array(code, { minLength: 2, maxLength: 30 }),
      });
    });
    fc.assert(
      fc.property(texts, ({ training, heldOut, size }) => {
        const [unigram, bigram] = naive(training, heldOut, size);
        const actual = baselines(Int32Array.from(training), Int32Array.from(heldOut), size);
        expect(actual.unigram).toBeCloseTo(unigram, ROUNDING);
        expect(actual.bigram).toBeCloseTo(bigram, ROUNDING);
      }),
    );
  });

  test("know nothing without a text: log2 V", () => {
    const { unigram, bigram } = baselines(new Int32Array(), Int32Array.of(0, 7, 3), 8);
    expect(unigram).toBeCloseTo(3, ROUNDING);
    expect(bigram).toBeCloseTo(3, ROUNDING);
  });

  test("of one character repeated, followed by one never seen", () => {
    // p(b) = 1 / (10 + 2); 9 of the 10 a have a successor, so p(b | a) = 1 / (9 + 2).
    const { unigram, bigram } = baselines(new Int32Array(10), Int32Array.of(0, 1), 2);
    expect(unigram).toBeCloseTo(Math.log2(12), ROUNDING);
    expect(bigram).toBeCloseTo(Math.log2(11), ROUNDING);
  });

  test("of strict alternation: one bit without the character before, nearly none with it", () => {
    const alternating = Int32Array.from({ length: 10_001 }, (_, i) => i % 2);
    const { unigram, bigram } = baselines(alternating, alternating.subarray(0, 101), 2);
    // The 50 characters 1 and 50 characters 0 that are predicted; 5000 and 5001 were counted.
    expect(unigram).toBeCloseTo(-(Math.log2(5001 / 10_003) + Math.log2(5002 / 10_003)) / 2, ROUNDING);
    expect(bigram).toBeCloseTo(-Math.log2(5001 / 5002), ROUNDING);
  });

  test("do not count the first held-out character", () => {
    const training = Int32Array.of(0, 0, 0, 1, 2);
    const costOf = (first: number): number => baselines(training, Int32Array.of(first, 0, 0), 3).unigram;
    expect(costOf(2)).toBe(costOf(0));
  });
});
