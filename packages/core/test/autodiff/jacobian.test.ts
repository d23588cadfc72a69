/** Jacobians and Hessians against finite differences, closed forms, and the products they are made of. */
import {
  add,
  clipGradient,
  constant,
  evaluate,
  floor,
  gradient,
  hessian,
  hessianVectorProduct,
  input,
  jacobian,
  matmul,
  mul,
  ndArray,
  reshape,
  sigmoid,
  sin,
  sizeOf,
  softmax,
  square,
  sub,
  sum,
  tanh,
  topologicalOrder,
  transpose,
  type FloatNode,
  type NdArray,
} from "@unfold/core";
import { drawValue, randomGraph, reals } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Both sides are the same products summed in other orders; graphs of up to 8 operations amplify the roundings. */
const RTOL = 1e-10;
/** Central differences with step ∛ε err by about ε^(2/3) = 4e-11 of the third derivative, which is below 10⁴ here. */
const DIFFERENCE_TOLERANCE = 1e-6;

const seeds = fc.nat({ max: 1_000_000 });

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(tolerance * scale);
  }
}

/** One column of differences per element of the variable, row-major like the Jacobian. */
function differences(output: FloatNode, variable: FloatNode, values: Readonly<Record<string, NdArray>>): number[] {
  const [rows, columns] = [sizeOf(output.shape), sizeOf(variable.shape)];
  const result = new Array<number>(rows * columns);
  const base = values[variable.label!]!.data;
  const at = (column: number, step: number): ArrayLike<number> => {
    const moved = Float64Array.from(base, (element, i) => (i === column ? element + step : element));
    return evaluate(output, { ...values, [variable.label!]: ndArray(moved, { shape: variable.shape }) }).data;
  };
  const step = Math.cbrt(Number.EPSILON);
  for (let column = 0; column < columns; column++) {
    const [after, before] = [at(column, step), at(column, -step)];
    for (let r = 0; r < rows; r++) result[r * columns + column] = (after[r]! - before[r]!) / (2 * step);
  }
  return result;
}

describe.each(["reverse", "forward", undefined] as const)("jacobian in mode %s", (mode) => {
  const options = mode === undefined ? {} : { mode };

  test("equals central differences on random graphs", () => {
    fc.assert(
      fc.property(randomGraph, ({ output, variables, values }) => {
        for (const variable of variables) {
          const J = jacobian(output, variable, options);
          expect(J.shape).toEqual([...output.shape, ...variable.shape]);
          expectNear(evaluate(J, values).data, differences(output, variable, values), DIFFERENCE_TOLERANCE);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("of a matrix product with a column is the matrix", () => {
    const [W, x] = [input("W", [3, 2]), input("x", [2])];
    const values = {
      W: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      x: [7, 8],
    };
    expect([...evaluate(jacobian(matmul(W, x), x, options), values).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("of a transpose is the permutation of its elements", () => {
    const x = input("x", [2, 3]);
    const J = jacobian(transpose(x), x, options);
    const ones = Array.from({ length: 6 * 6 }, (_, k) => {
      const [row, column] = [Math.floor(k / 6), k % 6];
      return Number((row % 2) * 3 + Math.floor(row / 2) === column);
    });
    expect(J.shape).toEqual([3, 2, 2, 3]);
    expect([...evaluate(J, { x: new Float64Array(6) }).data]).toEqual(ones);
  });

  test("of softmax is diag(p) - p pᵀ", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const x = input("x", [4]);
        const values = { x: drawValue(reals([4]), seed, "x") };
        const p = evaluate(softmax(x), values).data;
        const expected = Array.from({ length: 16 }, (_, k) => {
          const [i, j] = [Math.floor(k / 4), k % 4];
          return (i === j ? p[i]! : 0) - p[i]! * p[j]!;
        });
        // A handful of roundings of numbers below 1.
        expectNear(evaluate(jacobian(softmax(x), x, options), values).data, expected, 1e-15);
      }),
    );
  });

  test("of a scalar by a scalar is the derivative", () => {
    const x = input("x", []);
    const J = jacobian(square(x), x, options);
    expect(J.shape).toEqual([]);
    expect(evaluate(J, { x: 3 }).item()).toBe(6);
  });

  test("of nothing, or by nothing, has no elements", () => {
    const x = input("x", [0, 2]);
    const y = input("y", [3]);
    expect(jacobian(tanh(x), x, options).shape).toEqual([0, 2, 0, 2]);
    expect(jacobian(add(sum(x), y), x, options).shape).toEqual([3, 0, 2]);
    expect(jacobian(mul(sum(x, { axes: 1 }), sum(y)), y, options).shape).toEqual([0, 3]);
  });

  test("can be differentiated again", () => {
    const x = input("x", [2]);
    const third = jacobian(jacobian(mul(square(x), x), x, options), x, options);
    expect(third.shape).toEqual([2, 2, 2]);
    expect([...evaluate(third, { x: [2, 3] }).data]).toEqual([12, 0, 0, 0, 0, 0, 0, 18]);
  });

  test("refuses a variable the output does not depend on, unless zeros are asked for", () => {
    const [x, y] = [input("x", [2]), input("y", [3])];
    expect(() => jacobian(floor(x), x, options)).toThrow(expect.objectContaining({ code: "NO_PATH" }));
    expect(() => jacobian(x, y, options)).toThrow(expect.objectContaining({ code: "NO_PATH" }));
    expect([...evaluate(jacobian(x, y, { ...options, missing: "zero" })).data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("computes the partial derivatives once for all rows", () => {
    const x = input("x", [20]);
    const nodes = topologicalOrder([jacobian(tanh(x), x, options)]);
    expect(nodes.filter(({ op }) => op.name === "tanh").length).toBe(1);
    expect(nodes.filter(({ op }) => op.name === "square").length).toBeLessThanOrEqual(1);
  });
});

test("a tall Jacobian is built forward and a wide or square one in reverse", () => {
  // An operation without forward mode tells which was taken.
  const tall = input("x", [2]);
  const wide = input("x", [3]);
  const spread = (x: FloatNode, n: number): FloatNode => mul(reshape(sum(clipGradient(x, 9)), [1]), constant(ones(n)));
  const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
  expect(() => jacobian(spread(tall, 3), tall)).toThrow(expect.objectContaining({ code: "NO_FORWARD_MODE" }));
  expect(jacobian(spread(tall, 2), tall).shape).toEqual([2, 2]);
  expect(jacobian(spread(wide, 2), wide).shape).toEqual([2, 3]);
});

describe.each(["reverse", "forward", undefined] as const)("hessian in mode %s", (mode) => {
  const options = mode === undefined ? {} : { mode };

  test("equals central differences of the gradient on random graphs", () => {
    fc.assert(
      fc.property(randomGraph, ({ output, variables, values }) => {
        const loss = sum(sin(output));
        for (const variable of variables) {
          const H = hessian(loss, variable, options);
          expect(H.shape).toEqual([...variable.shape, ...variable.shape]);
          const [slope] = gradient(loss, [variable]);
          const expected = differences(slope, variable, values);
          expectNear(evaluate(H, values).data, expected, DIFFERENCE_TOLERANCE);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("times a direction is the Hessian–vector product", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const x = input("x", [2, 2]);
        const loss = sum(tanh(matmul(x, mul(x, sigmoid(x)))));
        const v = constant(drawValue(reals([2, 2]), seed, "v"));
        const values = { x: drawValue(reals([2, 2], { min: -1, max: 1 }), seed, "x") };
        const product = matmul(reshape(hessian(loss, x, options), [4, 4]), reshape(v, [4]));
        const [expected] = hessianVectorProduct(loss, [x], [v]);
        expectNear(evaluate(product, values).data, evaluate(expected, values).data, RTOL);
      }),
    );
  });

  test("of ½ xᵀ A x is the symmetric part of A", () => {
    const x = input("x", [2]);
    const A = constant([
      [2, 1],
      [5, -4],
    ]);
    const H = hessian(mul(0.5, matmul(x, matmul(A, x))), x, options);
    expect([...evaluate(H, { x: [3, 7] }).data]).toEqual([2, 3, 3, -4]);
  });

  test("of Rosenbrock's function, by hand", () => {
    const x = input("x", [2]);
    const first = reshape(mul(x, constant([1, 0])), [2]);
    const [a, b] = [sum(first), sum(mul(x, constant([0, 1])))];
    const loss = add(square(sub(1, a)), mul(100, square(sub(b, square(a)))));
    // [[2 - 400 b + 1200 a², -400 a], [-400 a, 200]]; source: Rosenbrock 1960, differentiated twice.
    const expected = [2 - 400 * 2 + 1200 * 9, -1200, -1200, 200];
    expect([...evaluate(hessian(loss, x, options), { x: [3, 2] }).data]).toEqual(expected);
  });

  test("of a linear loss is zero", () => {
    const x = input("x", [2]);
    expect([...evaluate(hessian(sum(mul(x, 3)), x, options)).data]).toEqual([0, 0, 0, 0]);
  });

  test("needs a scalar loss that depends on the variable", () => {
    const [x, y] = [input("x", [2]), input("y", [2])];
    expect(() => hessian(square(x), x, options)).toThrow(expect.objectContaining({ code: "LOSS_NOT_SCALAR" }));
    expect(() => hessian(sum(square(x)), y, options)).toThrow(expect.objectContaining({ code: "NO_PATH" }));
  });
});
