/** The text form of a folded graph: its step, its delays, what it yields. */
import { formatType, printNode, topologicalOrder, type Node } from "@unfold/core";
import type { FoldedGraph } from "./recurrence.js";
import { stepResults } from "./verify-folded.js";

/**
 * The folded graph as text.
 *
 * @example
 * const counter = foldedGraph("counter", ({ delay }) => {
 *   const n = delay("n", [], { initial: 0 });
 *   return { next: { n: add(n, 1) }, outputs: { n } };
 * });
 * printFolded(counter).split("\n")[1]; // → "  delay n : f32[] = z^-1(%2), initial %4"
 */
export function printFolded(folded: FoldedGraph): string {
  const delays = Object.values(folded.delays);
  const order = topologicalOrder([
    ...stepResults(folded),
    ...delays.map(({ placeholder }) => placeholder),
    ...delays.map(({ initial }) => initial),
  ]);
  const numbers = new Map(order.map((node, i) => [node, i]));
  const reference = (node: Node): string => `%${numbers.get(node)!}`;
  return [
    `folded "${folded.name}"`,
    ...Object.entries(folded.sequences).map(([name, leaf]) => `  sequence ${name} : ${formatType(leaf.type)} per step`),
    ...delays.map(
      (delay) =>
        `  delay ${delay.name} : ${formatType(delay.placeholder.type)} = z^-${delay.steps}(${reference(delay.next)}), initial ${reference(delay.initial)}`,
    ),
    ...order.map((node) => `  ${reference(node)} = ${printNode(node, reference).replaceAll("\n", "\n  ")}`),
    `  yields ${Object.entries(folded.outputs)
      .map(([name, node]) => `${name} = ${reference(node)}`)
      .join(", ")}`,
  ].join("\n");
}
