/** The CTC loss against all alignments, against PyTorch's, and where no alignment fits. */
import {
  checkGradients,
  constant,
  createRuntime,
  evaluate,
  evaluateAll,
  gradient,
  input,
  ndArray,
  slice,
  type IntNode,
  type NdArray,
} from "@unfold/core";
import { ctcLoss, type CtcOptions } from "@unfold/nn";
import { ctcLabelProbabilities, expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, seeds } from "../../arbitraries.js";
import { recorded } from "./recorded.js";

const ints = (values: readonly number[], shape = [values.length]): IntNode =>
  constant(ndArray([...values], { dtype: "i32", shape }), "i32");

/** A batch of sequences with lengths of their own, small enough to write down all paths. */
const batches = fc
  .record({
    steps: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 2, max: 4 }),
    count: fc.integer({ min: 1, max: 3 }),
    batch: fc.integer({ min: 1, max: 3 }),
    seed: seeds,
  })
  .chain((sizes) =>
    fc.record({
      sizes: fc.constant(sizes),
      blank: fc.nat({ max: sizes.classes - 1 }),
      // Offsets from the blank are never the blank.
      offsets: fc.array(fc.integer({ min: 1, max: sizes.classes - 1 }), {
        minLength: sizes.count * sizes.batch,
        maxLength: sizes.count * sizes.batch,
      }),
      inputLengths: fc.array(fc.integer({ min: 0, max: sizes.steps }), {
        minLength: sizes.batch,
        maxLength: sizes.batch,
      }),
      labelLengths: fc.array(fc.integer({ min: 0, max: sizes.count }), {
        minLength: sizes.batch,
        maxLength: sizes.batch,
      }),
    }),
  )
  .map(({ sizes, blank, offsets, inputLengths, labelLengths }) => ({
    ...sizes,
    blank,
    labels: offsets.map((offset) => (blank + offset) % sizes.classes),
    inputLengths,
    labelLengths,
    logits: drawReals([sizes.steps, sizes.batch, sizes.classes], sizes.seed, "logits"),
  }));

type Batch = typeof batches extends fc.Arbitrary<infer B> ? B : never;

function optionsOf({ inputLengths, labelLengths, blank }: Batch): CtcOptions {
  return { inputLengths: ints(inputLengths), labelLengths: ints(labelLengths), blank };
}

/** e^x_i / Σ e^x_j */
function softmaxOf(logits: readonly number[]): number[] {
  const weights = logits.map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** -ln of the sum over all paths, for each sequence. */
function plainLosses({ logits, labels, inputLengths, labelLengths, blank, batch, classes }: Batch): number[] {
  return inputLengths.map((steps, b) => {
    const rows = Array.from({ length: steps }, (_, t) =>
      softmaxOf([...logits.data.subarray((t * batch + b) * classes, (t * batch + b + 1) * classes)]),
    );
    const said = Array.from({ length: labelLengths[b]! }, (_, l) => labels[l * batch + b]!);
    return -Math.log(ctcLabelProbabilities(rows, blank).get(said.join()) ?? 0);
  });
}

describe("all alignments written down", () => {
  test("the loss is minus the logarithm of their probabilities' sum, ∞ if there are none", () => {
    fc.assert(
      fc.property(batches, (drawn) => {
        const labels = ints(drawn.labels, [drawn.count, drawn.batch]);
        const options = optionsOf(drawn);
        const { each, sum, mean } = evaluateAll({
          each: ctcLoss(constant(drawn.logits), labels, { ...options, reduction: "none" }),
          sum: ctcLoss(constant(drawn.logits), labels, { ...options, reduction: "sum", zeroInfinity: true }),
          mean: ctcLoss(constant(drawn.logits), labels, { ...options, zeroInfinity: true }),
        });
        const expected = plainLosses(drawn);
        expected.forEach((loss, b) => {
          if (loss === Infinity) expect(each.data[b]).toBe(Infinity);
          // Sums of at most 4^4 products of probabilities, each with a few roundings of 1.1e-16.
          else expect(Math.abs(each.data[b]! - loss)).toBeLessThanOrEqual(1e-13);
        });
        const finite = expected.map((loss) => (loss === Infinity ? 0 : loss));
        const total = finite.reduce((all, loss) => all + loss, 0);
        expect(Math.abs(sum.item() - total)).toBeLessThanOrEqual(3e-13);
        const perLabel = finite.reduce((all, loss, b) => all + loss / Math.max(1, drawn.labelLengths[b]!), 0);
        expect(Math.abs(mean.item() - perLabel / drawn.batch)).toBeLessThanOrEqual(3e-13);
      }),
      { numRuns: 150 },
    );
  });

  test("derivatives of order 1 and 2 equal central differences", () => {
    fc.assert(
      fc.property(batches, (drawn) => {
        const x = input("x", drawn.logits.shape);
        const labels = ints(drawn.labels, [drawn.count, drawn.batch]);
        const loss = ctcLoss(x, labels, { ...optionsOf(drawn), zeroInfinity: true });
        checkGradients(loss, { wrt: [x], values: { x: drawn.logits } });
      }),
      { numRuns: 15 },
    );
  });

  test("steps and labels of padding change nothing, be they NaN or no classes", () => {
    fc.assert(
      fc.property(batches, (drawn) => {
        const { steps, batch, classes, count, inputLengths, labelLengths } = drawn;
        const whole = Float64Array.from(drawn.logits.data, (logit, i) => {
          const t = Math.floor(i / (batch * classes));
          return t < inputLengths[Math.floor(i / classes) % batch]! ? logit : NaN;
        });
        const labels = drawn.labels.map((own, i) => (Math.floor(i / batch) < labelLengths[i % batch]! ? own : -7));
        const x = input("x", [steps, batch, classes]);
        const run = (logits: NdArray, named: readonly number[]) => {
          const loss = ctcLoss(x, ints(named, [count, batch]), { ...optionsOf(drawn), zeroInfinity: true });
          const { value, slope } = evaluateAll({ value: loss, slope: gradient(loss, [x])[0] }, { x: logits });
          return [...value.data, ...slope.data];
        };
        const padded = run(ndArray(whole, { shape: [steps, batch, classes] }), labels);
        expect(padded).toEqual(run(drawn.logits, drawn.labels));
      }),
      { numRuns: 30 },
    );
  });
});

describe.each(recorded)("PyTorch: $name", (batch) => {
  const x = input("x", [batch.logits.length, batch.logits[0]!.length, batch.logits[0]![0]!.length]);
  const labels = constant(batch.labels, "i32");
  const options = {
    blank: batch.blank,
    inputLengths: ints(batch.inputLengths),
    labelLengths: ints(batch.labelLengths),
  };
  const values = { x: batch.logits };
  const scale = (losses: readonly number[]): number =>
    Math.max(1, ...losses.filter((loss) => Number.isFinite(loss)).map(Math.abs));

  test("losses, mean and sum", () => {
    const losses = evaluate(ctcLoss(x, labels, { ...options, reduction: "none" }), values).data;
    const expected = batch.losses.map(Number);
    expected.forEach((loss, b) => {
      if (loss === Infinity) expect(losses[b]).toBe(Infinity);
      else expect(Math.abs(losses[b]! - loss)).toBeLessThanOrEqual(1e-13 * scale(expected));
    });
    for (const reduction of ["mean", "sum"] as const) {
      const loss = evaluate(ctcLoss(x, labels, { ...options, reduction, zeroInfinity: true }), values).item();
      expect(Math.abs(loss - batch.zeroInfinity[reduction])).toBeLessThanOrEqual(1e-13 * scale(expected));
    }
  });

  test.each(["mean", "sum"] as const)("gradient of the %s", (reduction) => {
    const loss = ctcLoss(x, labels, { ...options, reduction, zeroInfinity: true });
    const slope = evaluate(gradient(loss, [x])[0], values).data;
    // Differences of probabilities up to 1, each from logarithms up to 400 in size.
    batch.gradients[reduction].forEach((expected, i) => {
      expect(Math.abs(slope[i]! - expected)).toBeLessThanOrEqual(1e-12);
    });
  });
});

describe("where no alignment fits", () => {
  const x = input("x", [3, 3, 3]);
  // Sequence 0 needs a blank between its labels, so 5 steps; 1 fits; 2 has a blank among its labels.
  const labels = constant(
    [
      [1, 1, 0],
      [1, 2, 2],
      [1, 1, 1],
    ],
    "i32",
  );
  const values = { x: drawReals([3, 3, 3], 1, "x") };

  test("the loss is ∞ or 0, and only the others have gradients", () => {
    expect([
      ...evaluate(ctcLoss(x, labels, { reduction: "none" }), values).data.map((loss) => Number(Number.isFinite(loss))),
    ]).toEqual([0, 1, 0]);
    const zero = evaluate(ctcLoss(x, labels, { reduction: "none", zeroInfinity: true }), values).data;
    expect([zero[0], zero[2]]).toEqual([0, 0]);
    for (const zeroInfinity of [false, true]) {
      const loss = ctcLoss(x, labels, { reduction: "sum", zeroInfinity });
      const slope = evaluate(gradient(loss, [x])[0], values).data;
      for (let i = 0; i < slope.length; i++) {
        const b = Math.floor(i / 3) % 3;
        if (b === 1) expect(Math.abs(slope[i]!)).toBeGreaterThan(0);
        else expect(slope[i]! === 0).toBe(true);
      }
    }
  });

  test("classes of probability 0 leave the other alignments, without NaN", () => {
    const loss = ctcLoss(slice(x, { axis: 1, stop: 1 }), constant([[1]], "i32"), { reduction: "sum" });
    const logits = Array.from({ length: 3 }, () => [
      [0, 0, -Infinity],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const fed = { x: logits };
    // Blank or 1 at each of 3 steps: 1 in one run of 1 to 3 steps.
    expect(Math.abs(evaluate(loss, fed).item() + Math.log(6 / 8))).toBeLessThanOrEqual(1e-14);
    expect(evaluate(gradient(loss, [x])[0], fed).data.every((slope) => Number.isFinite(slope))).toBe(true);
    logits[1]![0] = [-Infinity, -Infinity, 0];
    expect(evaluate(loss, fed).item()).toBe(Infinity);
    expect(evaluate(gradient(loss, [x])[0], fed).data.every((slope) => slope === 0)).toBe(true);
  });

  test("NaN stays NaN, also if ∞ becomes 0", () => {
    const fed = { x: drawReals([3, 3, 3], 1, "x") };
    fed.x.data[3] = NaN;
    const losses = evaluate(ctcLoss(x, labels, { reduction: "none", zeroInfinity: true }), fed).data;
    expect(losses[1]).toBeNaN();
  });
});

test("compiled, 400 steps and logits of ±1e4 stay finite and near the values of double precision", async () => {
  const [steps, batch, classes, count] = [400, 2, 6, 30];
  const x = input("x", [steps, batch, classes]);
  const labels = ints(
    Array.from({ length: count * batch }, (_, i) => 1 + (i % 5)),
    [count, batch],
  );
  const loss = ctcLoss(x, labels, { reduction: "none" });
  const slope = gradient(ctcLoss(x, labels, { reduction: "sum" }), [x])[0];
  const step = await (await createRuntime()).compile({ inputs: { x }, outputs: { loss, slope } });
  const values = drawReals([steps, batch, classes], 3, "x");
  const exact = evaluateAll({ loss, slope }, { x: values });
  const found = step.run({ x: values });
  exact.loss.data.forEach((expected, b) => {
    // A sum of 400 terms, each rounded to 2^-24.
    expect(Math.abs(found.loss.data[b]! - expected)).toBeLessThanOrEqual(steps * 2 ** -24 * expected);
  });
  exact.slope.data.forEach((expected, i) => {
    // Forward and backward logarithms up to 700, whose differences are rounded to 700 · 2^-24 at every step.
    expect(Math.abs(found.slope.data[i]! - expected)).toBeLessThanOrEqual(5e-3);
  });
  const huge = step.run({ x: values.data.map((logit) => 1e4 * Math.sign(logit)) });
  expect([...huge.loss.data, ...huge.slope.data].every((element) => Number.isFinite(element))).toBe(true);
});

describe("errors", () => {
  const logits = input("logits", [5, 2, 3]);
  const labels = input("labels", [2, 2], "i32");
  const rule =
    "ctcLoss(logits, labels, options): logits must be f32[T, B, V], labels i32[L, B] and lengths i32[B], none of them empty, got ";

  test.each([
    {
      build: () => ctcLoss(input("x", [5, 2]), labels),
      got: 'logits = f32[5, 2] ("x"), labels = i32[2, 2] ("labels")',
    },
    {
      build: () => ctcLoss(logits, input("y", [2, 3], "i32")),
      got: 'logits = f32[5, 2, 3] ("logits"), labels = i32[2, 3] ("y")',
    },
    {
      build: () => ctcLoss(logits, input("y", [0, 2], "i32")),
      got: 'logits = f32[5, 2, 3] ("logits"), labels = i32[0, 2] ("y")',
    },
    {
      build: () => ctcLoss(logits, input("y", [2, 2]) as never),
      got: 'logits = f32[5, 2, 3] ("logits"), labels = f32[2, 2] ("y")',
    },
    {
      build: () => ctcLoss(logits, labels, { labelLengths: input("n", [3], "i32") }),
      got: 'logits = f32[5, 2, 3] ("logits"), labels = i32[2, 2] ("labels"), labelLengths = i32[3] ("n")',
    },
  ])("$got", ({ build, got }) => {
    expectProblem(build, { name: "ShapeError", code: "LOSS_SHAPE", message: `${rule}${got}.` });
  });

  test.each([-1, 3, 0.5, NaN])("the blank %d", (blank) => {
    expectProblem(() => ctcLoss(logits, labels, { blank }), {
      name: "ValueError",
      code: "CTC_BLANK",
      message: `ctcLoss(logits, labels, options): blank must be a class, a whole number in [0, 3), got ${blank}.`,
    });
  });

  test("labels and lengths out of range are refused when run", () => {
    const [n, m] = [input("n", [2], "i32"), input("m", [2], "i32")];
    const loss = ctcLoss(logits, labels, { inputLengths: n, labelLengths: m });
    const values = { logits: drawReals([5, 2, 3], 1, "x"), labels: [1, 1, 2, 2], n: [5, 5], m: [2, 2] };
    expect(evaluate(loss, values).item()).toBeGreaterThan(0);
    expect(() => evaluate(loss, { ...values, labels: [1, 3, 2, 2] })).toThrow(
      /^ctcLoss\(.*every label must be in \[0, 2\], got 3 at \[0, 1\]/,
    );
    expect(() => evaluate(loss, { ...values, n: [6, 5] })).toThrow(
      /^ctcLoss\(.*input lengths must be in \[0, 5\], got 6/,
    );
    expect(() => evaluate(loss, { ...values, m: [2, -1] })).toThrow(
      /^ctcLoss\(.*label lengths must be in \[0, 2\], got -1/,
    );
  });
});
