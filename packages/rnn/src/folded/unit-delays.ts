/** Delays of one step only: what a delay of more steps carries becomes visible, value by value. */
import { concat, placeholder, slice, type Node } from "@unfold/core";
import type { Delay, FoldedGraph } from "./recurrence.js";

/**
 * The same recurrence with delays of one step: one of k > 1 steps becomes k of them, `name[-k]` to `name[-1]`, each of which
 * reads the next.
 */
export function unitDelays<O extends Readonly<Record<string, Node>>>(folded: FoldedGraph<O>): FoldedGraph<O> {
  const links = Object.values(folded.delays).flatMap(linksOf);
  return { ...folded, delays: Object.fromEntries(links.map((link) => [link.name, link])) };
}

/** The values of the delays of a folded graph from those of its unit delays, `[k, …S]`, oldest first. */
export function joinLinks(folded: FoldedGraph, values: Readonly<Record<string, Node>>): Record<string, Node> {
  return Object.fromEntries(
    Object.values(folded.delays).map((delay) => {
      const links = linkNames(delay).map((name) => values[name]!);
      return [delay.name, links.length === 1 ? links[0]! : concat(links, 0)];
    }),
  );
}

/** The delay that reads furthest back first. */
function linkNames({ name, steps }: Delay): string[] {
  return steps === 1 ? [name] : Array.from({ length: steps }, (_, i) => `${name}[-${steps - i}]`);
}

function linksOf(delay: Delay): Delay[] {
  if (delay.steps === 1) return [delay];
  const { shape } = delay.placeholder;
  const names = linkNames(delay);
  const read = names.map((name, i) => (i === 0 ? delay.placeholder : placeholder(name, shape)));
  return names.map((name, i) => ({
    ...delay,
    name,
    steps: 1,
    placeholder: read[i]!,
    initial: slice(delay.initial, { axis: 0, start: i, stop: i + 1 }),
    next: read[i + 1] ?? delay.next,
  }));
}
