import { constant, logicalAnd, logicalNot, logicalOr, logicalXor, type BoolNode } from "@unfold/core";
import { booleans, type ErrorCase, type KnownValue, type OpCase, type Sample } from "@unfold/testkit";
import { logicalAndOp, logicalNotOp, logicalOrOp, logicalXorOp } from "../../../src/ops/logical.js";

type Connective = (a: BoolNode, b: BoolNode) => BoolNode;

function samples(name: string, build: Connective): Sample[] {
  const sample = (title: string, shapeA: number[], shapeB: number[], type: string): Sample => ({
    title: `${name} ${title}`,
    inputs: { a: booleans(shapeA), b: booleans(shapeB) },
    build: ({ a, b }) => build(a!, b!),
    type,
  });
  return [
    sample("of equal shapes", [2, 3], [2, 3], "bool[2, 3]"),
    sample("broadcast from both sides", [3, 1], [2, 1, 4], "bool[2, 3, 4]"),
  ];
}

function truthTable(name: string, build: Connective, expected: readonly number[]): KnownValue {
  return {
    title: `truth table of ${name}`,
    build: () => build(constant([false, false, true, true], "bool"), constant([false, true, false, true], "bool")),
    expected,
  };
}

function refusals(name: string, build: Connective): ErrorCase[] {
  return [
    {
      title: `${name} of numbers`,
      build: () => build(constant([true], "bool"), constant([1]) as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: `${name}(a, b): the dtype must be bool, got a = bool[1] and b = f32[1]. Convert it: cast(node, "bool").`,
    },
    {
      title: `${name} of shapes that do not broadcast`,
      build: () => build(constant([true, true], "bool"), constant([true, true, true], "bool")),
      code: "SHAPE_BROADCAST",
      message: `${name}(a, b): the shapes must broadcast: aligned at the last axis, sizes must be equal or 1, got a = bool[2] and b = bool[3]: axis -1: 2 ≠ 3.`,
    },
  ];
}

export const logicalCase: OpCase = {
  ops: [logicalAndOp, logicalOrOp, logicalXorOp, logicalNotOp],
  samples: [
    ...samples("logicalAnd", logicalAnd),
    ...samples("logicalOr", logicalOr),
    ...samples("logicalXor", logicalXor),
    { title: "logicalNot", inputs: { x: booleans([2, 3]) }, build: ({ x }) => logicalNot(x!), type: "bool[2, 3]" },
  ],
  values: [
    truthTable("logicalAnd", logicalAnd, [0, 0, 0, 1]),
    truthTable("logicalOr", logicalOr, [0, 1, 1, 1]),
    truthTable("logicalXor", logicalXor, [0, 1, 1, 0]),
    { title: "truth table of logicalNot", build: () => logicalNot(constant([false, true], "bool")), expected: [1, 0] },
  ],
  errors: [
    ...refusals("logicalAnd", logicalAnd),
    ...refusals("logicalOr", logicalOr),
    ...refusals("logicalXor", logicalXor),
    {
      title: "logicalNot of integers",
      build: () => logicalNot(constant([1], "i32") as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'logicalNot(x): the dtype must be bool, got x = i32[1]. Convert it: cast(node, "bool").',
    },
  ],
};
