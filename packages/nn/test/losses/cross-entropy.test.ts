/** Cross-entropy: closed forms, gradient, extreme logits, labels out of range. */
import {
  add,
  checkGradients,
  constant,
  DTypeError,
  evaluate,
  formatType,
  gradient,
  input,
  ndArray,
  type IntNode,
} from "@unfold/core";
import { crossEntropy } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, extents, seeds } from "../arbitraries.js";
import { expectProblem } from "@unfold/testkit";

/** Exponentials and logarithms of numbers up to 8 in size, each with a few roundings of 1.1e-16. */
const ATOL = 1e-14;

/** Logits `[T, B, V]` in [-2, 2] with labels `[T, B]`. */
const classifications = fc
  .tuple(extents, extents, fc.integer({ min: 1, max: 6 }), seeds)
  .map(([steps, batch, classes, seed]) => {
    const labels = Array.from(drawReals([steps * batch], seed, "labels").data, (element) =>
      Math.min(classes - 1, Math.floor(((element + 2) / 4) * classes)),
    );
    return { steps, batch, classes, logits: drawReals([steps, batch, classes], seed, "logits"), labels };
  });

function labelNode(labels: readonly number[], shape: readonly number[]): IntNode {
  return constant(ndArray([...labels], { dtype: "i32", shape }), "i32");
}

/** softmax of one position. */
function probabilities(logits: readonly number[]): number[] {
  const weights = logits.map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

describe("closed forms", () => {
  test("each position costs -ln softmax(logits)[label]", () => {
    fc.assert(
      fc.property(classifications, ({ steps, batch, classes, logits, labels }) => {
        const costs = evaluate(
          crossEntropy(constant(logits), labelNode(labels, [steps, batch]), { reduction: "none" }),
        );
        expect(costs.shape).toEqual([steps, batch]);
        labels.forEach((label, i) => {
          const row = [...logits.data.subarray(i * classes, (i + 1) * classes)];
          expect(Math.abs(costs.data[i]! + Math.log(probabilities(row)[label]!))).toBeLessThanOrEqual(ATOL);
        });
      }),
    );
  });

  test("mean and sum reduce over all positions; mean is the default", () => {
    fc.assert(
      fc.property(classifications, ({ steps, batch, logits, labels }) => {
        const cost = (reduction?: "mean" | "sum" | "none"): number[] => [
          ...evaluate(crossEntropy(constant(logits), labelNode(labels, [steps, batch]), reduction && { reduction }))
            .data,
        ];
        const total = cost("none").reduce((sum, element) => sum + element, 0);
        expect(Math.abs(cost("sum")[0]! - total)).toBeLessThanOrEqual(16 * ATOL);
        expect(Math.abs(cost("mean")[0]! - total / (steps * batch))).toBeLessThanOrEqual(ATOL);
        expect(cost()).toEqual(cost("mean"));
      }),
    );
  });

  // The cost of guessing before any training, in nats: ln V.
  test.each([
    { classes: 1, nats: 0 },
    { classes: 10, nats: 2.302585092994046 },
    { classes: 50, nats: 3.912023005428146 },
    { classes: 65, nats: 4.174387269895637 },
  ])("$classes equal logits cost ln $classes = $nats", ({ classes, nats }) => {
    const logits = constant(ndArray(new Float64Array(classes).fill(0.3), { shape: [1, classes] }));
    expect(Math.abs(evaluate(crossEntropy(logits, constant([0], "i32"))).item() - nats)).toBeLessThanOrEqual(ATOL);
  });

  test("two classes cost ln(1 + e^(other - own))", () => {
    const difference = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(difference, (d) => {
        const cost = evaluate(crossEntropy(constant([0, d]), constant(0, "i32"))).item();
        // 1 + e^d loses what lies below 1.1e-16 of 1; so does the sum inside.
        expect(Math.abs(cost - Math.log1p(Math.exp(d)))).toBeLessThanOrEqual(ATOL * Math.max(1, d));
      }),
    );
  });

  test("a constant added to all logits of a position changes nothing", () => {
    fc.assert(
      fc.property(classifications, fc.integer({ min: -1000, max: 1000 }), ({ steps, batch, logits, labels }, shift) => {
        const target = labelNode(labels, [steps, batch]);
        const plain = evaluate(crossEntropy(constant(logits), target)).item();
        const shifted = evaluate(crossEntropy(add(constant(logits), shift), target)).item();
        // Adding 1000 rounds each logit by 1.1e-13.
        expect(Math.abs(shifted - plain)).toBeLessThanOrEqual(4e-13);
      }),
    );
  });
});

describe("gradient", () => {
  test("of the sum it is softmax(logits) - onehot(label)", () => {
    fc.assert(
      fc.property(classifications, ({ steps, batch, classes, logits, labels }) => {
        const x = input("x", [steps, batch, classes]);
        const loss = crossEntropy(x, labelNode(labels, [steps, batch]), { reduction: "sum" });
        const slope = evaluate(gradient(loss, [x])[0], { x: logits }).data;
        const expected = labels.flatMap((label, i) =>
          probabilities([...logits.data.subarray(i * classes, (i + 1) * classes)]).map(
            (probability, k) => probability - (k === label ? 1 : 0),
          ),
        );
        expected.forEach((element, i) => {
          expect(Math.abs(slope[i]! - element)).toBeLessThanOrEqual(ATOL);
        });
      }),
    );
  });

  test("derivatives of order 1 and 2 equal central differences", () => {
    const x = input("x", [2, 3]);
    checkGradients(crossEntropy(x, constant([2, 0], "i32")), { wrt: [x], values: { x: drawReals([2, 3], 1, "x") } });
  });
});

describe.each(["f32", "f64"] as const)("extreme logits in %s", (precision) => {
  test.each([
    { title: "all on the right class", logits: [1e4, -1e4, -1e4], cost: 0, slope: [0, 0, 0] },
    { title: "all on a wrong class", logits: [-1e4, 1e4, -1e4], cost: 2e4, slope: [-1, 1, 0] },
    { title: "equal and large", logits: [1e4, 1e4, -1e4], cost: Math.LN2, slope: [-0.5, 0.5, 0] },
    { title: "equal and very negative", logits: [-1e4, -1e4, -1e4], cost: Math.log(3), slope: [-2 / 3, 1 / 3, 1 / 3] },
  ])("$title: loss and gradient are finite and right", ({ logits, cost, slope }) => {
    const x = input("x", [1, 3]);
    const loss = crossEntropy(x, constant([0], "i32"));
    // One rounding of the logarithm and one of the quotient, relative to 1.
    const tolerance = precision === "f32" ? 2 ** -22 : 2 ** -51;
    expect(Math.abs(evaluate(loss, { x: [logits] }, { precision }).item() - cost)).toBeLessThanOrEqual(tolerance);
    const found = evaluate(gradient(loss, [x])[0], { x: [logits] }, { precision }).data;
    slope.forEach((element, i) => {
      expect(Math.abs(found[i]! - element)).toBeLessThanOrEqual(tolerance);
    });
  });
});

test("label smoothing spreads ε of the target evenly over all classes", () => {
  fc.assert(
    fc.property(classifications, fc.double({ min: 0, max: 0.99, noNaN: true }), (drawn, labelSmoothing) => {
      const { steps, batch, classes, logits, labels } = drawn;
      const costs = evaluate(
        crossEntropy(constant(logits), labelNode(labels, [steps, batch]), { labelSmoothing, reduction: "none" }),
      ).data;
      labels.forEach((label, i) => {
        const row = probabilities([...logits.data.subarray(i * classes, (i + 1) * classes)]);
        const expected = row.reduce((sum, probability, k) => {
          const target = labelSmoothing / classes + (k === label ? 1 - labelSmoothing : 0);
          return sum - target * Math.log(probability);
        }, 0);
        expect(Math.abs(costs[i]! - expected)).toBeLessThanOrEqual(10 * ATOL);
      });
    }),
  );
});

describe("errors", () => {
  test.each([-0.1, 1, NaN])("a label smoothing of %d is refused", (labelSmoothing) => {
    expectProblem(() => crossEntropy(input("logits", [4, 3]), input("labels", [4], "i32"), { labelSmoothing }), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: `crossEntropy(logits, labels): labelSmoothing must be in [0, 1), got ${labelSmoothing}.`,
    });
  });

  test.each([
    { logits: [4, 3], labels: [3], text: 'logits = f32[4, 3] ("logits") and labels = i32[3] ("labels")' },
    { logits: [5, 4, 3], labels: [5], text: 'logits = f32[5, 4, 3] ("logits") and labels = i32[5] ("labels")' },
    { logits: [4, 3], labels: [4, 1], text: 'logits = f32[4, 3] ("logits") and labels = i32[4, 1] ("labels")' },
    { logits: [], labels: [], text: 'logits = f32[] ("logits") and labels = i32[] ("labels")' },
  ])("$text is refused", ({ logits, labels, text }) => {
    expectProblem(() => crossEntropy(input("logits", logits), input("labels", labels, "i32")), {
      name: "ShapeError",
      code: "LOSS_SHAPE",
      message: `crossEntropy(logits, labels): labels must have the shape of logits without its last axis, got ${text}.`,
    });
  });

  test("labels that are not whole numbers are refused", () => {
    const build = (): unknown => crossEntropy(input("logits", [4, 3]), input("labels", [4]) as never);
    expect(build).toThrow(DTypeError);
    expect(build).toThrow('crossEntropy(logits, labels): labels must be i32, got f32[4] ("labels").');
  });

  test.each([-1, 3])("the label %i of 3 classes is refused when run", (label) => {
    const labels = input("labels", [2], "i32");
    const loss = crossEntropy(
      constant([
        [1, 2, 3],
        [1, 2, 3],
      ]),
      labels,
    );
    expect(() => evaluate(loss, { labels: [2, label] })).toThrow(
      `every label must be in [0, 2], got ${label} at position 1.`,
    );
  });

  test("the loss has no axes", () => {
    expect(formatType(crossEntropy(input("x", [4, 3]), input("y", [4], "i32")).type)).toBe("f32[]");
  });
});
