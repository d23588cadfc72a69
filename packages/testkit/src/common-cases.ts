/** Samples and error cases that many case files share. */
import { constant, type Node, type Operand } from "@unfold/core";
import { reals, type ErrorCase, type RealOptions, type Sample } from "./op-case.js";

/** f(x) of a matrix. */
export function unarySample(name: string, build: (x: Node<never>) => Node, options: RealOptions = {}): Sample {
  return {
    title: `${name} of a matrix`,
    inputs: { x: reals([2, 3], options) },
    build: ({ x }) => build(x!),
    type: "f32[2, 3]",
  };
}

/** f(a, b): of equal shapes, broadcast from both sides, and with a scalar. */
export function binarySamples(
  name: string,
  build: (a: Node<never>, b: Node<never>) => Node,
  a: RealOptions = {},
  b: RealOptions = {},
): Sample[] {
  const sample = (title: string, shapeA: number[], shapeB: number[], type: string): Sample => ({
    title: `${name} ${title}`,
    inputs: { a: reals(shapeA, a), b: reals(shapeB, b) },
    build: (inputs) => build(inputs["a"]!, inputs["b"]!),
    type,
  });
  return [
    sample("of equal shapes", [2, 3], [2, 3], "f32[2, 3]"),
    sample("broadcast from both sides", [3, 1], [2, 1, 4], "f32[2, 3, 4]"),
    sample("with a scalar", [], [3], "f32[3]"),
  ];
}

/** f of integers must be refused. */
export function integersRefused(name: string, build: (x: never) => unknown): ErrorCase {
  return {
    title: "integers",
    build: () => build(constant([1], "i32") as never),
    code: "DTYPE_NOT_ACCEPTED",
    message: `${name}(x): the dtype must be f32, got x = i32[1]. Convert it: cast(node, "f32").`,
  };
}

/** f of truth values must be refused. */
export function booleansRefused(name: string, build: (x: never) => unknown): ErrorCase {
  return {
    title: "truth values",
    build: () => build(constant([true]) as never),
    code: "DTYPE_NOT_ACCEPTED",
    message: `${name}(x): the dtype must be f32 or i32, got x = bool[1]. Convert it: cast(node, "f32").`,
  };
}

/** f of shapes that do not broadcast, and of mixed dtypes, must be refused. */
export function binaryErrors(name: string, build: (a: Operand<never>, b: Operand<never>) => unknown): ErrorCase[] {
  return [
    {
      title: "shapes that do not broadcast",
      build: () => build(constant([[1, 2, 3]]) as never, constant([[1, 2]]) as never),
      code: "SHAPE_BROADCAST",
      message: `${name}(a, b): the shapes must broadcast: aligned at the last axis, sizes must be equal or 1, got a = f32[1, 3] and b = f32[1, 2]: axis -1: 3 ≠ 2.`,
    },
  ];
}

/** f of an f32 and an i32 node must be refused. */
export function mixedRefused(name: string, build: (a: Operand<never>, b: Operand<never>) => unknown): ErrorCase {
  return {
    title: "mixed dtypes",
    build: () => build(constant([1]) as never, constant([1], "i32") as never),
    code: "DTYPE_MIXED",
    message: `${name}(a, b): all inputs must have one dtype, got a = f32[1] and b = i32[1]. Convert one: cast(node, "f32").`,
  };
}
