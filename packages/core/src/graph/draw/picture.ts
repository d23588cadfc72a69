/** Pictures of graphs: a box per node, an arrow per operand, the step of a scan once, in a column. */
import { formatType } from "../../tensor/tensor-type.js";
import type { Node } from "../node.js";
import { scanBodyOf } from "../scan-body.js";
import { topologicalOrder } from "../walk.js";
import type { Arrow, Box, Column, Drawing, DrawOptions, Picture } from "./picture-parts.js";
import { drawResult, drawScan } from "./scan-drawing.js";

/**
 * The boxes and arrows of a graph. Constants, and movements of data (views) of them, are drawn only if asked for: they
 * are seldom what a picture is about. Outputs are always drawn. Of a scan its step is drawn, once, in a column.
 */
export function drawNodes(outputs: readonly Node[], options: DrawOptions = {}): Drawing {
  return drawPrefixed("n", outputs, options);
}

/** The drawing with ids that begin with a prefix of their own: the steps of scans have nodes in common. */
function drawPrefixed(prefix: string, outputs: readonly Node[], options: DrawOptions): Drawing {
  const { leaves = new Map<Node, string>() } = options;
  const order = orderDownTo(leaves, outputs);
  const hidden = options.constants === true ? new Set<Node>() : constantOnly(order);
  for (const output of outputs) hidden.delete(output);
  const drawn = order.filter((node) => !hidden.has(node));
  const idOf = new Map<Node, string>();
  const insideOf = new Map<Node, Drawing>();
  const [boxes, arrows, columns]: [Box[], Arrow[], Column[]] = [[], [], []];
  for (const [i, node] of drawn.entries()) {
    const id = `${prefix}${i}`;
    const body = leaves.has(node) ? undefined : scanBodyOf(node);
    const inside = node.op.kind === "result" ? insideOf.get(node.inputs[0]!) : undefined;
    if (body !== undefined) {
      const scan = drawScan(
        body,
        node.inputs,
        (input) => idOf.get(input),
        (nodes) => drawPrefixed(`${id}_`, nodes, { ...options, leaves: new Map() }),
      );
      insideOf.set(node, scan.inside);
      boxes.push(...scan.boxes);
      arrows.push(...scan.arrows);
      columns.push(...scan.columns);
    } else if (inside !== undefined && !leaves.has(node)) {
      const result = drawResult(id, node, inside);
      idOf.set(node, id);
      boxes.push(result.box);
      arrows.push(...result.arrows);
    } else {
      idOf.set(node, id);
      boxes.push(box(id, node, leaves.get(node)));
      if (!leaves.has(node)) arrows.push(...arrowsTo(id, node, idOf, options));
    }
  }
  return { boxes, arrows, columns, idOf };
}

/** An arrow from every operand that is drawn. */
function arrowsTo(id: string, node: Node, idOf: ReadonlyMap<Node, string>, { edgeText }: DrawOptions): Arrow[] {
  return node.inputs.flatMap((input) => {
    const from = idOf.get(input);
    if (from === undefined) return [];
    const text = edgeText?.(input, node);
    return [{ from, to: id, ...(text !== undefined && { text }) }];
  });
}

/**
 * A picture of a graph with its results marked.
 *
 * @example
 * toMermaid(pictureOf({ y: exp(input("x", [])) })).includes("exp"); // → true
 */
export function pictureOf(
  outputs: Readonly<Record<string, Node>>,
  options: { readonly title?: string; readonly constants?: boolean } = {},
): Picture {
  const { boxes, arrows, columns, idOf } = drawNodes(Object.values(outputs), { constants: true, ...options });
  const results = Object.entries(outputs).map(([name, node], i) => ({
    result: resultBox(`r${i}`, name),
    from: idOf.get(node)!,
  }));
  return {
    title: options.title ?? "graph",
    boxes: [...boxes, ...results.map(({ result }) => result)],
    arrows: [...arrows, ...results.map(({ result, from }) => ({ from, to: result.id }))],
    columns,
  };
}

/** A box that marks a result by name. */
export function resultBox(id: string, name: string): Box {
  return { id, kind: "result", lines: [name] };
}

/** The nodes the outputs depend on, in topological order, without what the leaves are made from. */
function orderDownTo(leaves: ReadonlyMap<Node, string>, outputs: readonly Node[]): Node[] {
  const order = topologicalOrder(outputs);
  const needed = new Set(outputs);
  for (const node of order.toReversed()) {
    if (needed.has(node) && !leaves.has(node)) for (const input of node.inputs) needed.add(input);
  }
  return order.filter((node) => needed.has(node));
}

function box(id: string, node: Node, leafName: string | undefined): Box {
  const { op, label, type } = node;
  if (leafName !== undefined) return { id, kind: "input", lines: [leafName, formatType(type)] };
  const isLeaf = op.kind === "leaf";
  const name = label === undefined ? [] : [label];
  return {
    id,
    kind: isLeaf ? op.role : "operation",
    lines: [...(isLeaf ? (label === undefined ? [op.name] : name) : [op.name, ...name]), formatType(type)],
  };
}

/** Constants, and movements of data (views) of them. */
function constantOnly(order: readonly Node[]): Set<Node> {
  const hidden = new Set<Node>();
  for (const node of order) {
    const isConstant =
      node.op.kind === "leaf"
        ? node.op.role === "constant"
        : node.op.kind === "view" && node.inputs.every((input) => hidden.has(input));
    if (isConstant) hidden.add(node);
  }
  return hidden;
}
