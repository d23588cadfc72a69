/** checkGradients: passes right rules, and says which wrong one it met, where and by how much. */
import {
  add,
  checkGradients,
  compareGradients,
  constant,
  cos,
  customGradient,
  input,
  matmul,
  mul,
  param,
  sin,
  square,
  state,
  sub,
  sum,
  tanh,
  UnfoldError,
  type CustomRules,
  type FloatNode,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

const x = input("x", [3]);
const y = input("y", [3]);
const values = { x: [0.3, -0.7, 1.1], y: [0.5, 0.9, -0.4] };

/** sin(x) whose derivatives are cos(x) times a factor in each mode. */
function sine(at: FloatNode, factor: { readonly reverse?: number; readonly forward?: number }): FloatNode {
  return customGradient([at], sin(at), {
    vjp: ({ inputs: [u], cotangent }) => [mul(mul(cotangent, cos(u!)), factor.reverse ?? 1)],
    jvp: ({ inputs: [u], tangents: [t] }) => t && mul(mul(t, cos(u!)), factor.forward ?? 1),
  });
}

/** The error that the check throws. */
function failureOf(output: FloatNode, options: Parameters<typeof checkGradients>[1]): UnfoldError {
  try {
    checkGradients(output, options);
  } catch (error) {
    if (error instanceof UnfoldError) return error;
    throw error;
  }
  throw new Error("the check passed");
}

describe("right rules", () => {
  test("one comparison per variable and mode, and per pair of variables at order 2", () => {
    const output = mul(tanh(x), y);
    const kinds = (order: 1 | 2): string[] =>
      checkGradients(output, { wrt: [x, y], values, order }).map((c) => `${c.variable} ${c.order} ${c.mode}`);
    expect(kinds(1)).toEqual([
      'f32[3] ("x") 1 reverse',
      'f32[3] ("x") 1 forward',
      'f32[3] ("y") 1 reverse',
      'f32[3] ("y") 1 forward',
    ]);
    expect(kinds(2).length).toBe(12);
  });

  test("order 2 unless said otherwise", () => {
    expect(checkGradients(tanh(x), { wrt: [x], values: { x: values.x } }).map(({ order }) => order)).toEqual([
      1, 1, 2, 2,
    ]);
  });

  test("parameters and states are checked at their initial values", () => {
    const w = param("w", [
      [0.1, 0.2, 0.3],
      [-0.4, 0.5, 0.6],
    ]);
    const h = state("h", [0.7, -0.8]);
    const output = tanh(add(matmul(w, x), h));
    expect(checkGradients(output, { wrt: [w, h, x], values: { x: values.x } }).every(({ holds }) => holds)).toBe(true);
  });

  test("another seed looks in another direction", () => {
    const analytic = (seed: number): number =>
      checkGradients(sin(x), { wrt: [x], values: { x: values.x }, seed })[0]!.analytic;
    expect(analytic(1)).not.toBe(analytic(2));
    expect(analytic(1)).toBe(analytic(1));
  });

  test("a variable the output does not depend on has a derivative of 0", () => {
    const comparisons = checkGradients(sin(x), { wrt: [y], values });
    expect(comparisons.map(({ analytic, numeric }) => [analytic, numeric])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("wrong rules", () => {
  test("in reverse mode: names variable, mode and order, and says by how much", () => {
    const failure = failureOf(mul(sine(x, { reverse: 1.01 }), y), { wrt: [y, x], values, order: 1 });
    expect(failure.code).toBe("GRADIENT_CHECK");
    expect(failure.message).toMatch(
      /^checkGradients: reverse mode, order 1, with respect to f32\[3\] \("x"\): the derivative must equal the central difference, got -?[\d.]+ where the difference is -?[\d.]+ \(relative difference 9\.90e-3\)\. Check the derivative rules on the way, and that no value lies on a kink\.$/,
    );
    const { details } = failure;
    expect(details).toMatchObject({ variable: 'f32[3] ("x")', order: 1, mode: "reverse", holds: false });
    expect(Number(details["analytic"]) / Number(details["numeric"])).toBeCloseTo(1.01, 6);
  });

  test("in forward mode", () => {
    expect(failureOf(sine(x, { forward: -1 }), { wrt: [x], values: { x: values.x } }).details).toMatchObject({
      order: 1,
      mode: "forward",
    });
  });

  test("of the second derivative only", () => {
    // The derivative has the right value, but nothing flows back through it: its rule holds a constant.
    const frozen: CustomRules = {
      vjp: ({ cotangent }) => [mul(cotangent, constant(values.x.map(Math.cos)))],
      jvp: ({ tangents: [t] }) => t && mul(t, constant(values.x.map(Math.cos))),
    };
    const output = customGradient([x], sin(x), frozen);
    const options = { wrt: [x], values: { x: values.x } };
    expect(checkGradients(output, { ...options, order: 1 }).length).toBe(2);
    // A difference of the constant rule is a right 0, so that only a rule that varies wrongly is seen.
    const second = customGradient([x], sin(x), {
      vjp: ({ inputs: [u], cotangent }) => [mul(cotangent, sine(add(u!, Math.PI / 2), { reverse: 2, forward: 2 }))],
      jvp: ({ inputs: [u], tangents: [t] }) => t && mul(t, cos(u!)),
    });
    expect(checkGradients(second, { ...options, order: 1 }).length).toBe(2);
    expect(failureOf(second, options).details).toMatchObject({ variable: 'f32[3] ("x")', order: 2 });
  });

  test("of any size above the tolerance are seen, smaller ones are not", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 1, noNaN: true }), fc.boolean(), (size, isNegative) => {
        const reverse = 1 + (isNegative ? -size : size);
        const options = { wrt: [x], values: { x: values.x }, order: 1 } as const;
        const [comparison] = compareGradients(sine(x, { reverse }), options);
        expect(comparison!.holds).toBe(false);
        expect(compareGradients(sine(x, { reverse }), { ...options, rtol: 2.1 * size })[0]!.holds).toBe(true);
      }),
    );
  });

  test("one wrong element among many is seen", () => {
    const wide = input("wide", [100]);
    const factors = Array.from({ length: 100 }, (_, i) => (i === 57 ? 1.1 : 1));
    const output = customGradient([wide], square(wide), {
      vjp: ({ inputs: [u], cotangent }) => [mul(mul(cotangent, mul(u!, 2)), constant(factors))],
      jvp: ({ inputs: [u], tangents: [t] }) => t && mul(t, mul(u!, 2)),
    });
    const fed = { wide: Array.from({ length: 100 }, (_, i) => 1 + i / 100) };
    expect(failureOf(output, { wrt: [wide], values: fed }).details).toMatchObject({ mode: "reverse" });
  });

  test("compareGradients reports and does not throw", () => {
    const comparisons = compareGradients(sine(x, { reverse: 2 }), { wrt: [x], values: { x: values.x }, order: 1 });
    expect(comparisons.map(({ mode, holds }) => [mode, holds])).toEqual([
      ["reverse", false],
      ["forward", true],
    ]);
    expect(comparisons[0]!.relativeDifference).toBeCloseTo(0.5, 6);
  });
});

describe("errors", () => {
  test.each<[string, FloatNode, string]>([
    ["a computed node", sub(x, y), "sub f32[3]"],
    ["a constant", constant(1), "constant f32[]"],
    ["an input without a value", input("z", []), 'input f32[] ("z")'],
    ["an input named like what every object has", input("constructor", []), 'input f32[] ("constructor")'],
  ])("%s is no variable", (_, variable, got) => {
    expect(problemOf(() => checkGradients(sum(add(x, variable)), { wrt: [variable], values }))).toEqual({
      code: "CHECK_LEAF",
      message: `checkGradients(output, { wrt, values }): every variable must be an input with a value, a parameter or a state, got ${got}.`,
    });
  });

  test("a value of another shape names the input", () => {
    expect(problemOf(() => checkGradients(sin(x), { wrt: [x], values: { x: [1, 2] } }))).toEqual({
      code: "VALUE_SHAPE",
      message: 'checkGradients: "x": the value must have shape [3], got [2] (2 elements).',
    });
  });
});
