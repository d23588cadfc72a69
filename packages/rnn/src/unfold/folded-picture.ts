/** Pictures of a recurrence: folded, with its delays as dashed arrows; unfolded, with a column per step. */
import { delayText, drawNodes, resultBox, type Arrow, type DrawOptions, type Node, type Picture } from "@unfold/core";
import type { Unfolded } from "./unfold.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { stepResults } from "../folded/verify-folded.js";

/**
 * The step drawn once; a dashed arrow z⁻ᵏ leads from what a delay will read to where it is read.
 *
 * @example
 * toDot(foldedPicture(elman({ inputs: 2, units: 3, seed: 1 }).fold(1))).includes("z⁻¹"); // → true
 */
export function foldedPicture(folded: FoldedGraph): Picture {
  const delays = Object.values(folded.delays);
  const { boxes, arrows, columns, idOf } = drawNodes([
    ...stepResults(folded),
    ...delays.map(({ placeholder }) => placeholder),
  ]);
  const results = Object.entries(folded.outputs).map(([name, node], i) => ({
    box: resultBox(`r${i}`, `${name}[t]`),
    from: idOf.get(node),
  }));
  const delayed = delays.map(({ next, placeholder, steps }): Arrow => ({
    from: idOf.get(next)!,
    to: idOf.get(placeholder)!,
    text: delayText(steps),
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
    columns,
  };
}

/**
 * The unfolded graph with a column per step: what the step reads, its operations, what it yields. Parameters stand
 * outside, once.
 *
 * @param options - edgeText: what to write on arrows, such as the gradient that flows back along them
 * @example
 * unfoldedPicture(unfold(elman({ inputs: 2, units: 3, seed: 1 }).fold(1), 3)).columns.map(({ title }) => title); // → ["t = 0", "t = 1", "t = 2"]
 */
export function unfoldedPicture(unfolded: Unfolded, options: Pick<DrawOptions, "edgeText"> = {}): Picture {
  const { perStep, elements } = unfolded;
  const leaves = new Map(
    Object.entries(elements).flatMap(([name, nodes]) => nodes.map((node, t) => [node, `${name}[${t}]`] as const)),
  );
  const { boxes, arrows, idOf } = drawNodes(perStep.flatMap(Object.values<Node>), { ...options, leaves });
  const columns = unfolded.columns.map((nodes, t) => {
    const read = Object.values(elements).map((values) => values[t]!);
    const results = Object.entries(perStep[t]!).flatMap(([name, node], i) => {
      const from = idOf.get(node);
      return from === undefined ? [] : [{ box: resultBox(`r${t}_${i}`, `${name}[${t}]`), from }];
    });
    const drawn = [...read, ...nodes].flatMap((node) => idOf.get(node) ?? []);
    return { title: `t = ${t}`, boxes: [...drawn, ...results.map(({ box }) => box.id)], results };
  });
  const results = columns.flatMap((column) => column.results);
  return {
    title: `${unfolded.name}, ${unfolded.steps} steps`,
    boxes: [...boxes, ...results.map(({ box }) => box)],
    arrows: [...arrows, ...results.map(({ box, from }) => ({ from, to: box.id }))],
    columns: columns.map(({ title, boxes: ids }) => ({ title, boxes: ids })),
  };
}
