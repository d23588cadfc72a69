/** A derivative rule of the user's for a piece of graph: the value stays what the piece computes. */
import { GradientError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { describe, type FloatNode, isFloat, type Node } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { formatType } from "../tensor/tensor-type.js";

/** What a custom rule is given: the inputs named in customGradient, and the value. */
export interface CustomRuleContext {
  readonly inputs: readonly FloatNode[];
  readonly output: FloatNode;
}

/** The derivatives of a piece of graph, written by hand. */
export interface CustomRules {
  /** The cotangent of each input, or null where none flows. */
  vjp(context: CustomRuleContext & { readonly cotangent: FloatNode }): readonly (FloatNode | null)[];
  /** The tangent of the value; a tangent is undefined where it is zero. Without it, forward mode is an error. */
  jvp?(context: CustomRuleContext & { readonly tangents: readonly (FloatNode | undefined)[] }): FloatNode | undefined;
}

/** The first input is the value, the others are what the rule sees. */
const customGradientOp: GeneralOp<
  "f32",
  readonly FloatNode[],
  Readonly<{ vjp: CustomRules["vjp"]; jvp: CustomRules["jvp"] }>
> = {
  name: "customGradient",
  kind: "general",
  parameters: ["value", "inputs"],
  isVariadic: true,
  inferType: ({ inputs }) => inputs[0]!.type,
  reference: ([value], output) => {
    output.data.set(value!.data);
  },
  emit: (e, { output }) => {
    e.loop([sizeOf(output.shape)], (body) => {
      const position = { constant: 0, strides: [1] };
      body.store(position, body.load(0, position));
    });
  },
  derivative: {
    kind: "rules",
    vjp: ({ inputs: [, ...inputs], output, cotangent, attrs }) => {
      const cotangents = attrs.vjp({ inputs, output, cotangent });
      checkCotangents(inputs, cotangents);
      return [null, ...cotangents];
    },
    jvp: ({ inputs: [, ...inputs], output, tangents: [, ...tangents], attrs }) => {
      if (attrs.jvp === undefined) {
        throw new GradientError({
          code: "NO_FORWARD_MODE",
          where: "jvp: customGradient",
          rule: "forward mode must have a rule",
          got: "rules without jvp",
          fix: "Give customGradient(inputs, forward, { vjp, jvp })",
        });
      }
      const tangent = attrs.jvp({ inputs, output, tangents });
      if (tangent !== undefined) checkType("customGradient(inputs, forward, { jvp })", "the tangent", tangent, output);
      return tangent;
    },
  },
  doc: { formula: "customGradient(f, x) = f(x); derivatives by the rules given" },
};

function checkCotangents(inputs: readonly Node[], cotangents: readonly (FloatNode | null)[]): void {
  const where = "customGradient(inputs, forward, { vjp })";
  if (cotangents.length !== inputs.length) {
    throw new GradientError({
      code: "CUSTOM_COUNT",
      where,
      rule: `vjp must return one cotangent, or null, for each of the ${inputs.length} inputs`,
      got: String(cotangents.length),
    });
  }
  cotangents.forEach((cotangent, i) => {
    if (cotangent !== null) checkType(where, `the cotangent of input ${i}`, cotangent, inputs[i]!);
  });
}

function checkType(where: string, what: string, derivative: FloatNode, of: Node): void {
  if (isFloat(derivative) && sameShape(derivative.shape, of.shape)) return;
  throw new GradientError({
    code: "CUSTOM_TYPE",
    where,
    rule: `${what} must be ${formatType(of.type)}`,
    got: describe(derivative),
  });
}

/**
 * The value of `forward`, with derivatives by the rules given instead of those of its operations.
 *
 * @shapes forward: f32[...R], inputs: f32[...S] each -> f32[...R]
 * @param inputs - the nodes the rules see and send cotangents to
 * @param forward - the value, built from the inputs; its own derivative is not used
 * @param rules - vjp, and jvp if forward mode is wanted; both return graphs, so they can be differentiated again
 * @throws GradientError CUSTOM_COUNT or CUSTOM_TYPE, when differentiated, if vjp returns something else than one cotangent per input; NO_FORWARD_MODE in jvp without a rule.
 * @example
 * const x = input("x", []);
 * // rounding that lets the gradient through unchanged
 * const rounded = customGradient([x], round(x), { vjp: ({ cotangent }) => [cotangent] });
 * const [dx] = gradient(mul(rounded, 3), [x]);
 * evaluate(dx, { x: 1.2 }).item(); // → 3
 * @source straight-through estimator: Bengio et al. 2013, section 4
 */
export function customGradient(inputs: readonly FloatNode[], forward: FloatNode, rules: CustomRules): FloatNode {
  return apply(customGradientOp, [forward, ...inputs], { vjp: rules.vjp.bind(rules), jvp: rules.jvp?.bind(rules) });
}
