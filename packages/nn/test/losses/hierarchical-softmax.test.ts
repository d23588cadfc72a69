/** The hierarchical softmax: a distribution over classes, on Huffman's tree. */
import { constant, createRuntime, evaluate, input } from "@unfold/core";
import { adam, crossEntropy, hierarchicalSoftmax, normal } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { huffmanCodes } from "../../src/losses/huffman-codes.js";
import { drawReals, seeds } from "../arbitraries.js";

const counts = fc.array(fc.nat({ max: 50 }), { minLength: 2, maxLength: 12 });

function lengths(of: readonly number[]): number[] {
  const { depth, signs } = huffmanCodes(of);
  return of.map((_, i) => signs.subarray(i * depth, (i + 1) * depth).filter((sign) => sign !== 0).length);
}

describe("huffmanCodes", () => {
  // The example of Huffman 1952, table I: probabilities in hundredths and code lengths.
  test("Huffman's own example has his code lengths", () => {
    const probabilities = [20, 18, 10, 10, 10, 6, 6, 4, 4, 4, 4, 3, 1];
    const found = lengths(probabilities);
    const mean = found.reduce((sum, length, i) => sum + length * probabilities[i]!, 0) / 100;
    expect(mean).toBe(3.42);
  });

  test("every inner node has two branches, and ways end in leaves: Σ 2^-length = 1", () => {
    fc.assert(
      fc.property(counts, (of) => {
        expect(lengths(of).reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
        const { nodes, signs } = huffmanCodes(of);
        const used = new Set([...nodes].filter((_, i) => signs[i] !== 0));
        expect(used.size).toBe(of.length - 1);
      }),
    );
  });

  test("a more frequent class has no longer way", () => {
    fc.assert(
      fc.property(counts, (of) => {
        const found = lengths(of);
        of.forEach((count, i) => {
          of.forEach((other, j) => {
            if (count > other) expect(found[i]).toBeLessThanOrEqual(found[j]!);
          });
        });
      }),
    );
  });

  test("its mean way is within one step of the entropy", () => {
    fc.assert(
      fc.property(counts, (raw) => {
        const of = raw.map((count) => count + 1);
        const total = of.reduce((sum, count) => sum + count, 0);
        const entropy = of.reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0);
        const mean = lengths(of).reduce((sum, length, i) => sum + (length * of[i]!) / total, 0);
        expect(mean).toBeGreaterThanOrEqual(entropy - 1e-12);
        expect(mean).toBeLessThan(entropy + 1);
      }),
    );
  });

  test("8 equal classes have 3 decisions each", () => {
    expect(lengths(new Array<number>(8).fill(1))).toEqual(new Array(8).fill(3));
  });
});

test("probabilities of all classes add up to 1, and are what the loss of each label says", () => {
  fc.assert(
    fc.property(counts, seeds, (of, seed) => {
      const head = hierarchicalSoftmax({ inputs: 3, counts: of, seed, weight: normal() });
      const x = constant(drawReals([1, 3], seed, "x"));
      const all = [...evaluate(head.logProbabilities(x)).data];
      expect(Math.abs(all.reduce((sum, log) => sum + Math.exp(log), 0) - 1)).toBeLessThan(1e-13);
      all.forEach((log, label) => {
        const cost = evaluate(head.loss(x, constant([label], "i32"))).item();
        expect(Math.abs(cost + log)).toBeLessThan(1e-12);
      });
    }),
    { numRuns: 30 },
  );
});

test("two classes are the sigmoid of one score", () => {
  const head = hierarchicalSoftmax({ inputs: 2, counts: [1, 1], seed: 1, weight: normal() });
  const [w0, w1] = evaluate(head.parameters.weight).data;
  const cost = evaluate(head.loss(constant([3, -2]), constant(0, "i32"))).item();
  expect(Math.abs(cost - Math.log1p(Math.exp(-(3 * w0! - 2 * w1!))))).toBeLessThan(1e-12);
});

test.each(["f32", "f64"] as const)("scores of ±1e4 are finite in %s", (precision) => {
  const head = hierarchicalSoftmax({ inputs: 1, counts: [1, 1, 1], seed: 1, weight: normal() });
  const x = constant([[1e4], [-1e4]]);
  const costs = evaluate(head.loss(x, constant([1, 1], "i32"), { reduction: "none" }), {}, { precision }).data;
  expect([...costs].every((cost) => cost >= 0 && Number.isFinite(cost))).toBe(true);
});

test("it learns what a table of classes is", async () => {
  const classes = 6;
  const head = hierarchicalSoftmax({ inputs: classes, counts: new Array<number>(classes).fill(1), seed: 1 });
  const identity = Array.from({ length: classes }, (_, i) => Array.from({ length: classes }, (__, j) => +(i === j)));
  const labels = constant([3, 1, 4, 0, 5, 2], "i32");
  const loss = head.loss(constant(identity), labels);
  const runtime = await createRuntime();
  const step = await runtime.compile({ outputs: { loss }, updates: adam({ learningRate: 0.1 }).minimize(loss) });
  let last = Infinity;
  for (let i = 0; i < 150; i++) last = step.run({}).loss.item();
  expect(last).toBeLessThan(0.05);
});

test("classes that are equal start at ln V, as with a softmax", () => {
  const head = hierarchicalSoftmax({ inputs: 2, counts: [1, 1, 1, 1], seed: 1 });
  const cost = evaluate(head.loss(constant([[0, 0]]), constant([2], "i32"))).item();
  expect(cost).toBe(evaluate(crossEntropy(constant([[0, 0, 0, 0]]), constant([2], "i32"))).item());
});

describe("errors", () => {
  test.each([
    { of: [1], text: "1 of them" },
    { of: [1, -1], text: "-1 for class 1" },
    { of: [NaN, 1], text: "NaN for class 0" },
  ])("counts of $of are refused", ({ of, text }) => {
    expectProblem(() => hierarchicalSoftmax({ inputs: 1, counts: of, seed: 1 }), {
      name: "ValueError",
      code: "CLASS_COUNTS",
      message: `hierarchicalSoftmax("hierarchicalSoftmax"): counts must be at least two finite numbers ≥ 0, one for each class, got ${text}.`,
    });
  });

  const head = hierarchicalSoftmax({ name: "head", inputs: 3, counts: [1, 1], seed: 1 });

  test("vectors of another size are refused", () => {
    expectProblem(() => head.loss(input("x", [2, 4]), input("labels", [2], "i32")), {
      name: "ShapeError",
      code: "LAYER_INPUT",
      message: 'hierarchicalSoftmax("head").loss(x, labels): the last axis of x must be 3, got f32[2, 4] ("x").',
    });
  });

  test("labels of another shape are refused", () => {
    expectProblem(() => head.loss(input("x", [2, 3]), input("labels", [3], "i32")), {
      name: "ShapeError",
      code: "LOSS_SHAPE",
      message:
        'hierarchicalSoftmax("head").loss(x, labels): labels must have the shape of x without its last axis, got x = f32[2, 3] ("x") and labels = i32[3] ("labels").',
    });
  });

  test("a label that is no class is refused when run", () => {
    const loss = head.loss(constant([[1, 2, 3]]), input("labels", [1], "i32"));
    expect(() => evaluate(loss, { labels: [2] })).toThrow(/every label must be in \[0, 1\], got 2/);
  });
});
