/** Binary cross-entropy: closed form, extreme logits, smoothing, errors. */
import { constant, evaluate, gradient, input } from "@unfold/core";
import { binaryCrossEntropy } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const unit = fc.double({ min: 0, max: 1, noNaN: true });

test("it is -y ln σ(x) - (1 - y) ln(1 - σ(x)), y moved towards ½ by smoothing", () => {
  fc.assert(
    fc.property(fc.double({ min: -8, max: 8, noNaN: true }), unit, unit, (x, y, smoothing) => {
      fc.pre(smoothing < 1);
      const sigma = 1 / (1 + Math.exp(-x));
      const target = y * (1 - smoothing) + smoothing / 2;
      const expected = -target * Math.log(sigma) - (1 - target) * Math.log(1 - sigma);
      const loss = binaryCrossEntropy(input("x", []), input("y", []), { labelSmoothing: smoothing });
      // 1 - σ(8) keeps 13 digits.
      expect(Math.abs(evaluate(loss, { x, y }).item() - expected)).toBeLessThan(1e-12);
    }),
  );
});

test("its derivative is σ(x) - y", () => {
  fc.assert(
    fc.property(fc.double({ min: -30, max: 30, noNaN: true }), unit, (x, y) => {
      const node = input("x", []);
      const slope = evaluate(gradient(binaryCrossEntropy(node, constant(y)), [node])[0], { x }).item();
      expect(Math.abs(slope - (1 / (1 + Math.exp(-x)) - y))).toBeLessThan(1e-15);
    }),
  );
});

describe.each(["f32", "f64"] as const)("extreme logits in %s", (precision) => {
  test.each([
    { x: 1e4, y: 1, cost: 0, slope: 0 },
    { x: -1e4, y: 1, cost: 1e4, slope: -1 },
    { x: 1e4, y: 0, cost: 1e4, slope: 1 },
    { x: -1e4, y: 0, cost: 0, slope: 0 },
    { x: 1e4, y: 0.5, cost: 5e3, slope: 0.5 },
  ])("a logit of $x for the target $y costs $cost", ({ x, y, cost, slope }) => {
    const node = input("x", []);
    const loss = binaryCrossEntropy(node, constant(y));
    expect(evaluate(loss, { x }, { precision }).item()).toBe(cost);
    expect(evaluate(gradient(loss, [node])[0], { x }, { precision }).item()).toBeCloseTo(slope, 12);
  });

  test("a small cost keeps its digits", () => {
    const found = evaluate(binaryCrossEntropy(constant(40), constant(1)), {}, { precision }).item();
    expect(Math.abs(found / Math.exp(-40) - 1)).toBeLessThan(precision === "f32" ? 2 ** -22 : 2 ** -50);
  });
});

test("positive targets count more by their weight", () => {
  const loss = binaryCrossEntropy(constant([0, 0]), constant([1, 0]), { positiveWeight: 3, reduction: "none" });
  expect([...evaluate(loss).data]).toEqual([3 * Math.LN2, Math.LN2]);
});

describe("errors", () => {
  const x = input("x", [2]);

  test.each([-0.1, 1, NaN])("a smoothing of %d is refused", (labelSmoothing) => {
    expectProblem(() => binaryCrossEntropy(x, x, { labelSmoothing }), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: `binaryCrossEntropy(logits, targets): labelSmoothing must be in [0, 1), got ${labelSmoothing}.`,
    });
  });

  test("a positive weight of 0 is refused", () => {
    expectProblem(() => binaryCrossEntropy(x, x, { positiveWeight: 0 }), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: "binaryCrossEntropy(logits, targets): positiveWeight must be a finite number > 0, got 0.",
    });
  });

  test("a target that is no probability is refused", () => {
    expectProblem(() => binaryCrossEntropy(x, constant([0.5, 2])), {
      name: "ValueError",
      code: "LOSS_VALUE",
      message: "binaryCrossEntropy(logits, targets): targets must be in [0, 1], got 2 at position 1.",
    });
  });

  test("shapes that differ are refused", () => {
    expectProblem(() => binaryCrossEntropy(x, input("y", [2, 1])), {
      name: "ShapeError",
      code: "LOSS_SHAPE",
      message:
        'binaryCrossEntropy(logits, targets): both must have one shape, got logits = f32[2] ("x") and targets = f32[2, 1] ("y").',
    });
  });
});
