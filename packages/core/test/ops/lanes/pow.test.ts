/** Powers on lanes against double precision: every size of base and exponent, and every special value with every other. */
import { describe, expect, test } from "vitest";
import { asExpression, expressionBuilder } from "../../../src/codegen/lane-expression.js";
import { powLane } from "../../../src/ops/lanes/pow-lane.js";
import { powOp } from "../../../src/ops/pow.js";
import { columnEvaluator, type Column, type Rounding } from "../../codegen/reference/evaluate-columns.js";
import { sampleFloats } from "./sample-floats.js";
import { ulpError } from "./ulp-error.js";

const COUNT = 40_000;
/** The bound stated with the operation. */
const ULP = 1.3;
const reference = powOp.reference({}, "f32");

function evaluate(bases: Float32Array, exponents: Float32Array, rounding: Rounding): Column {
  const builder = expressionBuilder();
  const columns = [bases, exponents];
  const [a, b] = columns.map((_, operand) => builder.load({ operand, constant: 0, strides: [1], indirect: [] }, "f32"));
  return columnEvaluator(bases.length, rounding, (leaf) =>
    leaf.kind === "load" ? columns[leaf.access.operand]! : new Float32Array(),
  )(asExpression(powLane(builder, a!, b!)));
}

interface Pairs {
  readonly bases: Float32Array;
  readonly exponents: Float32Array;
}

/** As many pairs as there are bases; the exponent is made from the base and a number in [-1, 1]. */
function pairs(bases: Float32Array, exponentOf: (base: number, fraction: number) => number): Pairs {
  const fractions = sampleFloats(2 * bases.length, 1).subarray(-bases.length);
  return { bases, exponents: bases.map((base, i) => exponentOf(base, fractions[i]!)) };
}

/** As far as the power is a number that is neither 0 nor ∞. */
const inRange = (base: number, fraction: number): number =>
  (fraction * 150) / Math.max(Math.abs(Math.log2(base)), 1e-30);
const positive = sampleFloats(COUNT, 2).map(Math.abs);
const nearOne = sampleFloats(COUNT, 1).map((x, i) => 1 + (i % 2 === 0 ? x * 1e-3 : x / 2));

describe.each(["fused", "unfused"] as const)("%s", (rounding) => {
  test.each<[string, Pairs]>([
    ["bases of all sizes, all powers that are numbers", pairs(positive, inRange)],
    ["bases near 1, all powers that are numbers", pairs(nearOne, inRange)],
    ["bases of all sizes and signs, whole exponents", pairs(sampleFloats(COUNT, 9), (_, f) => Math.round(f * 9))],
    ["bases of all sizes and signs, exponents of all sizes", pairs(sampleFloats(COUNT, 9), (_, f) => f)],
    ["exponents from far too low to far too high", pairs(nearOne, (_, f) => f * 1e5)],
    ["any bits with any other", { bases: sampleFloats(COUNT, 9), exponents: sampleFloats(COUNT, 9).toReversed() }],
  ])(`within ${ULP} ulp: %s`, (_, { bases, exponents }) => {
    const powers = evaluate(bases, exponents, rounding);
    let worst = { ulp: 0, base: 0, exponent: 0, actual: 0, expected: 0 };
    for (const [i, base] of bases.entries()) {
      const expected = reference(base, exponents[i]!);
      const ulp = ulpError(powers[i]!, expected);
      if (ulp > worst.ulp) worst = { ulp, base, exponent: exponents[i]!, actual: powers[i]!, expected };
    }
    expect(worst.ulp, JSON.stringify(worst)).toBeLessThanOrEqual(ULP);
  });

  test("every special value to every other", () => {
    const sizes = [0, 1, 0.5, 1.5, 2, 3, 7, 2 ** 24, 2 ** 24 - 1, 3e38, 2 ** -149, 1e-30, 1 + 2 ** -23, 1 - 2 ** -24];
    const special = [...[...sizes, Infinity].flatMap((x) => [x, -x]), NaN].map(Math.fround);
    const bases = Float32Array.from(special.flatMap((base) => special.map(() => base)));
    const exponents = Float32Array.from(special.flatMap(() => special));
    const powers = evaluate(bases, exponents, rounding);
    bases.forEach((base, i) => {
      const expected = reference(base, exponents[i]!);
      const isExact = [0, Infinity, NaN, 1].some((value) => Object.is(Math.abs(Math.fround(expected)), value));
      if (isExact) expect(powers[i], `${base} to the power ${exponents[i]!}`).toBe(Math.fround(expected));
      else expect(ulpError(powers[i]!, expected), `${base} to the power ${exponents[i]!}`).toBeLessThanOrEqual(ULP);
    });
  });
});
