import { categorical, constant, type Node } from "@unfold/core";
import { reals, type OpCase, type Sample } from "@unfold/testkit";
import { categoricalOp } from "../../../src/ops/categorical.js";

function sample(shape: readonly number[]): Sample {
  const rows = shape.slice(0, -1);
  return {
    title: `weights [${shape.join(", ")}]`,
    inputs: { weights: reals(shape, { min: 0, max: 2 }), uniform: reals(rows, { min: 0, max: 0.99 }) },
    build: ({ weights, uniform }) => categorical(weights!, uniform!),
    type: `i32[${rows.join(", ")}]`,
  };
}

/** The same weights for several uniform numbers. */
function choices(weights: readonly number[], uniform: readonly number[]): Node {
  return categorical(constant(uniform.map(() => [...weights])), constant([...uniform]));
}

const siteOf = (node: Node): string => `built at ${node.site.toString()}`;

function weightsRefused(title: string, weights: readonly number[], got: string): OpCase["errors"][number] {
  const node = choices([...weights], [0.5]);
  return {
    title,
    build: () => node,
    code: "CATEGORICAL_WEIGHTS",
    message: `row 0 of categorical(weights, uniform) i32[1] ${siteOf(node)}: weights must be ≥ 0 with a finite sum above 0, got ${got}. Probabilities of logits of which one is NaN or ∞, or all are -∞, are not a distribution.`,
  };
}

function uniformRefused(uniform: number): OpCase["errors"][number] {
  const node = choices([1, 1], [uniform]);
  return {
    title: `the uniform number ${uniform}`,
    build: () => node,
    code: "CATEGORICAL_UNIFORM",
    message: `row 0 of categorical(weights, uniform) i32[1] ${siteOf(node)}: the uniform number must be in [0, 1), got ${uniform}.`,
  };
}

export const categoricalCase: OpCase = {
  ops: [categoricalOp],
  samples: [sample([4]), sample([1]), sample([2, 3]), sample([2, 1, 3]), sample([2, 2, 1, 3]), sample([0, 3])],
  values: [
    {
      title: "shares in the order of classes",
      build: () => choices([1, 2, 1], [0, 0.24, 0.25, 0.74, 0.75]),
      expected: [0, 0, 1, 1, 2],
    },
    {
      title: "a weight of 0 is never chosen",
      build: () => choices([0, 1, 0, 1, 0], [0, 0.49, 0.5, 1 - 2 ** -24]),
      expected: [1, 1, 3, 3],
    },
    { title: "-0 is 0", build: () => choices([-0, 1], [0]), expected: [1] },
    { title: "one class", build: () => choices([0.3], [0, 0.999]), expected: [0, 0] },
    { title: "weights that add up to less than 1", build: () => choices([0.25, 0.25], [0.49, 0.5]), expected: [0, 1] },
    {
      title: "weights without a scale",
      build: () => choices([2 ** -100, 3 * 2 ** -100], [0.2, 0.3]),
      expected: [0, 1],
    },
  ],
  errors: [
    weightsRefused("a weight of NaN", [1, NaN], "NaN at class 1"),
    weightsRefused("a negative weight", [-1, 2], "-1 at class 0"),
    weightsRefused("weights of 0", [0, 0], "a sum of 0 over 2 classes"),
    weightsRefused("an infinite weight", [1, Infinity], "a sum of Infinity over 2 classes"),
    uniformRefused(1),
    uniformRefused(NaN),
    {
      title: "no classes",
      build: () => categorical(constant([[], []]), constant([0, 0])),
      code: "CATEGORICAL_SHAPE",
      message:
        "categorical(weights, uniform): weights must have at least one class, and uniform the shape of weights without its last axis, got weights = f32[2, 0] and uniform = f32[2].",
    },
    {
      title: "another number of rows",
      build: () => categorical(constant([[1, 2]]), constant(0)),
      code: "CATEGORICAL_SHAPE",
      message:
        "categorical(weights, uniform): weights must have at least one class, and uniform the shape of weights without its last axis, got weights = f32[1, 2] and uniform = f32[].",
    },
    {
      title: "integers",
      build: () => categorical(constant([1, 2], "i32") as never, constant(0)),
      code: "DTYPE_NOT_ACCEPTED",
      message:
        'categorical(weights, uniform): the dtype must be f32, got weights = i32[2]. Convert it: cast(node, "f32").',
    },
  ],
};
