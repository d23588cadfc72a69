/** The derivatives of one named node's elements by those of the named nodes it is computed from, in symbols and numbers. */
import { vjp } from "../autodiff/gradient.js";
import { constant } from "../graph/leaves.js";
import { isFloat, type FloatNode, type Node } from "../graph/node.js";
import { copyGraph } from "../graph/substitute.js";
import { topologicalOrder } from "../graph/walk.js";
import { evaluate, evaluateAll } from "../inspect/evaluate.js";
import type { NdArray } from "../tensor/nd-array.js";
import { ndArray } from "../tensor/nd-array.js";
import { sizeOf } from "../tensor/shape.js";
import type { Formula } from "./formula.js";
import { formulasOf, type ElementFormulas } from "./node-formulas.js";
import type { NamedNode } from "./quantities.js";

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
 */
export function localDerivatives(quantity: NamedNode, { places, named, isActive }: LocalContext): LocalDerivative[] {
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
