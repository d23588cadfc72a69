/** What a drawing of a graph shows, whatever draws it: boxes with text, arrows, and columns of boxes. */
import { formatType } from "../../tensor/tensor-type.js";
import type { Node } from "../node.js";
import { topologicalOrder } from "../walk.js";

/** How a box looks: a leaf by its role, an operation, or a result. */
export type BoxKind = "input" | "param" | "state" | "constant" | "placeholder" | "operation" | "result";

/** A box with one or more lines of text. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly lines: readonly string[];
}

/** An arrow between boxes. A delayed one leads to a later time step. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly text?: string;
  readonly isDelayed?: boolean;
}

/** Boxes that belong together, such as one time step. */
export interface Column {
  readonly title: string;
  readonly boxes: readonly string[];
}

/** Everything a drawing shows. */
export interface Picture {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly columns: readonly Column[];
}

/** The boxes and arrows of the nodes that outputs depend on, and the id of each node's box. */
export interface Drawing {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly idOf: ReadonlyMap<Node, string>;
}

/** What to draw of a graph. */
export interface DrawOptions {
  /** Whether to draw constants, and movements of data of them. Default false. */
  readonly constants?: boolean;
  /** Nodes to draw as inputs under these names, without what they are made from. */
  readonly leaves?: ReadonlyMap<Node, string>;
}

/**
 * The boxes and arrows of a graph. Constants, and movements of data (views) of them, are drawn only if asked for: they
 * are seldom what a picture is about. Outputs are always drawn.
 */
export function drawNodes(outputs: readonly Node[], options: DrawOptions = {}): Drawing {
  const { leaves = new Map<Node, string>() } = options;
  const order = orderDownTo(leaves, outputs);
  const hidden = options.constants === true ? new Set<Node>() : constantOnly(order);
  for (const output of outputs) hidden.delete(output);
  const drawn = order.filter((node) => !hidden.has(node));
  const idOf = new Map(drawn.map((node, i) => [node, `n${i}`]));
  const arrows = drawn.flatMap((node) =>
    (leaves.has(node) ? [] : node.inputs).flatMap((input) => {
      const from = idOf.get(input);
      return from === undefined ? [] : [{ from, to: idOf.get(node)! }];
    }),
  );
  return { boxes: drawn.map((node) => box(idOf.get(node)!, node, leaves.get(node))), arrows, idOf };
}

/** A picture of a graph with its results marked. */
export function pictureOf(
  outputs: Readonly<Record<string, Node>>,
  options: { readonly title?: string; readonly constants?: boolean } = {},
): Picture {
  const { boxes, arrows, idOf } = drawNodes(Object.values(outputs), { constants: true, ...options });
  const results = Object.entries(outputs).map(([name, node], i) => ({
    result: resultBox(`r${i}`, name),
    from: idOf.get(node)!,
  }));
  return {
    title: options.title ?? "graph",
    boxes: [...boxes, ...results.map(({ result }) => result)],
    arrows: [...arrows, ...results.map(({ result, from }) => ({ from, to: result.id }))],
    columns: [],
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
