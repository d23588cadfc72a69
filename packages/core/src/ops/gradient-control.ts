/** Identities that change what flows backwards: stop it, clip it, scale it. */
import { GradientError, ValueError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { FloatNode, Node } from "../graph/node.js";
import type { NoAttrs, ViewOp } from "../graph/op.js";
import { requireDType } from "../graph/type-rules.js";
import type { DType } from "../tensor/dtype.js";
import { stridesOf } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor-type.js";
import { clamp } from "./clamp.js";
import { mul } from "./mul.js";

const whole = (input: TensorType): { offset: number; strides: number[] } => ({
  offset: 0,
  strides: stridesOf(input.shape),
});

export const stopGradientOp: ViewOp<NoAttrs> = {
  name: "stopGradient",
  kind: "view",
  parameters: ["x"],
  inferType: ({ inputs: [x] }) => x.type,
  view: whole,
  derivative: { kind: "none" },
  doc: { formula: "stopGradient(x) = x; no derivative flows" },
};

export const clipGradientOp: ViewOp<Readonly<{ limit: number }>> = {
  name: "clipGradient",
  kind: "view",
  parameters: ["x"],
  inferType: ({ op, inputs: [x] }) => {
    requireDType(op, [x], 0, ["f32"]);
    return x.type;
  },
  view: whole,
  derivative: {
    kind: "rules",
    vjp: ({ cotangent, attrs: { limit } }) => [clamp(cotangent, -limit, limit)],
    jvp: () => {
      throw new GradientError({
        code: "NO_FORWARD_MODE",
        where: "jvp: clipGradient(x, limit)",
        rule: "forward mode must not meet a node that exists in reverse mode only",
        got: "a clipped cotangent, which belongs to no Jacobian",
        fix: "Take the jvp of the graph without clipGradient",
      });
    },
  },
  doc: { formula: "clipGradient(x, c) = x; the cotangent is clamped to [-c, c]", source: "Graves 2013, section 2.1" },
};

export const scaleGradientOp: ViewOp<Readonly<{ factor: number }>> = {
  name: "scaleGradient",
  kind: "view",
  parameters: ["x"],
  inferType: ({ op, inputs: [x] }) => {
    requireDType(op, [x], 0, ["f32"]);
    return x.type;
  },
  view: whole,
  derivative: {
    kind: "rules",
    vjp: ({ cotangent, attrs: { factor } }) => [mul(cotangent, factor)],
    jvp: ({ tangents: [t], attrs: { factor } }) => t && mul(t, factor),
  },
  doc: {
    formula: "scaleGradient(x, s) = x; every derivative through it is multiplied by s",
    source: "Ganin & Lempitsky 2015, equation 7 (s = -λ)",
  },
};

/**
 * x, through which no derivative flows: what it is computed from counts as constant.
 *
 * @shapes x: D[...S] -> D[...S]
 * @example
 * const x = input("x", []);
 * const [dx] = gradient(mul(x, stopGradient(x)), [x]);
 * evaluate(dx, { x: 3 }).item(); // → 3
 */
export function stopGradient<D extends DType>(x: Node<D>): Node<D> {
  return apply(stopGradientOp, [x as Node], {}) as Node<D>;
}

/**
 * x, with the cotangent that flows back through it clamped, element by element. Put on a delay edge it clips the gradient at every time step.
 *
 * Forward mode does not exist for it: a clipped cotangent belongs to no Jacobian.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param limit - largest absolute value of an element of the cotangent, > 0
 * @throws ValueError CLIP_LIMIT if the limit is not above 0. GradientError NO_FORWARD_MODE in jvp.
 * @example
 * const x = input("x", [2]);
 * const [dx] = gradient(sum(mul(clipGradient(x, 1), constant([5, 0.5]))), [x]);
 * evaluate(dx, { x: [0, 0] }).data; // → [1, 0.5]
 * @source Graves 2013, "Generating sequences with recurrent neural networks", section 2.1
 */
export function clipGradient(x: FloatNode, limit: number): FloatNode {
  if (!(limit > 0))
    throw new ValueError({
      code: "CLIP_LIMIT",
      where: "clipGradient(x, limit)",
      rule: "the limit must be above 0",
      got: String(limit),
    });
  return apply(clipGradientOp, [x as Node], { limit }) as FloatNode;
}

/**
 * x, with every derivative through it multiplied by a factor; -1 reverses the gradient.
 *
 * @shapes x: f32[...S] -> f32[...S]
 * @param factor - any finite number
 * @throws ValueError SCALE_FACTOR if the factor is not finite.
 * @example
 * const x = input("x", []);
 * const [dx] = gradient(scaleGradient(x, -2), [x]);
 * evaluate(dx, { x: 0 }).item(); // → -2
 * @source Ganin & Lempitsky 2015, "Unsupervised domain adaptation by backpropagation", equation 7
 */
export function scaleGradient(x: FloatNode, factor: number): FloatNode {
  if (!Number.isFinite(factor))
    throw new ValueError({
      code: "SCALE_FACTOR",
      where: "scaleGradient(x, factor)",
      rule: "the factor must be finite",
      got: String(factor),
    });
  return apply(scaleGradientOp, [x as Node], { factor }) as FloatNode;
}
