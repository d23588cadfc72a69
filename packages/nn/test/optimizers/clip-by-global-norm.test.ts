/** Clipping by the global norm: the norm afterwards, the direction, zeros, NaN, and inside a compiled step. */
import {
  constant,
  createRuntime,
  evaluate,
  evaluateAll,
  input,
  mul,
  param,
  sub,
  sum,
  type FloatNode,
} from "@unfold/core";
import { clipByGlobalNorm, globalNorm, sgd } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, extents, seeds } from "../arbitraries.js";
import { expectProblem } from "@unfold/testkit";

/** Squares of at most 11 elements summed in another order, a root, a quotient and a product. */
const RTOL = 1e-14;

/** One to three gradients of one or two axes. */
const gradientLists = fc.tuple(extents, extents, extents, seeds).map(([count, rows, columns, seed]) => {
  const shapes = [[rows], [rows, columns], []].slice(0, Math.min(count, 3));
  return shapes.map((shape, i) => drawReals(shape, seed, `g${i}`));
});
const limits = fc.double({ min: 0.01, max: 20, noNaN: true });

function normOf(lists: readonly ArrayLike<number>[]): number {
  return Math.sqrt(lists.flatMap((list) => Array.from(list, (x) => x * x)).reduce((total, x) => total + x, 0));
}

/** The elements of each clipped gradient, and the norm before. */
function clip(gradients: readonly FloatNode[], limit: number): { lists: number[][]; norm: number } {
  const clipped = clipByGlobalNorm(gradients, limit);
  const values = evaluateAll(Object.fromEntries(clipped.gradients.map((node, i) => [`g${i}`, node])));
  return { lists: Object.values(values).map(({ data }) => [...data]), norm: evaluate(clipped.norm).item() };
}

test("the norm afterwards is min(norm, limit), and the direction is kept", () => {
  fc.assert(
    fc.property(gradientLists, limits, (gradients, limit) => {
      const norm = normOf(gradients.map(({ data }) => data));
      const clipped = clip(
        gradients.map((gradient) => constant(gradient)),
        limit,
      );
      expect(Math.abs(clipped.norm - norm)).toBeLessThanOrEqual(RTOL * norm);
      const expected = Math.min(norm, limit);
      expect(Math.abs(normOf(clipped.lists) - expected)).toBeLessThanOrEqual(RTOL * expected);
      clipped.lists.forEach((list, g) => {
        list.forEach((element, i) => {
          const scaled = (gradients[g]!.data[i]! * expected) / norm;
          expect(Math.abs(element - scaled)).toBeLessThanOrEqual(RTOL * Math.abs(scaled));
        });
      });
    }),
  );
});

test("gradients below the limit keep every bit", () => {
  fc.assert(
    fc.property(gradientLists, (gradients) => {
      const { lists } = clip(
        gradients.map((gradient) => constant(gradient)),
        100,
      );
      expect(lists).toEqual(gradients.map(({ data }) => [...data]));
    }),
  );
});

test("zero gradients stay zero", () => {
  expect(clip([constant([0, 0]), constant(0)], 1)).toEqual({ lists: [[0, 0], [0]], norm: 0 });
});

test("a NaN in one gradient reaches all of them and the norm, so that it is seen", () => {
  expect(clip([constant([NaN, 1]), constant(2)], 1)).toEqual({ lists: [[NaN, NaN], [NaN]], norm: NaN });
});

test("an infinite limit makes no NaN: it is refused, or clips nothing", () => {
  let lists: number[][];
  try {
    ({ lists } = clip([constant([3, 4])], Infinity));
  } catch (error) {
    expect(error).toMatchObject({ code: "CLIP_NORM" });
    return;
  }
  expect(lists).toEqual([[3, 4]]);
});

test("globalNorm of 3 and 4 is 5", () => {
  expect(evaluate(globalNorm([constant([3]), constant([[4]])])).item()).toBe(5);
});

describe("inside a compiled step", () => {
  test("the parameters move by the learning rate times the limit, all together", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.1, max: 5, noNaN: true }), seeds, async (limit, seed) => {
        const w = param("w", drawReals([3], seed, "w"));
        const b = param("b", drawReals([], seed, "b"));
        const target = input("target", [3]);
        const loss = sum(mul(sub(sub(w, target), b), 30));
        const runtime = await createRuntime({ precision: "f64" });
        const updates = sgd({ learningRate: 0.5 }).minimize(loss, { clipGlobalNorm: limit });
        const step = await runtime.compile({ inputs: { target }, updates });
        const before = [...drawReals([3], seed, "w").data, ...drawReals([], seed, "b").data];
        step.run({ target: [0, 0, 0] });
        const after = [...runtime.read(w).data, ...runtime.read(b).data];
        const moved = normOf([after.map((value, i) => value - before[i]!)]);
        // Differences of numbers up to 5 that are rounded to 1e-15.
        expect(Math.abs(moved - 0.5 * limit)).toBeLessThanOrEqual(1e-14);
      }),
    );
  });

  test("one limit for all is not one limit for each: the larger gradient keeps its share", () => {
    // (3, 4) has norm 5: both are scaled by 1/5.
    const { lists } = clip([constant(3), constant(4)], 1);
    expect(lists[0]![0]! / lists[1]![0]!).toBeCloseTo(0.75, 14);
  });
});

describe("errors", () => {
  test.each([0, -1, NaN])("the limit %d is refused", (limit) => {
    expectProblem(() => clipByGlobalNorm([constant(1)], limit), {
      name: "ValueError",
      code: "CLIP_NORM",
      message: `clipByGlobalNorm(gradients, maxNorm): maxNorm must be a finite number above 0, got ${limit}.`,
    });
  });

  test("no gradients have no norm", () => {
    expectProblem(() => clipByGlobalNorm([], 1), {
      name: "ValueError",
      code: "CLIP_NORM",
      message: "globalNorm(gradients): there must be at least one gradient, got none.",
    });
  });
});
