/** The derivatives of one named node's elements by those of the named nodes it is computed from, in symbols and numbers. */
import { vjp } from "../autodiff/gradient.js";
import { GradientError } from "../errors.js";
import { constant } from "../graph/leaves.js";
import { describe, isFloat, type FloatNode, type Node } from "../graph/node.js";
import { copyGraph } from "../graph/substitute.js";
import { topologicalOrder } from "../graph/walk.js";
import { evaluate, evaluateAll } from "../inspect/evaluate.js";
import { ndArray, type NdArray } from "../tensor/nd-array.js";
import { sizeOf } from "../tensor/shape.js";
import type { Formula } from "./formula.js";
import { formulasOf, type ElementFormulas } from "./formulas-of.js";
import type { NamedNode } from "./name-nodes.js";

/** Of sums of products in another order, relative to their size. */
const ROUNDING = 1e-9;

/** ∂(element of a node)/∂(element of one it is computed from), where it is not zero whatever the values are. */
export interface LocalDerivative {
  /** The position of the element in its node. */
  readonly element: number;
  readonly by: NamedNode;
  readonly byElement: number;
  readonly formula: Formula;
  readonly value: number;
}

/** The graph around a named node. */
export interface LocalContext {
  /** The places of all nodes in an order in which inputs come before users. */
  readonly places: ReadonlyMap<Node, number>;
  readonly named: ReadonlyMap<Node, NamedNode>;
  /** Whether the derivative by a node is wanted. */
  readonly isActive: (node: Node) => boolean;
}

/**
 * The local derivatives of a named node, by the derivative rules of the operations between it and the named nodes before
 * it: these become constants, so that nothing flows on, and each element of the node gets the cotangent 1 by itself.
 *
 * @param cotangent - the derivatives of the loss by the node's elements, for which the chain rule must hold
 * @throws GradientError EXPLAIN_RULE if a rule passes on something else than its cotangent times a derivative.
 */
export function localDerivatives(
  quantity: NamedNode,
  cotangent: readonly number[],
  { places, named, isActive }: LocalContext,
): LocalDerivative[] {
  const { inner, operands } = between(quantity.node, named);
  const fixed = new Map<Node, Node>(operands.map((node) => [node, constantOf(named.get(node)!)]));
  const path = [...inner].sort((a, b) => places.get(a)! - places.get(b)!);
  const output = (copyGraph(path, fixed).get(quantity.node) ?? quantity.node) as FloatNode;
  const by = operands.filter((node) => isFloat(node) && isActive(node)).map((node) => named.get(node)!);
  const variables = by.map(({ node }) => fixed.get(node) as FloatNode);
  const rows = quantity.symbols.map((_, element) =>
    vjp(output, unitVector(output, element), variables, { missing: "zero" }),
  );
  const formulas = elementFormulas(
    rows.flat(),
    new Map<Node, ElementFormulas>([
      ...operands.map((node) => [fixed.get(node)!, named.get(node)!.symbols] as const),
      [output, quantity.symbols],
    ]),
  );
  const values = evaluateAll(Object.fromEntries(rows.flat().map((node, i) => [i, node])));
  const unusual = path.filter(({ op }) => op.derivative.kind === "rules");
  if (unusual.length > 0) {
    const whole = constant(ndArray(Float64Array.from(cotangent), { shape: output.shape }));
    vjp(output, whole, variables, { missing: "zero" }).forEach((node, i) => {
      const parts = cotangent.map((factor, element) => ({ factor, row: values[element * by.length + i]!.data }));
      checkSum(evaluate(node).data, parts, unusual);
    });
  }
  return rows.flatMap((row, element) =>
    row.flatMap((derivative, i) =>
      formulas.get(derivative)!.flatMap((formula, byElement) => {
        const value = values[element * by.length + i]!.data[byElement]!;
        const isZero = formula.kind === "number" && formula.value === 0;
        return isZero ? [] : [{ element, by: by[i]!, byElement, formula, value }];
      }),
    ),
  );
}

/** Throws unless what rules pass on for a whole cotangent is Σ factor · row, but for rounding. */
function checkSum(
  whole: ArrayLike<number>,
  parts: readonly { readonly factor: number; readonly row: ArrayLike<number> }[],
  nodes: readonly Node[],
): void {
  for (let i = 0; i < whole.length; i++) {
    const terms = parts.map(({ factor, row }) => factor * row[i]!);
    const difference = Math.abs(whole[i]! - terms.reduce((sum, term) => sum + term, 0));
    const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
    if (!(difference > ROUNDING * size)) continue;
    throw new GradientError({
      code: "EXPLAIN_RULE",
      where: "explain(loss, { wrt, inputs })",
      rule: "what flows back must be multiplied with a derivative, as the chain rule says",
      got: `a rule that does something else: ${nodes.map((node) => `${node.op.name} ${describe(node)}`).join(" or ")}`,
      fix: "Explain the loss without it",
    });
  }
}

/** The nodes from the named ones before a node up to it, and these named ones. */
function between(
  node: Node,
  named: ReadonlyMap<Node, NamedNode>,
): { readonly inner: ReadonlySet<Node>; readonly operands: readonly Node[] } {
  const operands = new Set<Node>();
  const inner = new Set<Node>([node]);
  // A set is walked in the order in which it grows.
  for (const { inputs } of inner) {
    for (const input of inputs) (named.has(input) ? operands : inner).add(input);
  }
  return { inner, operands: [...operands] };
}

/** The node's value as a leaf of its type, at double precision. */
function constantOf({ node, symbols }: NamedNode): Node {
  return constant(
    ndArray(
      symbols.map(({ value }) => value),
      { dtype: node.dtype, shape: node.shape },
    ),
  );
}

function unitVector(node: FloatNode, element: number): FloatNode {
  const elements = new Float64Array(sizeOf(node.shape));
  elements[element] = 1;
  return constant(ndArray(elements, { shape: node.shape }));
}

/** The formulas of nodes and of everything between them and those whose formulas are known. */
function elementFormulas(
  nodes: readonly Node[],
  given: ReadonlyMap<Node, ElementFormulas>,
): ReadonlyMap<Node, ElementFormulas> {
  const known = new Map(given);
  for (const node of topologicalOrder(nodes)) {
    if (known.has(node)) continue;
    const operands = node.inputs.map((input) => known.get(input)!);
    known.set(
      node,
      formulasOf(node, operands, (other): NdArray => evaluate(other)),
    );
  }
  return known;
}
