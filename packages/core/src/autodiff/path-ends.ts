/** Where the way from a variable to the loss ends, for the error that says a gradient does not exist. */
import type { Node } from "../graph/node.js";

/** More ends than a reader wants to see. */
const SHOWN = 3;

/** The operations on the way from the variable towards the loss that let no derivative through, as text. */
export function pathEnds(order: readonly Node[], passed: ReadonlySet<Node>, variable: Node): string[] {
  const onTheWay = new Set<Node>([variable]);
  const ends: Node[] = [];
  for (const node of order) {
    if (!node.inputs.some((input) => onTheWay.has(input))) continue;
    if (node.op.derivative.kind === "none" || passed.has(node)) ends.push(node);
    else onTheWay.add(node);
  }
  return ends
    .slice(0, SHOWN)
    .map(
      ({ op, label, site }) => `${op.name}${label === undefined ? "" : ` ("${label}")`} built at ${site.toString()}`,
    );
}
