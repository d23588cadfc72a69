import { concat, constant, gradient, greater, param, select, sqrt, sum, vjp, type FloatNode } from "@unfold/core";
import { booleans, integers, reals, type OpCase } from "@unfold/testkit";
import { selectOp } from "../../../src/ops/select.js";
import { derivativeAt } from "../derivative-at.js";

/** ∂/∂a, then ∂/∂b, of select(condition, a, b). */
function derivatives(condition: readonly boolean[], aValues: readonly number[], bValues: readonly number[]): FloatNode {
  const a = param("a", aValues);
  const b = param("b", bValues);
  return concat(gradient(sum(select(constant(condition, "bool"), a, b)), [a, b]), 0);
}

/** What select(condition, a, 0) passes on to a. */
function cotangentOfChoice(condition: readonly boolean[], cotangent: readonly number[]): FloatNode {
  const a = param("a", [1, 2]);
  return vjp(select(constant(condition, "bool"), a, 0), constant(cotangent), [a])[0];
}

export const selectCase: OpCase = {
  ops: [selectOp],
  samples: [
    {
      title: "equal shapes",
      inputs: { c: booleans([2, 3]), a: reals([2, 3]), b: reals([2, 3]) },
      build: ({ c, a, b }) => select(c!, a!, b!),
      type: "f32[2, 3]",
    },
    {
      title: "all three broadcast",
      inputs: { c: booleans([2, 1, 1]), a: reals([3, 1]), b: reals([4]) },
      build: ({ c, a, b }) => select(c!, a!, b!),
      type: "f32[2, 3, 4]",
    },
    {
      title: "a number as first choice",
      inputs: { c: booleans([4]), b: reals([4]) },
      build: ({ c, b }) => select(c!, -1, b!),
      type: "f32[4]",
    },
    {
      title: "a number as second choice",
      inputs: { c: booleans([4]), a: reals([4]) },
      build: ({ c, a }) => select(c!, a!, -1),
      type: "f32[4]",
    },
    {
      title: "a condition that depends on what is chosen",
      inputs: { a: reals([4], { avoid: [0] }), b: reals([4]) },
      build: ({ a, b }) => select(greater(a!, 0), a!, b!),
      type: "f32[4]",
    },
    {
      title: "integers",
      inputs: { c: booleans([4]), a: integers([4], -9, 9) },
      build: ({ c, a }) => select(c!, 7, a!),
      type: "i32[4]",
    },
    {
      title: "truth values",
      inputs: { c: booleans([4]), a: booleans([4]), b: booleans([4]) },
      build: ({ c, a, b }) => select(c!, a!, b!),
      type: "bool[4]",
    },
  ],
  values: [
    {
      title: "special values pass unchanged",
      build: () =>
        select(
          constant([true, false, true, false], "bool"),
          constant([-0, 0, NaN, 0]),
          constant([0, -0, 0, -Infinity]),
        ),
      expected: [-0, -0, NaN, -Infinity],
    },
    { title: "two numbers", build: () => select(constant([true, false], "bool"), 1.5, -2.5), expected: [1.5, -2.5] },
    {
      title: "NaN that is not chosen has no influence on the value",
      build: () => select(constant([true, false], "bool"), constant([1, NaN]), constant([NaN, 2])),
      expected: [1, 2],
    },
    {
      title: "NaN that is not chosen has no influence on the derivatives",
      build: () => derivatives([true, false], [1, NaN], [NaN, 2]),
      expected: [1, 0, 0, 1],
    },
    {
      title: "a cotangent that is not finite reaches only the branch chosen",
      build: () => cotangentOfChoice([false, true], [Infinity, -3]),
      expected: [0, -3],
    },
    {
      title: "a branch outside its domain makes NaN further down, as in JAX",
      build: () => derivativeAt((x) => select(greater(x, 0), sqrt(x), 0), [-1, 0, 4]),
      expected: [NaN, NaN, 0.25],
    },
    {
      title: "a branch kept inside its domain has a finite derivative",
      build: () => derivativeAt((x) => select(greater(x, 0), sqrt(select(greater(x, 0), x, 1)), 0), [-1, 0, 4]),
      expected: [0, 0, 0.25],
    },
  ],
  errors: [
    {
      title: "a condition of numbers",
      build: () => select(constant([1], "i32") as never, constant([1]), constant([2])),
      code: "DTYPE_NOT_ACCEPTED",
      message:
        'select(condition, a, b): the dtype must be bool, got condition = i32[1]. Convert it: cast(node, "bool").',
    },
    {
      title: "choices of two dtypes",
      build: () => select(constant([true], "bool"), constant([1]), constant([2], "i32") as never),
      code: "DTYPE_MIXED",
      message:
        'select(condition, a, b): a and b must have one dtype, got condition = bool[1] and a = f32[1] and b = i32[1]. Convert one: cast(node, "f32").',
    },
    {
      title: "shapes that do not broadcast",
      build: () => select(constant([true, false], "bool"), constant([1, 2, 3]), 0),
      code: "SHAPE_BROADCAST",
      message:
        "select(condition, a, b): the shapes must broadcast: aligned at the last axis, sizes must be equal or 1, got condition = bool[2] and a = f32[3] and b = f32[]: axis -1: 2 ≠ 3.",
    },
  ],
};
