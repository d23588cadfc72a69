/** Positional encodings: the paper's formula, and what it was chosen for. */
import { checkGradients, constant, evaluate, input, ndArray } from "@unfold/core";
import { learnedEncoding, sinusoidalEncoding } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals } from "../arbitraries.js";

/** The vectors alone: of zeros. */
function vectors(steps: number, units: number): number[][] {
  const zeros = constant(ndArray(new Float64Array(steps * units), { shape: [steps, units] }));
  const data = [...evaluate(sinusoidalEncoding({ units }).apply(zeros)).data];
  return Array.from({ length: steps }, (_, t) => data.slice(t * units, (t + 1) * units));
}

describe("sinusoidalEncoding", () => {
  test("it is sin and cos of t / 10,000^(2i / F)", () => {
    const found = vectors(50, 6);
    found.forEach((vector, t) => {
      for (let i = 0; i < 3; i++) {
        const angle = t / 10_000 ** ((2 * i) / 6);
        expect(Math.abs(vector[2 * i]! - Math.sin(angle))).toBeLessThan(1e-12);
        expect(Math.abs(vector[2 * i + 1]! - Math.cos(angle))).toBeLessThan(1e-12);
      }
    });
  });

  // Section 3.5: "for any fixed offset k, PE(pos + k) can be represented as a linear function of PE(pos)": a rotation.
  test("products of two vectors depend on their distance only", () => {
    const found = vectors(40, 8);
    const product = (a: number, b: number): number => found[a]!.reduce((sum, x, i) => sum + x * found[b]![i]!, 0);
    fc.assert(
      fc.property(fc.nat({ max: 19 }), fc.nat({ max: 19 }), (t, distance) => {
        expect(Math.abs(product(t, t + distance) - product(0, distance))).toBeLessThan(1e-11);
      }),
    );
  });

  test("an odd number of features ends with a sine", () => {
    expect(vectors(3, 3)[2]![2]).toBeCloseTo(Math.sin(2 / 10_000 ** (2 / 3)), 12);
  });

  test("every sequence of the batch gets the same; the axis of time can be another one", () => {
    const x = drawReals([3, 2, 4], 1, "x");
    const timeMajor = evaluate(sinusoidalEncoding({ units: 4 }).apply(constant(x))).data;
    const batchMajor = evaluate(sinusoidalEncoding({ units: 4, timeAxis: 1 }).apply(constant(x))).data;
    const [three, two] = [vectors(3, 4), vectors(2, 4)];
    x.data.forEach((element, index) => {
      const [t, b, i] = [Math.floor(index / 8), Math.floor(index / 4) % 2, index % 4];
      expect(timeMajor[index]).toBeCloseTo(element + three[t]![i]!, 12);
      expect(batchMajor[index]).toBeCloseTo(element + two[b]![i]!, 12);
    });
  });

  test("the axis of features is no time axis", () => {
    expectProblem(() => sinusoidalEncoding({ units: 4, timeAxis: -1 }).apply(input("x", [3, 4])), {
      name: "ShapeError",
      code: "TIME_AXIS",
      message:
        'sinusoidalEncoding("sinusoidalEncoding").apply(x): the time axis must not be the last one, got f32[3, 4] ("x").',
    });
  });
});

describe("learnedEncoding", () => {
  const layer = learnedEncoding({ positions: 5, units: 2, seed: 1 });

  test("each position has its vector, whose derivative is that of all sequences", () => {
    const x = input("x", [3, 2, 2]);
    const values = { x: drawReals([3, 2, 2], 1, "x") };
    const weight = evaluate(layer.parameters.weight).data;
    const found = evaluate(layer.apply(x), values).data;
    values.x.data.forEach((element, index) => {
      expect(found[index]).toBe(element + weight[2 * Math.floor(index / 4) + (index % 2)]!);
    });
    checkGradients(layer.apply(x), { wrt: [x, layer.parameters.weight], values });
  });

  test("more positions than it has are refused", () => {
    expectProblem(() => layer.apply(input("x", [6, 2])), {
      name: "ShapeError",
      code: "POSITIONS",
      message: 'learnedEncoding("learnedEncoding").apply(x): there must be at most 5 positions, got f32[6, 2] ("x").',
    });
  });
});
