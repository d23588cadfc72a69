/** Samples of operations that reduce axes. */
import type { Node, ReduceOptions } from "@unfold/core";
import { integers, reals, type RealOptions, type Sample } from "@unfold/testkit";

const REDUCTIONS: readonly (readonly [shape: readonly number[], options: ReduceOptions, result: string])[] = [
  [[], {}, "[]"],
  [[3], {}, "[]"],
  [[2, 3], {}, "[]"],
  [[2, 3], { axes: 0 }, "[3]"],
  [[2, 3], { axes: -1, keepDims: true }, "[2, 1]"],
  [[2, 3], { axes: [] }, "[2, 3]"],
  [[2, 3, 2], { axes: 1 }, "[2, 2]"],
  [[2, 3, 2], { axes: [-1, 0] }, "[3]"],
  [[2, 3, 2], { keepDims: true }, "[1, 1, 1]"],
  [[2, 2, 3, 2], { axes: [1, 3] }, "[2, 3]"],
  [[2, 2, 3, 2], { axes: [2, 0], keepDims: true }, "[1, 2, 1, 2]"],
  [[2, 1, 3], { axes: 1 }, "[2, 3]"],
  [[0, 3], { axes: 1 }, "[0]"],
];

type Build = (x: Node<never>, options: ReduceOptions) => Node;

/** f(x, options) of ranks 0 to 4: all axes, one, several, none, kept and dropped. */
export function reductionSamples(name: string, build: Build, options: RealOptions = {}): Sample[] {
  return REDUCTIONS.map(([shape, reduceOptions, result]) => ({
    title: `${name} of [${shape.join(", ")}] ${JSON.stringify(reduceOptions)}`,
    inputs: { x: reals(shape, options) },
    build: ({ x }) => build(x!, reduceOptions),
    type: `f32${result}`,
  }));
}

/** f of an axis without elements, where it is accepted. */
export function emptyReductionSample(name: string, build: Build): Sample {
  return {
    title: `${name} over an empty axis`,
    inputs: { x: reals([2, 0]) },
    build: ({ x }) => build(x!, { axes: 1 }),
    type: "f32[2]",
  };
}

/** f of integers along the first axis of a matrix. */
export function integerReductionSample(name: string, build: Build): Sample {
  return {
    title: `${name} of integers`,
    inputs: { x: integers([3, 2], -9, 9) },
    build: ({ x }) => build(x!, { axes: 0 }),
    type: "i32[2]",
  };
}
