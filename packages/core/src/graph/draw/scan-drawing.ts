/** How a scan is drawn: its step once, as boxes that belong together, with its delays as delayed arrows. */
import { formatType } from "../../tensor/tensor-type.js";
import type { Node } from "../node.js";
import { computedBy, placeholdersOf, scanBodyOf, type ScanBody } from "../scan-body.js";
import { delayText } from "./delay-text.js";
import type { Arrow, Box, Drawing } from "./picture-parts.js";

/** What a scan adds to a drawing. */
export type ScanDrawing = Omit<Drawing, "idOf"> & { readonly inside: Drawing };

/**
 * The boxes of a scan's step in a column, arrows into it from what its placeholders stand for.
 *
 * @param idOf - the box of a node outside, if it has one
 * @param draw - draws the nodes of the step
 */
export function drawScan(
  body: ScanBody,
  inputs: readonly Node[],
  idOf: (node: Node) => string | undefined,
  draw: (outputs: readonly Node[]) => Drawing,
): ScanDrawing {
  const { step } = body;
  const placeholders = placeholdersOf(step);
  const inside = draw([...placeholders, ...computedBy(body)]);
  const entering = placeholders.flatMap((placeholder, i): Arrow[] => {
    const from = idOf(inputs[i]!);
    return from === undefined ? [] : [{ from, to: inside.idOf.get(placeholder)! }];
  });
  const delayed = step.delays.map(({ placeholder, steps, next }): Arrow => ({
    from: inside.idOf.get(next)!,
    to: inside.idOf.get(placeholder)!,
    text: delayText(steps),
    isDelayed: true,
  }));
  const title = `scan, ${step.steps} steps${step.reverse ? ", last first" : ""}${step.recompute ? ", recomputed" : ""}`;
  const nested = new Set(inside.columns.flatMap(({ boxes }) => boxes));
  const own = inside.boxes.map(({ id }) => id).filter((id) => !nested.has(id));
  return {
    inside,
    boxes: inside.boxes,
    arrows: [...entering, ...inside.arrows, ...delayed],
    columns: [{ title, boxes: own }, ...inside.columns],
  };
}

/** The box of a node that reads a result, and the arrow from what it reads inside the scan. */
export function drawResult(id: string, node: Node, inside: Drawing): { readonly box: Box; readonly arrows: Arrow[] } {
  const { step, results } = scanBodyOf(node.inputs[0]!)!;
  const result = results[node.attrs["index"] as number]!;
  const read = result.kind === "stack" ? result.node : step.delays[result.delay]!.next;
  const name = node.label === undefined ? [] : [node.label];
  const from = inside.idOf.get(read);
  return {
    box: { id, kind: "operation", lines: [result.kind, ...name, formatType(node.type)] },
    arrows: from === undefined ? [] : [{ from, to: id }],
  };
}
