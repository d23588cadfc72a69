/** What all schedules share: they are part of the compiled step, and refuse settings outside their range. */
import { createRuntime, mul, param } from "@unfold/core";
import {
  adam,
  cosineDecay,
  exponentialDecay,
  inverseSigmoidDecay,
  inverseSquareRoot,
  learningRateRange,
  linearWarmup,
  multiStepDecay,
  oneCycle,
  polynomialDecay,
  reduceOnPlateau,
  scheduleAt,
  sgd,
  stepDecay,
} from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

test("an optimizer counts its updates and takes the rate of each from its schedule", async () => {
  const w = param("w", 0);
  const schedule = exponentialDecay({ rate: 1, factor: 0.5 });
  const runtime = await createRuntime();
  const step = await runtime.compile({ updates: sgd({ learningRate: schedule }).minimize(mul(w, -1)) });
  const positions = [0, 1, 2].map(() => {
    step.run({});
    return runtime.read(w).item();
  });
  expect(positions).toEqual([1, 1.5, 1.75]);
});

test("a schedule and Adam's bias correction share one counter", () => {
  const w = param("w", 1);
  const updates = adam({ learningRate: stepDecay({ rate: 1, factor: 0.5, every: 2 }) }).minimize(mul(w, w));
  expect(updates.map(([leaf]) => leaf.label)).toEqual(["adam/step", "adam/m/w", "adam/v/w", "w"]);
});

test("restarts of growing length start at the step after the fall before, however late", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(1, 2, 3),
      fc.nat({ max: 8 }),
      (steps, growth, falls) => {
        let start = 0;
        for (let i = 0; i < falls; i++) start += steps * growth ** i;
        const schedule = cosineDecay({ rate: 1, steps, restarts: growth });
        expect(scheduleAt(schedule, start)).toBe(1);
        if (start > 0 && steps > 1) expect(scheduleAt(schedule, start - 1)).toBeLessThan(1);
      },
    ),
  );
});

test("a schedule with an end stays there, and stays positive before", () => {
  const ending = [
    polynomialDecay({ rate: 1, end: 0.25, steps: 20 }),
    cosineDecay({ rate: 1, end: 0.25, steps: 20 }),
    oneCycle({ peak: 1, steps: 21, startDivisor: 2, endDivisor: 2, hold: true }),
  ];
  for (const schedule of ending) {
    for (const step of [20, 21, 1e6, 2 ** 24]) expect(scheduleAt(schedule, step)).toBeCloseTo(0.25, 12);
    for (let step = 0; step < 20; step++) expect(scheduleAt(schedule, step)).toBeGreaterThan(0.25);
  }
});

test("an exponential decay approaches its end from above, or from below", () => {
  const setting = fc.double({ min: 0.01, max: 10, noNaN: true });
  fc.assert(
    fc.property(setting, setting, fc.double({ min: 0.5, max: 0.999, noNaN: true }), (rate, end, factor) => {
      const schedule = exponentialDecay({ rate, end, factor });
      const left = (step: number): number => scheduleAt(schedule, step) - end;
      expect(scheduleAt(schedule, 0)).toBeCloseTo(rate, 12);
      expect(left(7)).toBeCloseTo(factor * left(6), 12);
      expect(scheduleAt(schedule, 1e6)).toBeCloseTo(end, 12);
    }),
  );
});

test("an inverse sigmoid is its equation, without overflow", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e4, noNaN: true }), fc.nat({ max: 100_000 }), (span, step) => {
      const wanted = span / (span + Math.exp(step / span));
      expect(Math.abs(scheduleAt(inverseSigmoidDecay({ span }), step) - wanted)).toBeLessThanOrEqual(1e-14);
    }),
  );
  expect(scheduleAt(inverseSigmoidDecay({ span: 1 }), 1e9)).toBe(0);
});

describe("refused", () => {
  const refused: readonly (readonly [string, () => unknown, string])[] = [
    ["a rate of 0", () => stepDecay({ rate: 0, factor: 1, every: 1 }), "rate must be a finite number > 0, got 0"],
    ["half a step", () => stepDecay({ rate: 1, factor: 1, every: 0.5 }), "every must be a whole number ≥ 1, got 0.5"],
    [
      "a factor of NaN",
      () => exponentialDecay({ rate: 1, factor: NaN }),
      "factor must be a finite number > 0, got NaN",
    ],
    ["an exponential's end below 0", () => exponentialDecay({ rate: 1, end: -1, factor: 1 }), "end must be a finite"],
    ["no steps", () => polynomialDecay({ rate: 1, steps: 0 }), "steps must be a whole number ≥ 1, got 0"],
    ["an end below 0", () => cosineDecay({ rate: 1, end: -1, steps: 1 }), "end must be a finite number ≥ 0, got -1"],
    ["shrinking falls", () => cosineDecay({ rate: 1, steps: 1, restarts: 0.5 }), "restarts must be 1, or a finite"],
    ["a rise of 1", () => oneCycle({ peak: 1, steps: 10, rise: 1 }), "rise must be in (0, 1), got 1"],
    ["no room to rise", () => oneCycle({ peak: 1, steps: 3, rise: 0.1 }), "rise · steps must be at least 1"],
    ["no warm-up", () => linearWarmup(1, 0), "steps must be a whole number ≥ 1, got 0"],
    ["a span of 0", () => inverseSigmoidDecay({ span: 0 }), "span must be a finite number ≥ 1, got 0"],
    ["no peak", () => inverseSquareRoot({ peak: 0, warmup: 1 }), "peak must be a finite number > 0, got 0"],
    ["a plateau's factor of 1", () => reduceOnPlateau({ rate: 1, factor: 1 }), "factor must be in (0, 1), got 1"],
  ];
  test.each([-1, 0.5, NaN, Infinity])("step %d", (step) => {
    expectProblem(() => scheduleAt(exponentialDecay({ rate: 1, factor: 1 }), step), {
      name: "ValueError",
      code: "SETTING_RANGE",
      message: `scheduleAt(schedule, step): step must be a whole number ≥ 0, got ${step}.`,
    });
  });

  test.each(["interpreter", "wasm-simd"] as const)("an update after the end of a cycle, on %s", async (backend) => {
    const w = param("w", 1);
    const schedule = oneCycle({ peak: 1, steps: 4, rise: 0.5 });
    const runtime = await createRuntime({ backend });
    const step = await runtime.compile({ updates: adam({ learningRate: schedule }).minimize(mul(w, w)) });
    for (let i = 0; i < 4; i++) step.run({});
    const last = runtime.read(w).item();
    const refusal =
      /^oneCycle\(options\) built at .*: every step, counted from 0, must be in \[0, 3\], got 4 at position 0\. Let the cycle have as many/;
    expect(() => step.run({})).toThrow(refusal);
    expect(runtime.read(w).item()).toBe(last);
    expect(() => scheduleAt(schedule, 4)).toThrow(refusal);
  });

  test.each(refused)("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  test.each([[[]], [[3, 3]], [[5, 2]], [[0]], [[1.5]]])("milestones %j", (milestones) => {
    expectProblem(() => multiStepDecay({ rate: 1, factor: 0.5, milestones }), {
      name: "ValueError",
      code: "MILESTONES",
      message: `multiStepDecay(options): milestones must be rising whole numbers ≥ 1, got [${milestones.join(", ")}].`,
    });
  });

  test("a measure that is no number", () => {
    const plateau = reduceOnPlateau({ rate: 1 });
    expectProblem(() => plateau.observe(plateau.initial, NaN), {
      name: "RuntimeError",
      code: "NOT_FINITE",
      message: "reduceOnPlateau(options).observe(state, measure): the measure must be a finite number, got NaN.",
    });
  });
});

describe("the range test", () => {
  /** A loss that falls fastest at a rate of 0.01 and explodes above 1. */
  const lossAt = (rate: number): number => (rate > 1 ? 100 * rate : 2 / (1 + rate / 0.01) + 1);

  test("finds where the loss falls fastest and stops when it explodes", async () => {
    const tried: number[] = [];
    const { points, steepest } = await learningRateRange(
      (rate) => {
        tried.push(rate);
        return lossAt(rate);
      },
      { from: 1e-5, to: 100, steps: 141, smoothing: 0 },
    );
    expect(Math.abs(Math.log10(steepest! / 0.01))).toBeLessThan(0.06);
    expect(points.map(({ rate }) => rate)).toEqual(tried);
    expect(tried.at(-1)).toBeLessThan(1.3);
  });

  test("says that the loss never falls, and bears one that is no number", async () => {
    expect((await learningRateRange((rate) => 1 + rate)).steepest).toBeUndefined();
    const { points } = await learningRateRange((rate) => (rate > 1e-4 ? NaN : 1));
    expect(points.every(({ loss }) => loss === 1)).toBe(true);
  });

  test("refuses a range that does not rise", async () => {
    await expect(learningRateRange(() => 1, { from: 1, to: 1 })).rejects.toThrow(
      "to must be a finite number > from = 1",
    );
  });
});
