/** The text form of a scan's body: what it reads, its nodes, what it yields; indented, with numbers of its own. */
import { formatType } from "../tensor/tensor-type.js";
import type { Node } from "./node.js";
import type { ScanBody, ScanDelay } from "./scan-body.js";
import { bodyOrder } from "./walk.js";

/** One line per node; `print` writes a node that is no placeholder. */
export function printScanBody(
  body: ScanBody,
  print: (node: Node, reference: (input: Node) => string) => string,
): string[] {
  const { step, results } = body;
  const order = bodyOrder(body);
  const numbers = new Map(order.map((node, i) => [node, i]));
  const reference = (node: Node): string => `%${numbers.get(node)!}`;
  const reads = new Map<Node, string>([
    ...step.sequences.map((node) => [node, "sequence"] as const),
    ...step.delays.map((delay) => [delay.placeholder, printDelay(delay, reference)] as const),
    ...step.invariants.map((node) => [node, "invariant"] as const),
  ]);
  const lines = order.map((node) => {
    const what = reads.get(node);
    const text = what === undefined ? print(node, reference) : `${what} : ${formatType(node.type)}${printLabel(node)}`;
    return `${reference(node)} = ${text}`;
  });
  const yields = results.map((result) =>
    result.kind === "stack"
      ? `stack ${reference(result.node)}`
      : `final ${reference(step.delays[result.delay]!.placeholder)}`,
  );
  return [...lines, `yields ${yields.join(", ")}`].map(indent);
}

/** ` "h"`; nothing for a node without a name. */
export function printLabel({ label }: Node): string {
  return label === undefined ? "" : ` ${JSON.stringify(label)}`;
}

/** Two spaces before every line. */
function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

function printDelay({ steps, next }: ScanDelay, reference: (node: Node) => string): string {
  return `z^-${steps}(${reference(next)})`;
}
