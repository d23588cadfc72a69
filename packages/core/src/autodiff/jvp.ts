/** Forward-mode differentiation: tangents carried from the inputs to the outputs. An oracle for reverse mode, written with rules of its own. */
import { GradientError, InternalError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { withSite } from "../graph/build-site.js";
import { describe, type FloatNode, isFloat, type Node } from "../graph/node.js";
import type { NodePairs } from "../graph/op.js";
import { groupIndex, scanGroups, type ScanGroup } from "../graph/scan-groups.js";
import { topologicalOrder } from "../graph/walk.js";
import { add } from "../ops/add.js";
import { sameShape } from "../tensor/shape.js";
import { formatType } from "../tensor/tensor-type.js";
import { scale } from "./gradient.js";
import { zeros } from "../ops/composite/zeros.js";

/**
 * The Jacobian–vector product: the derivative of each output when every variable moves along its tangent; zeros where an
 * output does not depend on a variable.
 *
 * @shapes variable: f32[...S], tangent: f32[...S], output: f32[...R] -> f32[...R]
 * @param directions - pairs of a variable and its tangent
 * @throws GradientError TANGENT_TYPE if a tangent's type is not its variable's.
 * @example
 * const x = input("x", [2]);
 * const [dy] = jvp([mul(x, x)], [[x, constant([1, 10])]]);
 * evaluate(dy, { x: [3, 4] }).data; // → [6, 80]
 */
export function jvp<const O extends readonly FloatNode[]>(
  outputs: O,
  directions: readonly (readonly [variable: FloatNode, tangent: FloatNode])[],
): { readonly [K in keyof O]: FloatNode } {
  for (const [variable, tangent] of directions) {
    if (!isFloat(tangent) || !sameShape(variable.shape, tangent.shape)) {
      throw new GradientError({
        code: "TANGENT_TYPE",
        where: "jvp(outputs, directions)",
        rule: `the tangent must be ${formatType(variable.type)}`,
        got: describe(tangent),
      });
    }
  }
  const tangents = jvpOfSeveral(outputs, directions);
  return outputs.map((output, i) => tangents[i] ?? zeros(output.shape)) as { readonly [K in keyof O]: FloatNode };
}

/** The tangents of nodes of one graph; undefined where they are zero. */
function jvpOfSeveral(nodes: readonly Node[], directions: NodePairs): (FloatNode | undefined)[] {
  const order = topologicalOrder(nodes);
  const groups = scanGroups(order);
  const tangents = new Map<Node, FloatNode>(directions);
  // Per group of equal scans, the tangents of all their results.
  const ofResults = new Map<ScanGroup, readonly (FloatNode | undefined)[]>();
  for (const node of order) {
    if (tangents.has(node) || node.dtype !== "f32") continue;
    const tangent = withSite(node.site, () => {
      if (node.op.kind === "result") {
        const group = groups.get(node.inputs[0]!)!;
        return ofResults.get(group)?.[groupIndex(groups, node)];
      }
      const perInput = node.inputs.map((input) => tangents.get(input));
      if (perInput.every((one) => one === undefined)) return undefined;
      if (node.op.kind !== "scan") return pushForward(node as FloatNode, perInput);
      const group = groups.get(node)!;
      const { inputs, op } = node;
      const context = { step: group.step, inputs, results: group.results, tangents: perInput, jvp: jvpOfSeveral };
      if (node === group.leader) ofResults.set(group, op.derivative.jvp(context));
      return undefined;
    });
    if (tangent !== undefined) tangents.set(node, tangent);
  }
  return nodes.map((node) => tangents.get(node));
}

/** The tangent of one node; undefined where it is zero. */
function pushForward(output: FloatNode, tangents: readonly (FloatNode | undefined)[]): FloatNode | undefined {
  const { attrs, op } = output;
  const inputs = output.inputs as readonly FloatNode[];
  const { derivative } = op;
  switch (derivative.kind) {
    case "none":
      return undefined;
    case "scan":
    case "result":
      throw new InternalError("jvp", `a tangent at ${op.name} ${describe(output)}`);
    case "partials": {
      const terms = derivative.partials({ inputs, attrs, output }).map((partial: FloatNode | number | null, i) => {
        const tangent = tangents[i];
        return partial === null || tangent === undefined ? undefined : scale(tangent, partial);
      });
      return total(terms);
    }
    case "linear":
      return apply(
        op,
        inputs.map((input, i) => ((input as Node).dtype === "f32" ? (tangents[i] ?? zeros(input.shape)) : input)),
        attrs,
      ) as FloatNode;
    case "multilinear":
      return total(tangents.map((tangent, i) => tangent && (apply(op, inputs.with(i, tangent), attrs) as FloatNode)));
    case "rules":
      return derivative.jvp({ inputs, attrs, output, tangents });
  }
}

function total(terms: readonly (FloatNode | undefined)[]): FloatNode | undefined {
  return terms.reduce((sum, term) => (sum && term ? add(sum, term) : (sum ?? term)), undefined);
}
