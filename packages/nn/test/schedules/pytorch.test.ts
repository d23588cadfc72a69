/** Schedules against the learning rates of PyTorch's, and against their equations. */
import {
  cosineDecay,
  exponentialDecay,
  inverseSquareRoot,
  linearWarmup,
  multiStepDecay,
  oneCycle,
  polynomialDecay,
  reduceOnPlateau,
  scheduleAt,
  stepDecay,
  type Schedule,
} from "@unfold/nn";
import { expect, test } from "vitest";
import { traces } from "../optimizers/pytorch/traces.js";

const schedules: Readonly<Record<string, Schedule>> = {
  stepDecay: stepDecay({ rate: 0.5, every: 5, factor: 0.3 }),
  multiStepDecay: multiStepDecay({ rate: 0.5, milestones: [4, 9, 10], factor: 0.5 }),
  exponentialDecay: exponentialDecay({ rate: 0.5, factor: 0.9 }),
  polynomialDecay: polynomialDecay({ rate: 0.5, steps: 15, power: 2 }),
  cosineDecay: cosineDecay({ rate: 0.5, end: 0.01, steps: 23 }),
  "cosineDecay, restarts 1": cosineDecay({ rate: 0.5, end: 0.01, steps: 5, restarts: 1 }),
  "cosineDecay, restarts 2": cosineDecay({ rate: 0.5, end: 0.01, steps: 3, restarts: 2 }),
  oneCycle: oneCycle({ peak: 0.7, steps: 24 }),
  "oneCycle, other settings": oneCycle({ peak: 0.7, steps: 24, rise: 0.6, startDivisor: 10, endDivisor: 100 }),
};

test.each(Object.keys(traces.schedules))("%s", (name) => {
  for (const [step, rate] of traces.schedules[name]!.entries())
    expect(Math.abs(scheduleAt(schedules[name]!, step) - rate), `step ${step}`).toBeLessThanOrEqual(1e-13);
});

test("the rate falls on plateaus as PyTorch's does", () => {
  const { measures, fall, rise } = traces.plateau;
  const follow = (plateau: ReturnType<typeof reduceOnPlateau>): number[] => {
    let state = plateau.initial;
    return measures.map((measure) => (state = plateau.observe(state, measure)).rate);
  };
  const settings = { rate: 1, factor: 0.5 } as const;
  expect(follow(reduceOnPlateau({ ...settings, patience: 2, cooldown: 2, threshold: 1e-3, minimum: 0.05 }))).toEqual(
    fall,
  );
  expect(follow(reduceOnPlateau({ ...settings, goal: "rise", patience: 3 }))).toEqual(rise);
});

test("its state is plain data: a run that is resumed goes on as if nothing had happened", () => {
  const plateau = reduceOnPlateau({ rate: 1, patience: 1 });
  const half = [3, 3].reduce(plateau.observe, plateau.initial);
  const stored = JSON.parse(JSON.stringify(half)) as typeof half;
  expect(plateau.observe(stored, 3)).toEqual(plateau.observe(half, 3));
});

test("a warm-up rises to where the other schedule starts, which then runs from its beginning", () => {
  const after = exponentialDecay({ rate: 0.5, factor: 0.5 });
  const rates = [0, 1, 2, 3, 4, 5].map((step) => scheduleAt(linearWarmup(after, 4), step));
  expect(rates).toEqual([0.125, 0.25, 0.375, 0.5, 0.5, 0.25]);
});

test("the inverse root peaks at the end of its warm-up", () => {
  const rates = Array.from({ length: 50 }, (_, step) => scheduleAt(inverseSquareRoot({ peak: 2, warmup: 10 }), step));
  expect(Math.max(...rates)).toBe(2);
  expect(rates.indexOf(2)).toBe(9);
  expect(rates[39]).toBe(1);
});
