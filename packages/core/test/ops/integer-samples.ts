/** Samples of operations that take i32 as well as f32. */
import type { Node } from "@unfold/core";
import { integers, type Sample } from "@unfold/testkit";

/** f(x) of an i32 matrix. */
export function integerSample(name: string, build: (x: Node<never>) => Node): Sample {
  return {
    title: `${name} of integers`,
    inputs: { x: integers([2, 3], -9, 9) },
    build: ({ x }) => build(x!),
    type: "i32[2, 3]",
  };
}

/** f(a, b) of i32 operands that broadcast. */
export function integerBinarySample(
  name: string,
  build: (a: Node<never>, b: Node<never>) => Node,
  dtype: "i32" | "bool" = "i32",
): Sample {
  return {
    title: `${name} of integers`,
    inputs: { a: integers([2, 1], -2, 2), b: integers([3], -2, 2) },
    build: ({ a, b }) => build(a!, b!),
    type: `${dtype}[2, 3]`,
  };
}
