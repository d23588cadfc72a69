/** What the nodes of an explanation are called. */
import type { Node } from "../graph/node.js";
import { sizeOf, stridesOf, type Shape } from "../tensor/shape.js";
import type { ElementName } from "./formula.js";
import { nameParts } from "./name-parts.js";

/**
 * Names for nodes: the label, the last level of a path if no other label ends like it; nodes with one label are counted, and
 * so are those of which an element is written alike, as the first of `w` and `w1`; v1, v2, … where there is no label, as
 * nodes are asked for.
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
  const shown = (label: string): string => {
    const ending = lastLevel(label);
    return endings.filter((other) => other === ending).length === 1 ? ending : label;
  };
  joinAlike(sharers, shown);
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
    const nodes = sharers.get(label)!;
    return {
      label: shown(label),
      shape,
      ...(nodes.length > 1 && { copy: nodes.indexOf(node) + 1 }),
    };
  };
}

/** Makes one list of the nodes of labels that have an element written alike. */
function joinAlike(sharers: Map<string, Node[]>, shown: (label: string) => string): void {
  const owners = new Map<string, string>();
  for (const [label, nodes] of [...sharers]) {
    for (const name of nodes.flatMap(({ shape }) => elementsOf(shown(label), shape))) {
      const { base, subscript } = nameParts(name);
      const owner = owners.get(`${base}_${subscript}`) ?? label;
      owners.set(`${base}_${subscript}`, owner);
      const [own, other] = [sharers.get(label)!, sharers.get(owner)!];
      if (own === other) continue;
      const joined = [...other, ...own];
      for (const [key, list] of sharers) if (list === own || list === other) sharers.set(key, joined);
    }
  }
}

/** The names of all elements. */
function elementsOf(label: string, shape: Shape): ElementName[] {
  return Array.from({ length: sizeOf(shape) }, (_, position) => ({ label, shape, index: indexAt(shape, position) }));
}

/** The place of an element, from its position in row-major order. */
export function indexAt(shape: Shape, position: number): number[] {
  const strides = stridesOf(shape);
  return shape.map((extent, axis) => Math.floor(position / strides[axis]!) % extent);
}

function lastLevel(label: string): string {
  return label.slice(label.lastIndexOf("/") + 1) || label;
}
