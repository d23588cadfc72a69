/** Pictures in the DOT language of Graphviz. */
import type { Arrow, Box, BoxKind, Picture } from "./picture.js";

const STYLES: Readonly<Record<BoxKind, string>> = {
  input: 'shape=parallelogram, fillcolor="#dbeafe"',
  param: 'shape=box, style="filled,rounded", fillcolor="#dcfce7"',
  state: 'shape=cylinder, fillcolor="#fef9c3"',
  constant: 'shape=plaintext, fillcolor="#ffffff"',
  placeholder: 'shape=parallelogram, fillcolor="#e0e7ff"',
  operation: 'shape=box, style="filled,rounded", fillcolor="#f4f4f5"',
  result: 'shape=ellipse, fillcolor="#ffedd5"',
};

/**
 * The picture as a DOT digraph: inputs below, results above, delayed arrows dashed, columns as clusters.
 *
 * @example
 * toDot(pictureOf({ y: add(input("x", []), 1) })).startsWith("digraph"); // → true
 */
export function toDot(picture: Picture): string {
  const inColumn = new Set(picture.columns.flatMap(({ boxes }) => boxes));
  const byId = new Map(picture.boxes.map((box) => [box.id, box]));
  const clusters = picture.columns.map(({ title, boxes }, i) => {
    const members = boxes.map((id) => `    ${node(byId.get(id)!)}`);
    return [
      `  subgraph cluster_${i} {`,
      `    label=${quote(title)}; color="#a1a1aa"; style=rounded;`,
      ...members,
      "  }",
    ].join("\n");
  });
  return [
    `digraph ${quote(picture.title)} {`,
    '  rankdir=BT; node [style=filled, fontname="Helvetica", fontsize=11, color="#52525b"]; edge [color="#52525b", fontname="Helvetica", fontsize=10];',
    ...clusters,
    ...picture.boxes.filter(({ id }) => !inColumn.has(id)).map((box) => `  ${node(box)}`),
    ...picture.arrows.map((arrow) => `  ${edge(arrow)}`),
    "}",
  ].join("\n");
}

function node({ id, kind, lines }: Box): string {
  return `${id} [label=${quote(lines.join("\n"))}, ${STYLES[kind]}];`;
}

function edge({ from, to, text, isDelayed }: Arrow): string {
  const attributes = [
    ...(text === undefined ? [] : [`label=${quote(text)}`]),
    ...(isDelayed === true ? ['style=dashed, color="#dc2626", fontcolor="#dc2626", constraint=false'] : []),
  ];
  return `${from} -> ${to}${attributes.length === 0 ? "" : ` [${attributes.join(", ")}]`};`;
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
