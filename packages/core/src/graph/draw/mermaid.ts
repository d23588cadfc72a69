/** Pictures as Mermaid flowcharts, which many Markdown viewers draw. */
import type { Arrow, Box, BoxKind, Picture } from "./picture-parts.js";

/** Brackets that give a box its shape. */
const SHAPES: Readonly<Record<BoxKind, readonly [string, string]>> = {
  input: ["[/", "/]"],
  param: ["(", ")"],
  state: ["[(", ")]"],
  constant: ["[", "]"],
  placeholder: ["[/", "/]"],
  operation: ["(", ")"],
  result: ["([", "])"],
};

/**
 * The picture as a Mermaid flowchart: delayed arrows dotted, columns as subgraphs.
 *
 * @example
 * toMermaid(pictureOf({ y: add(input("x", []), 1) })).startsWith("flowchart"); // → true
 */
export function toMermaid(picture: Picture): string {
  const inColumn = new Set(picture.columns.flatMap(({ boxes }) => boxes));
  const byId = new Map(picture.boxes.map((box) => [box.id, box]));
  const columns = picture.columns.flatMap(({ title, boxes }, i) => [
    `  subgraph c${i}[${quote(title)}]`,
    ...boxes.map((id) => `    ${node(byId.get(id)!)}`),
    "  end",
  ]);
  const rest = picture.boxes.filter(({ id }) => !inColumn.has(id)).map((box) => `  ${node(box)}`);
  return ["flowchart BT", ...columns, ...rest, ...picture.arrows.map((arrow) => `  ${edge(arrow)}`)].join("\n");
}

function node({ id, kind, lines }: Box): string {
  const [open, close] = SHAPES[kind];
  return `${id}${open}${quote(lines.join("\n"))}${close}`;
}

function edge({ from, to, text, isDelayed }: Arrow): string {
  const arrow = isDelayed === true ? "-.->" : "-->";
  return `${from} ${arrow}${text === undefined ? "" : `|${quote(text)}|`} ${to}`;
}

/** Mermaid reads entities where other languages have backslashes. */
function quote(text: string): string {
  return `"${text.replaceAll("#", "#35;").replaceAll("&", "#amp;").replaceAll('"', "#quot;").replaceAll("<", "#lt;").replaceAll(">", "#gt;").replaceAll("\n", "<br/>")}"`;
}
