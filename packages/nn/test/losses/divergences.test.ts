/** Divergences, likelihoods and distances: what they mean, and where they are easily wrong. */
import { broadcastTo, constant, evaluate, gradient, input, logSoftmax, mul, randomKey, sum } from "@unfold/core";
import {
  cosineDistance,
  gaussianKlDivergence,
  gaussianLikelihood,
  huber,
  klDivergence,
  sampleGaussian,
} from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, extents, seeds } from "../arbitraries.js";

const moderate = fc.double({ min: -2, max: 2, noNaN: true });

/** ∫ f over the real line by the trapezoidal rule, which is exact to rounding for functions that vanish like a Gaussian. */
function integral(f: (x: number) => number): number {
  let total = 0;
  for (let i = -4000; i <= 4000; i++) total += f(i / 100);
  return total / 100;
}

/** ln N(x; μ, e^s). */
const logDensity = (x: number, mean: number, logVariance: number): number =>
  -0.5 * (logVariance + (x - mean) ** 2 * Math.exp(-logVariance) + Math.log(2 * Math.PI));

describe("klDivergence", () => {
  test("it is not negative, and 0 between equal distributions", () => {
    fc.assert(
      fc.property(extents, seeds, (classes, seed) => {
        const [p, q] = ["p", "q"].map((name) => logSoftmax(constant(drawReals([classes], seed, name))));
        expect(evaluate(klDivergence(p!, q!)).item()).toBeGreaterThanOrEqual(-1e-15);
        expect(evaluate(klDivergence(p!, p!)).item()).toBe(0);
      }),
    );
  });

  test("a class that the target rules out adds nothing, whatever the prediction says of it", () => {
    const q = input("q", [2]);
    const loss = klDivergence(constant([0, -Infinity]), q);
    for (const other of [-1, -Infinity]) {
      expect(evaluate(loss, { q: [-0.5, other] }).item()).toBe(0.5);
      expect([...evaluate(gradient(loss, [q])[0], { q: [-0.5, other] }).data].map(Math.abs)).toEqual([1, 0]);
    }
  });
});

describe("gaussianKlDivergence", () => {
  test("it is ∫ p (ln p - ln q)", () => {
    fc.assert(
      fc.property(moderate, moderate, (mean, logVariance) => {
        const found = evaluate(gaussianKlDivergence(input("m", [1]), input("s", [1])), {
          m: [mean],
          s: [logVariance],
        }).item();
        const expected = integral((x) => {
          const own = logDensity(x, mean, logVariance);
          return Math.exp(own) * (own - logDensity(x, 0, 0));
        });
        expect(Math.abs(found - expected)).toBeLessThan(1e-10);
      }),
      { numRuns: 20 },
    );
  });

  test("small deviations keep their digits in f32", () => {
    const loss = gaussianKlDivergence(constant([0]), constant([1e-3]));
    // ½ (e^s - 1 - s) = s²/4 + s³/12 + …; a few roundings of 1e-3.
    expect(Math.abs(evaluate(loss, {}, { precision: "f32" }).item() - 2.5008e-7)).toBeLessThan(1e-10);
  });
});

test("gaussianLikelihood is -ln of a density: its exponential integrates to 1", () => {
  fc.assert(
    fc.property(moderate, moderate, (mean, logVariance) => {
      const targets = Float64Array.from({ length: 8001 }, (_, i) => (i - 4000) / 100);
      const t = input("t", [8001]);
      const all = (value: number) => broadcastTo(constant(value), [8001]);
      const loss = gaussianLikelihood(all(mean), all(logVariance), t, { reduction: "none" });
      const costs = [...evaluate(loss, { t: targets }).data];
      expect(Math.abs(costs.reduce((sum, cost) => sum + Math.exp(-cost), 0) / 100 - 1)).toBeLessThan(1e-10);
    }),
    { numRuns: 5 },
  );
});

describe("cosineDistance", () => {
  test("lengths do not matter", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.01, max: 1e4, noNaN: true }), (seed, factor) => {
        const [x, y] = ["x", "y"].map((name) => constant(drawReals([3], seed, name)));
        const plain = evaluate(cosineDistance(x!, y!)).item();
        expect(Math.abs(evaluate(cosineDistance(mul(x!, factor), y!)).item() - plain)).toBeLessThan(1e-14);
        expect(Math.abs(evaluate(cosineDistance(mul(x!, -factor), y!)).item() - (2 - plain))).toBeLessThan(1e-14);
      }),
    );
  });

  test.each(["f32", "f64"] as const)(
    "the distance to a vector of zeros is 1, with finite derivatives in %s",
    (precision) => {
      const x = input("x", [2]);
      const loss = cosineDistance(x, constant([3, 4]));
      expect(evaluate(loss, { x: [0, 0] }, { precision }).item()).toBe(1);
      const slope = evaluate(gradient(loss, [x])[0], { x: [0, 0] }, { precision }).data;
      expect([...slope].every(Number.isFinite)).toBe(true);
    },
  );

  test("numbers without an axis are refused", () => {
    expectProblem(() => cosineDistance(input("x", []), constant(1)), {
      name: "ShapeError",
      code: "LOSS_SHAPE",
      message: 'cosineDistance(prediction, target): prediction must have at least one axis, got f32[] ("x").',
    });
  });
});

describe("huber", () => {
  test("a large error pulls with δ, a small one with itself", () => {
    const x = input("x", [4]);
    const loss = huber(x, constant([0, 0, 0, 0]), { delta: 2, reduction: "sum" });
    expect([...evaluate(gradient(loss, [x])[0], { x: [1e30, -5, 2, 0.25] }).data]).toEqual([2, -2, 2, 0.25]);
  });

  test.each([0, -1, NaN, Infinity])("a δ of %d is refused", (delta) => {
    expectProblem(() => huber(input("x", []), input("y", []), { delta }), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: `huber(prediction, target): delta must be a finite number > 0, got ${delta}.`,
    });
  });
});

describe("sampleGaussian", () => {
  test("its draws have the mean and the variance, and all noise is another", () => {
    const size = 20_000;
    fc.assert(
      fc.property(moderate, moderate, seeds, (mean, logVariance, seed) => {
        const of = (value: number) => broadcastTo(constant(value), [size]);
        const drawn = [...evaluate(sampleGaussian(of(mean), of(logVariance), randomKey(seed))).data];
        const found = drawn.reduce((total, z) => total + z, 0) / size;
        const spread = drawn.reduce((total, z) => total + (z - found) ** 2, 0) / size;
        const deviation = Math.exp(logVariance / 2);
        // Six standard errors.
        expect(Math.abs(found - mean)).toBeLessThan((6 * deviation) / Math.sqrt(size));
        expect(Math.abs(spread / deviation ** 2 - 1)).toBeLessThan(6 * Math.sqrt(2 / size));
        expect(new Set(drawn).size).toBeGreaterThan(0.99 * size);
      }),
      { numRuns: 5 },
    );
  });

  test("gradients pass: dz/dμ = 1, dz/ds = (z - μ) / 2", () => {
    const [mean, logVariance] = [input("mean", [3]), input("logVariance", [3])];
    const values = { mean: [1, -2, 0], logVariance: [0.5, -3, 1] };
    const drawn = sampleGaussian(mean, logVariance, randomKey(4));
    const z = evaluate(drawn, values).data;
    const [ofMean, ofLogVariance] = gradient(sum(drawn), [mean, logVariance]).map(
      (node) => evaluate(node, values).data,
    );
    expect([...ofMean!]).toEqual([1, 1, 1]);
    ofLogVariance!.forEach((found, i) => {
      expect(found).toBeCloseTo((z[i]! - values.mean[i]!) / 2, 12);
    });
  });

  test("refused: parameters of two shapes, or of none", () => {
    expect(() => sampleGaussian(input("m", [3]), input("s", [2]), randomKey(1))).toThrow(/one shape|same shape/);
    expect(() => sampleGaussian(input("m", []), input("s", []), randomKey(1))).toThrow("must have at least one axis");
  });
});
