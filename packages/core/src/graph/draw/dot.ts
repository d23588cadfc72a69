/** Pictures in the DOT language of Graphviz. */
import type { Arrow, Box, BoxKind, Column, Picture } from "./picture-parts.js";

const STYLES: Readonly<Record<BoxKind, string>> = {
  input: 'shape=box, fillcolor="#dbeafe"',
  param: 'shape=box, style="filled,rounded", fillcolor="#dcfce7"',
  state: 'shape=cylinder, fillcolor="#fef9c3"',
  constant: 'shape=plaintext, fillcolor="#ffffff"',
  placeholder: 'shape=box, fillcolor="#e0e7ff"',
  operation: 'shape=box, style="filled,rounded", fillcolor="#f4f4f5"',
  result: 'shape=ellipse, fillcolor="#ffedd5"',
};

/**
 * The picture as a DOT digraph: inputs below, results above, delayed arrows dashed, columns as clusters, in their order.
 *
 * @example
 * toDot(pictureOf({ y: add(input("x", []), 1) })).startsWith("digraph"); // → true
 */
export function toDot(picture: Picture): string {
  const columnOf = new Map(picture.columns.flatMap(({ boxes }, i) => boxes.map((id) => [id, i] as const)));
  const byId = new Map(picture.boxes.map((box) => [box.id, box]));
  const clusters = picture.columns.map(({ title, boxes }, i) => {
    const members = boxes.map((id) => `    ${node(byId.get(id)!)}`);
    return [
      `  subgraph cluster_${i} {`,
      `    label=${quote(title)}; labelloc=b; fontname="Helvetica"; fontsize=11; color="#a1a1aa"; style=rounded;`,
      ...members,
      "  }",
    ].join("\n");
  });
  // Columns stand side by side only if no arrow between them asks for a higher place.
  const isBetweenColumns = ({ from, to }: Arrow): boolean =>
    columnOf.has(from) && columnOf.has(to) && columnOf.get(from) !== columnOf.get(to);
  return [
    `digraph ${quote(picture.title)} {`,
    '  rankdir=BT; node [style=filled, fontname="Helvetica", fontsize=11, color="#52525b"]; edge [color="#52525b", fontname="Helvetica", fontsize=10];',
    ...clusters,
    ...picture.boxes.filter(({ id }) => !columnOf.has(id)).map((box) => `  ${node(box)}`),
    ...picture.arrows.map((arrow) => `  ${edge(arrow, isBetweenColumns(arrow))}`),
    ...inOrder(picture.columns),
    "}",
  ].join("\n");
}

/** Keeps columns in their order: points that nobody sees, in a row, each below a column. */
function inOrder(columns: readonly Column[]): string[] {
  const lowest = columns.flatMap(({ boxes }) => boxes[0] ?? []);
  if (lowest.length < 2) return [];
  return [
    "  node [style=invis, shape=point, width=0]; edge [style=invis];",
    `  { rank=same; ${lowest.map((_, i) => `place${i}`).join(" -> ")}; }`,
    ...lowest.map((id, i) => `  place${i} -> ${id} [weight=50];`),
  ];
}

function node({ id, kind, lines }: Box): string {
  return `${id} [label=${quote(lines.join("\n"))}, ${STYLES[kind]}];`;
}

function edge({ from, to, text, isDelayed }: Arrow, isBetweenColumns: boolean): string {
  const attributes = [
    ...(text === undefined ? [] : [`label=${quote(text)}`]),
    ...(isDelayed === true ? ['style=dashed, color="#dc2626", fontcolor="#dc2626"'] : []),
    ...(isBetweenColumns ? ['color="#dc2626"'] : []),
    ...(isDelayed === true || isBetweenColumns ? ["constraint=false"] : []),
  ];
  return `${from} -> ${to}${attributes.length === 0 ? "" : ` [${attributes.join(", ")}]`};`;
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
