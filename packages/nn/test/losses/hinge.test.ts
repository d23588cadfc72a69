/** Hinge losses: published numbers, loops, errors. */
import { constant, evaluate, input } from "@unfold/core";
import { attributeHinge, multiclassHinge } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, extents, seeds } from "../arbitraries.js";

describe("multiclassHinge", () => {
  // https://cs231n.github.io/linear-classify: the worked example with Δ = 10, and the figure that compares it with softmax.
  test.each([
    { scores: [13, -7, 11], label: 0, margin: 10, loss: 8 },
    { scores: [-2.85, 0.86, 0.28], label: 2, margin: 1, loss: 1.58 },
  ])("$scores with label $label cost $loss", ({ scores, label, margin, loss }) => {
    const found = evaluate(multiclassHinge(constant(scores), constant(label, "i32"), { margin })).item();
    expect(Math.abs(found - loss)).toBeLessThan(1e-12);
  });

  // https://cs231n.github.io/neural-networks-3, "Look for correct loss at chance performance": 9 for CIFAR-10.
  test("before training 10 classes cost 9", () => {
    const found = evaluate(multiclassHinge(constant(new Array(10).fill(0.1)), constant(4, "i32"))).item();
    expect(Math.abs(found - 9)).toBeLessThan(1e-12);
  });

  test("every wrong class costs what its score lacks to the margin, or the square of that", () => {
    fc.assert(
      fc.property(extents, extents, seeds, fc.boolean(), (positions, classes, seed, squared) => {
        const scores = drawReals([positions, classes], seed, "scores");
        const labels = Array.from({ length: positions }, (_, i) => (seed + i) % classes);
        const found = evaluate(
          multiclassHinge(constant(scores), constant(labels, "i32"), { squared, reduction: "none" }),
        ).data;
        labels.forEach((label, i) => {
          const row = [...scores.data.slice(i * classes, (i + 1) * classes)];
          const lacks = row.map((score, k) => (k === label ? 0 : Math.max(0, score - row[label]! + 1)));
          const expected = lacks.reduce((total, lack) => total + (squared ? lack ** 2 : lack), 0);
          expect(Math.abs(found[i]! - expected)).toBeLessThan(1e-13);
        });
      }),
    );
  });

  test.each([-1, 3])("the label %i of 3 classes is refused when run", (label) => {
    const loss = multiclassHinge(input("scores", [1, 3]), input("labels", [1], "i32"));
    expect(() => evaluate(loss, { scores: [[1, 2, 3]], labels: [label] })).toThrow(/every label must be in \[0, 2\]/);
  });
});

describe("attributeHinge", () => {
  test("an attribute costs nothing beyond the margin on its side", () => {
    const loss = attributeHinge(constant([2, -2, 0.25, 0.25]), constant([1, -1, 1, -1]), { reduction: "none" });
    expect([...evaluate(loss).data]).toEqual([0, 0, 0.75, 1.25]);
  });

  test("squared and with another margin", () => {
    const loss = attributeHinge(constant([1, 1]), constant([1, -1]), { reduction: "none", margin: 2, squared: true });
    expect([...evaluate(loss).data]).toEqual([1, 9]);
  });

  test("a target that is neither -1 nor 1 is refused", () => {
    expectProblem(() => attributeHinge(input("x", [2]), constant([1, 0])), {
      name: "ValueError",
      code: "LOSS_VALUE",
      message: "attributeHinge(scores, targets): targets must be -1 or 1, got 0 at position 1.",
    });
  });
});

test.each([-0.5, NaN, Infinity])("a margin of %d is refused", (margin) => {
  expectProblem(() => multiclassHinge(input("x", [2]), constant(0, "i32"), { margin }), {
    name: "ValueError",
    code: "SETTING_RANGE",
    message: `multiclassHinge(scores, labels): margin must be a finite number ≥ 0, got ${margin}.`,
  });
});
