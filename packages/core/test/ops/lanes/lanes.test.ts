/** Functions on lanes against double precision, over numbers of all sizes, with and without fused multiply-add. */
import { describe, expect, test } from "vitest";
import { asExpression, expressionBuilder } from "../../../src/codegen/lane-expression.js";
import type { Lane, LaneEmitter } from "../../../src/graph/emitter.js";
import { erfLane } from "../../../src/ops/lanes/erf-lane.js";
import { expLane } from "../../../src/ops/lanes/exp-lane.js";
import { expm1Lane } from "../../../src/ops/lanes/expm1-lane.js";
import { logLane } from "../../../src/ops/lanes/log-lane.js";
import { log1pLane } from "../../../src/ops/lanes/log1p-lane.js";
import { sigmoidLane } from "../../../src/ops/lanes/sigmoid-lane.js";
import { cosLane, sinLane } from "../../../src/ops/lanes/sine-lane.js";
import { softplusLane } from "../../../src/ops/lanes/softplus-lane.js";
import { tanhLane } from "../../../src/ops/lanes/tanh-lane.js";
import { errorFunction } from "../../../src/ops/reference/error-function.js";
import { columnEvaluator, type Column, type Rounding } from "../../codegen/reference/evaluate-columns.js";
import { sampleFloats } from "./sample-floats.js";
import { ulpError } from "./ulp-error.js";

type LaneFunction = (e: LaneEmitter, x: Lane) => Lane;

/** Enough to come near the largest error there is, which was looked for at every seventh f32. */
const COUNT = 60_000;

function evaluate(f: LaneFunction, xs: Column, rounding: Rounding): Column {
  const builder = expressionBuilder();
  const x = builder.load({ operand: 0, constant: 0, strides: [1], indirect: [] }, "f32");
  return columnEvaluator(xs.length, rounding, () => xs)(asExpression(f(builder, x)));
}

interface Accuracy {
  readonly f: LaneFunction;
  readonly reference: (x: number) => number;
  /** Largest error in ulp. */
  readonly ulp: number;
  /** Where it is largest: half of the samples are in [-spread, spread]. */
  readonly spread: number;
  /** Numbers above count for nothing. */
  readonly limit?: number;
  /** An error that is small enough whatever it is in ulp. */
  readonly absolute?: number;
}

/** The bounds stated with the operations. */
const FUNCTIONS: Readonly<Record<string, Accuracy>> = {
  exp: { f: expLane, reference: Math.exp, ulp: 1.2, spread: 90 },
  // 0 where the result is a subnormal number below e^-88.3.
  sigmoid: { f: sigmoidLane, reference: sigmoid, ulp: 2.5, spread: 20, absolute: 4.2e-39 },
  tanh: { f: tanhLane, reference: Math.tanh, ulp: 4, spread: 10 },
  erf: { f: erfLane, reference: errorFunction, ulp: 4, spread: 4 },
  expm1: { f: expm1Lane, reference: Math.expm1, ulp: 2.4, spread: 20 },
  log: { f: logLane, reference: Math.log, ulp: 1, spread: 4 },
  log1p: { f: log1pLane, reference: Math.log1p, ulp: 1, spread: 2 },
  softplus: {
    f: softplusLane,
    reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    ulp: 2.8,
    spread: 20,
  },
  // Near multiples of π/2 the last part of π is not exact enough for any number of ulp.
  sin: { f: sinLane, reference: Math.sin, ulp: 2, spread: 1e5, limit: 1e5, absolute: 1e-12 },
  cos: { f: cosLane, reference: Math.cos, ulp: 2, spread: 1e5, limit: 1e5, absolute: 1e-12 },
};

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

describe.each(Object.entries(FUNCTIONS))("%s", (_, { f, reference, ulp, spread, limit, absolute = 0 }) => {
  test.each(["fused", "unfused"] as const)(`is within ${ulp} ulp (%s)`, (rounding) => {
    const xs = sampleFloats(COUNT, spread, limit);
    const ys = evaluate(f, xs, rounding);
    let worst = { ulp: 0, x: 0, actual: 0, expected: 0 };
    for (const [i, x] of xs.entries()) {
      const expected = reference(x);
      const error = Math.abs(ys[i]! - expected) <= absolute ? 0 : ulpError(ys[i]!, expected);
      if (error > worst.ulp) worst = { ulp: error, x, actual: ys[i]!, expected };
    }
    expect(worst.ulp, JSON.stringify(worst)).toBeLessThanOrEqual(ulp);
  });
});

describe.each(["fused", "unfused"] as const)("special values (%s)", (rounding) => {
  const special = [0, -0, Infinity, -Infinity, NaN];
  test.each<[string, LaneFunction, readonly number[]]>([
    ["exp", expLane, [1, 1, Infinity, 0, NaN]],
    ["sigmoid", sigmoidLane, [0.5, 0.5, 1, 0, NaN]],
    ["tanh", tanhLane, [0, -0, 1, -1, NaN]],
    ["erf", erfLane, [0, -0, 1, -1, NaN]],
    ["expm1", expm1Lane, [0, -0, Infinity, -1, NaN]],
    ["log", logLane, [-Infinity, -Infinity, Infinity, NaN, NaN]],
    ["log1p", log1pLane, [0, -0, Infinity, NaN, NaN]],
    ["softplus", softplusLane, [Math.fround(Math.LN2), Math.fround(Math.LN2), Infinity, 0, NaN]],
    ["sin", sinLane, [0, -0, NaN, NaN, NaN]],
    ["cos", cosLane, [1, 1, NaN, NaN, NaN]],
  ])("%s at 0, -0, ∞, -∞, NaN", (_, f, expected) => {
    expect([...evaluate(f, Float32Array.from(special), rounding)]).toEqual(expected);
  });

  test.each<[string, LaneFunction, number, number]>([
    ["log", logLane, -1, NaN],
    ["log1p", log1pLane, -1, -Infinity],
    ["log1p", log1pLane, -2, NaN],
    ["exp", expLane, 1e30, Infinity],
    ["exp", expLane, -103.97, 2 ** -149],
    ["exp", expLane, -104, 0],
    ["expm1", expm1Lane, 100, Infinity],
    ["sigmoid", sigmoidLane, -1e4, 0],
    ["softplus", softplusLane, 1e30, Math.fround(1e30)],
  ])("%s", (_, f, x, expected) => {
    expect(evaluate(f, Float32Array.of(x), rounding)[0]).toBe(expected);
  });

  test.each<[string, LaneFunction, number]>([
    ["tanh", tanhLane, -1],
    ["erf", erfLane, -1],
    ["sin", sinLane, -1],
    ["cos", cosLane, -1],
    ["sigmoid", sigmoidLane, 0],
  ])("%s never leaves its range and is never NaN", (_, f, low) => {
    const xs = sampleFloats(COUNT, 10).filter((x) => Number.isFinite(x));
    const ys = evaluate(f, xs, rounding);
    expect(ys.findIndex((y) => !(y >= low && y <= 1))).toBe(-1);
  });

  test.each<[string, LaneFunction]>([
    ["tanh", tanhLane],
    ["erf", erfLane],
    ["sin", sinLane],
  ])("%s is odd to the last bit", (_, f) => {
    const xs = sampleFloats(1000, 10);
    const mirrored = evaluate(
      f,
      xs.map((x) => -x),
      rounding,
    );
    expect(Float32Array.from(mirrored, (y) => -y)).toEqual(evaluate(f, xs, rounding));
  });
});
