import {
  cast,
  constant,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  notEqual,
  type BoolNode,
  type Operand,
} from "@unfold/core";
import { binaryErrors, binarySamples, mixedRefused, unarySample, type OpCase } from "@unfold/testkit";
import { equalOp, greaterEqualOp, greaterOp, lessEqualOp, lessOp, notEqualOp } from "../../../src/ops/comparisons.js";
import { integerBinarySample } from "../integer-samples.js";
import { booleanPairRefused } from "../refusals.js";

type Compare = <D extends "f32" | "i32">(a: Operand<D>, b: Operand<D>) => BoolNode;

interface Comparison {
  readonly name: string;
  readonly build: Compare;
  /** Truth of 1 ? 2, 2 ? 2, 2 ? 1. */
  readonly ordered: readonly number[];
  /** Truth of NaN ? NaN, NaN ? 1, 1 ? NaN: only ≠ holds. */
  readonly unordered: number;
}

const comparisons: readonly Comparison[] = [
  { name: "equal", build: equal, ordered: [0, 1, 0], unordered: 0 },
  { name: "notEqual", build: notEqual, ordered: [1, 0, 1], unordered: 1 },
  { name: "less", build: less, ordered: [1, 0, 0], unordered: 0 },
  { name: "lessEqual", build: lessEqual, ordered: [1, 1, 0], unordered: 0 },
  { name: "greater", build: greater, ordered: [0, 0, 1], unordered: 0 },
  { name: "greaterEqual", build: greaterEqual, ordered: [0, 1, 1], unordered: 0 },
];

export const comparisonsCase: OpCase = {
  ops: [equalOp, notEqualOp, lessOp, lessEqualOp, greaterOp, greaterEqualOp],
  samples: comparisons.flatMap(({ name, build }) => [
    ...binarySamples(name, build).map((sample) => ({ ...sample, type: sample.type.replace("f32", "bool") })),
    integerBinarySample(name, build, "bool"),
    { ...unarySample(`${name} as a number`, (x) => cast(build(x, 0), "f32")), gradient: "none" as const },
  ]),
  values: comparisons.flatMap(({ name, build, ordered, unordered }) => [
    { title: `${name} in order`, build: () => build(constant([1, 2, 2]), constant([2, 2, 1])), expected: ordered },
    {
      title: `${name} of the ends of i32`,
      build: () =>
        build(
          constant([-(2 ** 31), 2 ** 31 - 1, 2 ** 31 - 1], "i32"),
          constant([2 ** 31 - 1, 2 ** 31 - 1, -(2 ** 31)], "i32"),
        ),
      expected: ordered,
    },
    {
      title: `${name} of infinities`,
      build: () => build(constant([-Infinity, Infinity, Infinity]), constant([Infinity, Infinity, 1e308])),
      expected: ordered,
    },
    {
      title: `${name} with NaN`,
      build: () => build(constant([NaN, NaN, 1]), constant([NaN, 1, NaN])),
      expected: [unordered, unordered, unordered],
    },
    { title: `${name}: -0 is 0`, build: () => build(constant([-0]), constant([0])), expected: [ordered[1]!] },
  ]),
  errors: comparisons.flatMap(({ name, build }) =>
    [...binaryErrors(name, build), mixedRefused(name, build), booleanPairRefused(name, build)].map((error) => ({
      ...error,
      title: `${name}: ${error.title}`,
    })),
  ),
};
