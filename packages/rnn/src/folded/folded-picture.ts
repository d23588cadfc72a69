/** Pictures of a recurrence: folded, with its delays as dashed arrows; unfolded, with a column per step. */
import { drawNodes, resultBox, type Arrow, type Picture } from "@unfold/core";
import type { Unfolded } from "../unfold/unfold.js";
import type { FoldedGraph } from "./recurrence.js";
import { stepResults } from "./verify-folded.js";

/**
 * The step drawn once; a dashed arrow z⁻ᵏ leads from what a delay will read to where it is read.
 *
 * @example
 * toDot(foldedPicture(elman({ inputs: 2, units: 3, seed: 1 }).fold(1))).includes("z⁻¹"); // → true
 */
export function foldedPicture(folded: FoldedGraph): Picture {
  const delays = Object.values(folded.delays);
  const { boxes, arrows, idOf } = drawNodes([...stepResults(folded), ...delays.map(({ placeholder }) => placeholder)]);
  const results = Object.entries(folded.outputs).map(([name, node], i) => ({
    box: resultBox(`r${i}`, `${name}[t]`),
    from: idOf.get(node),
  }));
  const delayed = delays.map(({ next, placeholder, steps }): Arrow => ({
    from: idOf.get(next)!,
    to: idOf.get(placeholder)!,
    text: `z${superscript(-steps)}`,
    isDelayed: true,
  }));
  return {
    title: folded.name,
    boxes: [...boxes, ...results.map(({ box }) => box)],
    arrows: [
      ...arrows,
      ...delayed,
      ...results.flatMap(({ box, from }) => (from === undefined ? [] : [{ from, to: box.id }])),
    ],
    columns: [],
  };
}

/**
 * The unfolded graph with a column per step.
 *
 * @example
 * unfoldedPicture(unfold(elman({ inputs: 2, units: 3, seed: 1 }).fold(1), 3)).columns.map(({ title }) => title); // → ["t = 0", "t = 1", "t = 2"]
 */
export function unfoldedPicture(unfolded: Unfolded): Picture {
  const { boxes, arrows, idOf } = drawNodes(Object.values(unfolded.outputs));
  const columns = unfolded.columns.map((nodes, t) => ({
    title: `t = ${t}`,
    boxes: nodes.flatMap((node) => idOf.get(node) ?? []),
  }));
  return { title: `${unfolded.name}, ${unfolded.steps} steps`, boxes, arrows, columns };
}

function superscript(number: number): string {
  return String(number).replaceAll(/./g, (digit) => ({ "-": "⁻" })[digit] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]!);
}
