/** What the nodes of an explanation are called. */
import type { Node } from "../graph/node.js";
import type { ElementName } from "./formula.js";

/**
 * Names for nodes: the label, the last level of a path if no other label ends like it; nodes with one label are counted;
 * v1, v2, … where there is no label, as nodes are asked for.
 *
 * @param order - every node that may be asked for, in topological order
 */
export function elementNames(order: readonly Node[], loss: Node): (node: Node) => Omit<ElementName, "index"> {
  const labelOf = (node: Node): string | undefined => {
    const label = node.label?.trim().replace(/\s+/g, " ");
    return label === undefined || label === "" ? (node === loss ? "loss" : undefined) : label;
  };
  const sharers = new Map<string, Node[]>();
  for (const node of order) {
    const label = labelOf(node);
    if (label !== undefined) sharers.set(label, [...(sharers.get(label) ?? []), node]);
  }
  const endings = [...sharers.keys()].map(lastLevel);
  const taken = new Set([...sharers.keys(), ...endings]);
  let count = 0;
  const nextNumbered = (): string => {
    do count++;
    while (taken.has(`v${count}`));
    return `v${count}`;
  };
  return (node) => {
    const label = labelOf(node);
    const { shape } = node;
    if (label === undefined) return { label: nextNumbered(), shape };
    const ending = lastLevel(label);
    const isClear = endings.filter((other) => other === ending).length === 1;
    const nodes = sharers.get(label)!;
    return {
      label: isClear ? ending : label,
      shape,
      ...(nodes.length > 1 && { copy: nodes.indexOf(node) + 1 }),
    };
  };
}

function lastLevel(label: string): string {
  return label.slice(label.lastIndexOf("/") + 1) || label;
}
