import {
  clipGradient,
  constant,
  gradient,
  jvp,
  mul,
  param,
  scaleGradient,
  stopGradient,
  sum,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { booleans, integers, integersRefused, reals, type OpCase, type Sample } from "@unfold/testkit";
import { clipGradientOp, scaleGradientOp, stopGradientOp } from "../../../src/ops/gradient-control.js";
import { builtAtModel, MODEL_SITE } from "../built-at.js";

function sample(
  name: string,
  shape: readonly number[],
  build: (x: Node<never>) => Node,
  gradientKind: "none" | "by design",
): Sample {
  return {
    title: `${name} of [${shape.join(", ")}]`,
    inputs: { x: reals(shape) },
    build: ({ x }) => build(x!),
    type: `f32[${shape.join(", ")}]`,
    gradient: gradientKind,
  };
}

/** What reaches x when `cotangent` flows back through f. */
function received(f: (x: FloatNode) => FloatNode, cotangent: readonly number[]): FloatNode {
  const x = param(
    "x",
    cotangent.map(() => 1),
  );
  return gradient(sum(mul(f(x), constant(cotangent))), [x])[0];
}

export const gradientControlCase: OpCase = {
  ops: [stopGradientOp, clipGradientOp, scaleGradientOp],
  samples: [
    ...[[], [3], [2, 0], [2, 2, 3, 2]].flatMap((shape) => [
      sample("stopGradient", shape, (x) => stopGradient(x), "none"),
      sample("clipGradient", shape, (x) => clipGradient(x, 0.5), "by design"),
      sample("scaleGradient", shape, (x) => scaleGradient(x, -2), "by design"),
    ]),
    sample("clipGradient without a limit", [3], (x) => clipGradient(x, Infinity), "by design"),
    {
      title: "a factor that counts as constant",
      inputs: { x: reals([3]), y: reals([3]) },
      build: ({ x, y }) => mul(x!, stopGradient(mul(y!, y!))),
      type: "f32[3]",
      // Differences see y, the derivative must not.
      gradient: "by design",
    },
    {
      title: "stopGradient of integers",
      inputs: { x: integers([3], -9, 9) },
      build: ({ x }) => stopGradient(x!),
      type: "i32[3]",
    },
    {
      title: "stopGradient of truth values",
      inputs: { x: booleans([3]) },
      build: ({ x }) => stopGradient(x!),
      type: "bool[3]",
    },
    {
      title: "scaleGradient by 1 is the identity",
      inputs: { x: reals([3]) },
      build: ({ x }) => mul(x!, scaleGradient(mul(x!, x!), 1)),
      type: "f32[3]",
    },
  ],
  values: [
    {
      title: "stopGradient: the value passes unchanged",
      build: () => stopGradient(constant([-0, NaN, -Infinity])),
      expected: [-0, NaN, -Infinity],
    },
    {
      title: "clipGradient: the value passes unchanged",
      build: () => clipGradient(constant([-5, 5, NaN, -0]), 1),
      expected: [-5, 5, NaN, -0],
    },
    {
      title: "scaleGradient: the value passes unchanged",
      build: () => scaleGradient(constant([-5, 5, NaN, -0]), 0),
      expected: [-5, 5, NaN, -0],
    },
    {
      title: "stopGradient: x · stop(x) has derivative x",
      build: () => {
        const x = param("x", [3, -4]);
        return gradient(sum(mul(x, stopGradient(x))), [x])[0];
      },
      expected: [3, -4],
    },
    {
      title: "clipGradient: every element is clamped by itself",
      build: () => received((x) => clipGradient(x, 1), [5, 0.5, -0.5, -5, 1, -Infinity]),
      expected: [1, 0.5, -0.5, -1, 1, -1],
    },
    {
      title: "clipGradient: two uses of x are clipped one by one",
      build: () => {
        const x = param("x", [1]);
        return gradient(sum(mul(constant([5]), mul(clipGradient(x, 1), clipGradient(x, 2)))), [x])[0];
      },
      expected: [3],
    },
    {
      title: "scaleGradient: every derivative is multiplied",
      build: () => received((x) => scaleGradient(x, -2), [5, 0.5, 0]),
      expected: [-10, -1, -0],
    },
    {
      title: "scaleGradient: one inside the other multiplies twice",
      build: () => received((x) => scaleGradient(scaleGradient(x, 3), 0.5), [2, -4]),
      expected: [3, -6],
    },
    {
      title: "scaleGradient: forward mode is multiplied, too",
      build: () => {
        const x = param("x", [1, 2]);
        return jvp([scaleGradient(x, -2)], [[x, constant([5, 7])]])[0];
      },
      expected: [-10, -14],
    },
    {
      title: "scaleGradient: the second derivative of s³ is scaled twice",
      build: () => {
        const x = param("x", [2]);
        const s = scaleGradient(x, -2);
        const [first] = gradient(sum(mul(s, mul(s, s))), [x]);
        return gradient(sum(first), [x])[0];
      },
      expected: [48],
    },
  ],
  errors: [
    ...[0, -1, NaN].map((limit) => ({
      title: `clipGradient: limit ${limit}`,
      build: () => clipGradient(constant([1]), limit),
      code: "CLIP_LIMIT",
      message: `clipGradient(x, limit): the limit must be above 0, got ${limit}.`,
    })),
    ...[Infinity, NaN].map((factor) => ({
      title: `scaleGradient: factor ${factor}`,
      build: () => scaleGradient(constant([1]), factor),
      code: "SCALE_FACTOR",
      message: `scaleGradient(x, factor): the factor must be finite, got ${factor}.`,
    })),
    integersRefused("clipGradient", (x) => clipGradient(x, 1)),
    integersRefused("scaleGradient", (x) => scaleGradient(x, 1)),
    {
      title: "clipGradient: forward mode",
      build: () => {
        const x = param("x", [1]);
        return jvp([clipGradient(x, 1)], [[x, constant([1])]]);
      },
      code: "NO_FORWARD_MODE",
      message:
        "jvp: clipGradient(x, limit): forward mode must not meet a node that exists in reverse mode only, got a clipped cotangent, which belongs to no Jacobian. Take the jvp of the graph without clipGradient.",
    },
    {
      title: "stopGradient: the only path ends",
      build: () => {
        const x = param("x", [1]);
        return gradient(sum(builtAtModel(() => stopGradient(x))), [x]);
      },
      code: "NO_PATH",
      message: `gradient(loss, wrt): the loss must depend on every variable, got no path from f32[1] ("x") to the loss. The path ends at stopGradient built at ${MODEL_SITE}. Remove the variable from the list, or pass { missing: "zero" }.`,
    },
  ],
};
