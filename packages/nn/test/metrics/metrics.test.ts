/** Metrics against plain counting, however examples are divided into batches. */
import { createRuntime, input, mean, mul, oneHot, param, type FloatNode } from "@unfold/core";
import {
  accuracy,
  averageOf,
  bitsPerCharacter,
  confusionMatrix,
  createTrainer,
  Dataset,
  editDistance,
  errorRate,
  f1Score,
  meanAbsoluteError,
  measure,
  perplexity,
  rSquared,
  sgd,
  topKAccuracy,
} from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const [B, V] = [4, 3];
const logits = input("logits", [B, V]);
const labels = input("labels", [B], "i32");
const mask = input("mask", [B]);

interface Batch {
  readonly logits: number[][];
  readonly labels: number[];
  readonly mask: number[];
}

/** Logits with ties among them. */
const batches: fc.Arbitrary<Batch[]> = fc.array(
  fc.record({
    logits: fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: V, maxLength: V }), {
      minLength: B,
      maxLength: B,
    }),
    labels: fc.array(fc.nat({ max: V - 1 }), { minLength: B, maxLength: B }),
    // At least one counts.
    mask: fc.array(fc.nat({ max: 1 }), { minLength: B - 1, maxLength: B - 1 }).map((rest) => [1, ...rest]),
  }),
  { minLength: 1, maxLength: 4 },
);

/** All examples, and whether each counts. */
const rowsOf = (all: readonly Batch[]) =>
  all.flatMap((batch) => batch.logits.map((row, i) => ({ row, label: batch.labels[i]!, counts: batch.mask[i] === 1 })));
const feed = (all: readonly Batch[], ...names: (keyof Batch)[]) =>
  all.map((batch) => Object.fromEntries(names.map((name) => [name, batch[name]])));
const best = (row: readonly number[]): number => row.indexOf(Math.max(...row));
const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;

test("accuracy and top-k accuracy count, ties to the first, masked ones not at all", () => {
  fc.assert(
    fc.property(batches, fc.integer({ min: 1, max: V + 1 }), (all, k) => {
      const rows = rowsOf(all);
      expect(measure(accuracy(logits, labels), feed(all, "logits", "labels"))).toBe(
        share(rows.map(({ row, label }) => best(row) === label)),
      );
      expect(measure(accuracy(logits, labels, mask), feed(all, "logits", "labels", "mask"))).toBe(
        share(rows.filter(({ counts }) => counts).map(({ row, label }) => best(row) === label)),
      );
      const isAmong = (row: number[], label: number): boolean =>
        row
          .map((_, i) => i)
          .sort((a, b) => row[b]! - row[a]! || a - b)
          .indexOf(label) < k;
      expect(measure(topKAccuracy(logits, labels, k), feed(all, "logits", "labels"))).toBe(
        share(rows.map(({ row, label }) => isAmong(row, label))),
      );
    }),
  );
});

test("NaN is larger than all, and never right", () => {
  const logit = fc.oneof(fc.constant(NaN), fc.integer({ min: -2, max: 2 }));
  const row = fc.array(logit, { minLength: V, maxLength: V });
  fc.assert(
    fc.property(fc.array(row, { minLength: B, maxLength: B }), fc.nat({ max: V - 1 }), (rows, label) => {
      const fed = [{ logits: rows, labels: new Array<number>(B).fill(label) }];
      const isRight = (row: readonly number[]): boolean => !row.some(Number.isNaN) && best(row) === label;
      expect(measure(accuracy(logits, labels), fed)).toBe(share(rows.map(isRight)));
      expect(measure(topKAccuracy(logits, labels, 1), fed)).toBe(share(rows.map(isRight)));
      expect(measure(topKAccuracy(logits, labels, V + 1), fed)).toBe(
        share(rows.map((row) => !Number.isNaN(row[label]))),
      );
    }),
  );
});

test("the confusion matrix counts, and F1 follows from it", () => {
  fc.assert(
    fc.property(batches, (all) => {
      const counts = Array.from({ length: V }, () => new Array<number>(V).fill(0));
      for (const { row, label, counts: isCounted } of rowsOf(all)) if (isCounted) counts[label]![best(row)]!++;
      const fed = feed(all, "logits", "labels", "mask");
      expect(measure(confusionMatrix(logits, labels, mask), fed)).toEqual(counts);
      const scores = counts.map((row, i) => {
        const [tp, fn] = [row[i]!, row.reduce((total, n) => total + n, 0) - row[i]!];
        const fp = counts.reduce((total, other) => total + other[i]!, 0) - tp;
        return (2 * tp) / (2 * tp + fp + fn);
      });
      const known = scores.filter((score) => !Number.isNaN(score));
      expect(measure(f1Score(logits, labels, "macro", mask), fed)).toBeCloseTo(
        known.reduce((total, score) => total + score, 0) / known.length,
        12,
      );
      const second = measure(f1Score(logits, labels, 1, mask), fed);
      if (Number.isNaN(scores[1])) expect(second).toBeNaN();
      else expect(second).toBeCloseTo(scores[1]!, 12);
    }),
  );
});

test("perplexity and bits are those of the mean cross-entropy over all batches", () => {
  fc.assert(
    fc.property(batches, (all) => {
      const nats = rowsOf(all).map(
        ({ row, label }) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[label]!,
      );
      const mean = nats.reduce((sum, x) => sum + x, 0) / nats.length;
      const fed = feed(all, "logits", "labels");
      expect(measure(perplexity(logits, labels), fed)).toBeCloseTo(Math.exp(mean), 10);
      expect(measure(bitsPerCharacter(logits, labels), fed)).toBeCloseTo(mean / Math.LN2, 10);
    }),
  );
});

test("errors of numbers do not depend on how examples are divided", () => {
  const numbers = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
    minLength: 3,
    maxLength: 9,
  });
  fc.assert(
    fc.property(numbers, (pairs) => {
      const [y, t] = [input("y", [1]), input("t", [1])];
      const fed = pairs.map(([a, b]) => ({ y: [a], t: [b] }));
      const mean = pairs.reduce((sum, [, b]) => sum + b, 0) / pairs.length;
      const spread = pairs.reduce((sum, [, b]) => sum + (b - mean) ** 2, 0);
      const errors = pairs.reduce((sum, [a, b]) => sum + (b - a) ** 2, 0);
      expect(measure(meanAbsoluteError(y, t), fed)).toBeCloseTo(
        pairs.reduce((sum, [a, b]) => sum + Math.abs(a - b), 0) / pairs.length,
        12,
      );
      if (spread > 0) expect(measure(rSquared(y, t), fed)).toBeCloseTo(1 - errors / spread, 9);
    }),
  );
});

test.each([0, 1e3, 1e4, -1e5])("R² in single precision holds for targets around %d", async (offset) => {
  const examples = Array.from({ length: 1000 }, (_, i) => {
    const target = Math.fround(offset + Math.sin(1.7 * i));
    return { t: [target], y: [Math.fround(target + 0.1 * Math.cos(3.1 * i))] };
  });
  const average = examples.reduce((total, { t }) => total + t[0]!, 0) / examples.length;
  const spread = examples.reduce((total, { t }) => total + (t[0]! - average) ** 2, 0);
  const errors = examples.reduce((total, { t, y }) => total + (t[0]! - y[0]!) ** 2, 0);
  const trainer = createTrainer(await createRuntime({ backend: "wasm-simd" }), {
    build: ({ y, t }: { readonly y: FloatNode; readonly t: FloatNode }) => ({
      loss: mul(param("w", 1), mean(y)),
      metrics: { rSquared: rSquared(y, t) },
    }),
    optimizer: sgd({ learningRate: 1 }),
  });
  for (const size of [1000, 64, 1])
    expect((await trainer.evaluate(Dataset.from(examples).batch(size))).rSquared).toBeCloseTo(1 - errors / spread, 5);
});

test("the mean of nothing is NaN, and masked values do not count", () => {
  const [values, weight] = [input("values", [2]), input("mask", [2])];
  expect(measure(averageOf(values, weight), [{ values: [5, 7], mask: [0, 0] }])).toBeNaN();
  expect(measure(averageOf(values, weight), [{ values: [5, 7], mask: [0, 1] }])).toBe(7);
});

describe("edit distance", () => {
  const texts = fc.string({ unit: fc.constantFrom("a", "b", "🐋"), maxLength: 7 });

  test("is a metric, and 0 for equal sequences only", () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, "")).toBe(Array.from(a).length);
      }),
    );
  });

  test("one insertion, deletion or replacement is one", () => {
    expect([editDistance("abc", "abxc"), editDistance("abc", "ac"), editDistance("abc", "axc")]).toEqual([1, 1, 1]);
    expect(editDistance([1, 2], [2])).toBe(1);
  });

  test("the rate is per token wanted, of all sequences together", () => {
    expect(errorRate(["ab", ""], ["abc", "d"])).toBe(0.5);
    expect(errorRate([], ["ab"])).toBe(1);
    expect(errorRate(["a"], [""])).toBe(Infinity);
    expect(errorRate([], [])).toBeNaN();
  });
});

describe("refused", () => {
  test.each([accuracy, confusionMatrix, f1Score])("%o of labels of another shape", (metric) => {
    expect(() => metric(logits, input("labels", [B, V], "i32"))).toThrow(
      "labels must have the shape of logits without its last axis",
    );
  });

  test("k of 0, a class that is none, numbers of two shapes", () => {
    expect(() => topKAccuracy(logits, labels, 0)).toThrow("k must be a whole number ≥ 1, got 0");
    expect(() => f1Score(logits, labels, V)).toThrow(`average must be "macro" or a class in [0, 3), got 3`);
    expect(() => rSquared(oneHot(labels, V), input("t", [B]))).toThrow("must have one shape");
  });
});
