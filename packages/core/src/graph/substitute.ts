/** Copies of a graph with some nodes replaced: how unfolding makes its steps and how rules given as graphs are spliced in. */
import { apply } from "./apply.js";
import { withSite } from "./build-site.js";
import type { Node } from "./node.js";
import { topologicalOrder } from "./walk.js";

/** The label of a copy, from that of its original. */
type Relabel = (label: string) => string;

/**
 * The outputs with every node in `replacements` replaced. Nodes that do not depend on a replaced one are shared, not
 * copied; copies keep attributes, label and build site, and are typed again, so a replacement may change shapes.
 *
 * @param relabel - what becomes of the label of a copied node; kept unless given
 * @example
 * const x = input("x", []);
 * const [y] = substitute([mul(x, x)], new Map([[x, constant(3)]]));
 * evaluate(y).item(); // → 9
 */
export function substitute<const O extends readonly Node[]>(
  outputs: O,
  replacements: ReadonlyMap<Node, Node>,
  relabel?: Relabel,
): { readonly [K in keyof O]: Node } {
  const copies = copyGraph(topologicalOrder(outputs), replacements, relabel);
  return outputs.map((output) => copies.get(output) ?? output) as { readonly [K in keyof O]: Node };
}

/**
 * The copy of every node of the order that differs from its original; for callers that copy one graph many times.
 *
 * @example
 * const x = input("x", []);
 * const y = mul(x, x);
 * const copies = copyGraph(topologicalOrder([y]), new Map([[x, constant(3)]]));
 * evaluate(copies.get(y)).item(); // → 9
 */
export function copyGraph(
  order: readonly Node[],
  replacements: ReadonlyMap<Node, Node>,
  relabel: Relabel = (name) => name,
): ReadonlyMap<Node, Node> {
  const copies = new Map<Node, Node>(replacements);
  const lookUp = (node: Node): Node => copies.get(node) ?? node;
  for (const node of order) {
    if (copies.has(node) || node.inputs.every((input) => lookUp(input) === input)) continue;
    copies.set(
      node,
      withSite(node.site, () => {
        const name = node.label === undefined ? undefined : relabel(node.label);
        return apply(node.op, node.inputs.map(lookUp), node.attrs, name);
      }),
    );
  }
  return copies;
}
