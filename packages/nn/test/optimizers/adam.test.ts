/** Adam against algorithm 1 of the paper in plain numbers. */
import { createRuntime, input, mul, param, state, sum, type FloatNode } from "@unfold/core";
import { adam, type AdamOptions } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { descents, distance, trajectory, type Descent, type Trajectory } from "./training.js";

/** The same operations in double precision, perhaps in another order, over twelve steps. */
const RTOL = 1e-12;

interface Settings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  learningRate: fc.double({ min: 1e-4, max: 1, noNaN: true }),
  beta1: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.99, noNaN: true })),
  beta2: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.999, noNaN: true })),
  epsilon: fc.constantFrom(1e-8, 1e-3, 1),
});

/** Kingma & Ba 2015, algorithm 1. */
function reference({ start, gradients }: Descent, { learningRate, beta1, beta2, epsilon }: Settings): Trajectory {
  const [m, v, theta] = [start.map(() => 0), start.map(() => 0), [...start]];
  return gradients.map((gradient, step) => {
    const t = step + 1;
    gradient.forEach((g, i) => {
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      const mHat = m[i] / (1 - beta1 ** t);
      const vHat = v[i] / (1 - beta2 ** t);
      theta[i]! -= (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
    });
    return [...theta];
  });
}

test("twelve steps follow algorithm 1", async () => {
  await fc.assert(
    fc.asyncProperty(descents, settings, async (descent, options) => {
      const found = await trajectory(adam(options), descent);
      expect(distance(found, reference(descent, options))).toBeLessThanOrEqual(RTOL);
    }),
  );
});

test("the defaults are those of the paper: α = 0.001, β1 = 0.9, β2 = 0.999, ε = 1e-8", async () => {
  const published = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  await fc.assert(
    fc.asyncProperty(descents, async (descent) => {
      expect(await trajectory(adam(), descent)).toEqual(await trajectory(adam(published), descent));
    }),
  );
});

describe.each([
  // ε against |g| ≥ 0.1 is 1e-7.
  { precision: "f64", rtol: 2e-7 },
  // 1 - 0.999 in 32 bits keeps 14 of its 24 bits: 3e-5, of which the root takes half.
  { precision: "f32", rtol: 3e-5 },
] as const)("in $precision", ({ precision, rtol }) => {
  test("the first step is -α sign(g), however large the gradient", async () => {
    const size = fc.double({ min: 0.1, max: 1000, noNaN: true });
    const slope = fc.tuple(size, fc.boolean()).map(([s, isNegative]) => (isNegative ? -s : s));
    await fc.assert(
      fc.asyncProperty(fc.tuple(slope, slope, slope), async (gradient) => {
        const [after] = await trajectory(
          adam({ learningRate: 0.5 }),
          { start: [0, 0, 0], gradients: [gradient] },
          { precision },
        );
        gradient.forEach((g, i) => {
          expect(Math.abs(after![i]! + 0.5 * Math.sign(g))).toBeLessThanOrEqual(0.5 * rtol);
        });
      }),
    );
  });
});

test("gradients of another scale give the same steps, as the paper's section 2.1 says", async () => {
  await fc.assert(
    fc.asyncProperty(descents, fc.integer({ min: -20, max: 20 }), async ({ start, gradients }, exponent) => {
      // ε scaled along makes the identity exact; powers of two round nothing.
      const scaled = gradients.map((gradient) => gradient.map((g) => g * 2 ** exponent));
      const plain = await trajectory(adam({ epsilon: 2 ** -26 }), { start, gradients });
      const other = await trajectory(adam({ epsilon: 2 ** (exponent - 26) }), { start, gradients: scaled });
      expect(distance(plain, other)).toBeLessThanOrEqual(RTOL);
    }),
  );
});

test("zero gradients from the start move nothing", async () => {
  const gradients = Array.from({ length: 3 }, () => [0, 0, 0]);
  const found = await trajectory(adam(), { start: [1, -2, 3], gradients });
  expect(found.at(-1)).toEqual([1, -2, 3]);
});

test("the learning rate may be a state that another update carries", async () => {
  const rate = state("rate", 0.5);
  const w = param("w", [1]);
  const g = input("g", [1]);
  const runtime = await createRuntime({ precision: "f64" });
  const step = await runtime.compile({
    inputs: { g },
    updates: [...adam({ learningRate: rate }).apply([w], [g]), [rate, mul(rate, 0.5)]],
  });
  for (const expected of [0.5, 0.25]) {
    step.run({ g: [1] });
    // Constant gradients of 1 give steps of α / (1 + ε).
    expect(Math.abs(runtime.read(w).item() - expected)).toBeLessThanOrEqual(2e-8);
  }
});

test("executables made with one optimizer share its moments", async () => {
  const gradients = [
    [1, 2, 3],
    [-1, 0.5, 2],
    [0.25, 1, -4],
    [3, -1, 1],
  ];
  const alone = await trajectory(adam({ learningRate: 0.1 }), { start: [0, 0, 0], gradients });
  const [w, g] = [param("w", [0, 0, 0]), input("g", [3])];
  const optimizer = adam({ learningRate: 0.1 });
  const runtime = await createRuntime({ precision: "f64" });
  const compile = () => runtime.compile({ inputs: { g }, updates: optimizer.apply([w], [g]) });
  const steps = [await compile(), await compile()];
  gradients.forEach((gradient, i) => {
    steps[i % 2]!.run({ g: gradient });
  });
  expect([...runtime.read(w).data]).toEqual(alone.at(-1));
});

test("its state is a step counter and two moments for each parameter", () => {
  const [w, b] = [param("w", [1, 2]), param("b", 0)];
  const updates = adam().minimize(sum(mul(w, b)));
  const describeLeaf = ({ op, label }: FloatNode): string => `${op.name} ${label!}`;
  expect(updates.map(([target]) => describeLeaf(target as FloatNode))).toEqual([
    "state adam/step",
    "state adam/m/w",
    "state adam/v/w",
    "param w",
    "state adam/m/b",
    "state adam/v/b",
    "param b",
  ]);
});

describe("settings out of range are refused", () => {
  const refused: readonly (readonly [AdamOptions, string])[] = [
    [{ learningRate: 0 }, "learningRate must be a finite number > 0, got 0."],
    [{ learningRate: -1 }, "learningRate must be a finite number > 0, got -1."],
    [{ learningRate: NaN }, "learningRate must be a finite number > 0, got NaN."],
    [{ learningRate: Infinity }, "learningRate must be a finite number > 0, got Infinity."],
    [{ beta1: 1 }, "beta1 must be in [0, 1), got 1."],
    [{ beta1: -0.1 }, "beta1 must be in [0, 1), got -0.1."],
    [{ beta2: 1 }, "beta2 must be in [0, 1), got 1."],
    [{ beta2: NaN }, "beta2 must be in [0, 1), got NaN."],
    [{ epsilon: 0 }, "epsilon must be a finite number > 0, got 0."],
    [{ epsilon: -1e-8 }, "epsilon must be a finite number > 0, got -1e-8."],
  ];
  test.each(refused)("%o", (options, message) => {
    expectProblem(() => adam(options), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: `adam(options): ${message}`,
    });
  });
});
