/**
 * Which nodes are computed together. A unit becomes one kernel (or a loop): elementwise nodes of one shape, a reduction
 * with the elementwise nodes that only it reads, a matrix product with what is added to it, or one node by itself.
 */
import { InternalError } from "../../errors.js";
import type { Node } from "../../graph/node.js";
import type { AnyOp } from "../../graph/op.js";
import { sameShape } from "../../tensor/shape.js";
import { expressionBuilder } from "../lane-expression.js";

/** Nodes computed together. */
export type Unit =
  | { readonly kind: "elementwise"; readonly nodes: readonly Node[] }
  | { readonly kind: "reduction"; readonly node: Node; readonly absorbed: ReadonlySet<Node> }
  | { readonly kind: "matmul"; readonly node: Node; readonly product: Node; readonly init: Node | undefined }
  | { readonly kind: "general"; readonly node: Node }
  | { readonly kind: "scan"; readonly node: Node };

/** The units of a graph in an order in which they can run, and the unit of every node that is not an alias of another. */
export interface Units {
  readonly order: readonly Unit[];
  readonly unitOf: ReadonlyMap<Node, Unit>;
}

/** Longest chain of elementwise nodes in a unit: longer ones gain nothing, and a graph can be one chain of any length. */
const LONGEST_CHAIN = 64;
/** Elementwise nodes joined into a unit only because they read the same values. */
const MOST_SIBLINGS = 64;

/** What is known of the graph while units are found. */
interface Context {
  readonly order: readonly Node[];
  readonly consumers: ReadonlyMap<Node, readonly Node[]>;
  /** Nodes whose values are wanted outside, or that have a place already. */
  readonly results: ReadonlySet<Node>;
  /** Those of them that overwrite what others read. */
  readonly late: ReadonlySet<Node>;
}

/**
 * Units of the nodes in topological order.
 *
 * @param results - nodes whose values must be in memory at the end
 * @param late - results whose units run last if they can: they overwrite what others read
 */
export function findUnits(order: readonly Node[], results: readonly Node[], late: readonly Node[] = []): Units {
  const wanted = { results: new Set([...results, ...late]), late: new Set(late) };
  const context: Context = { order, consumers: consumersOf(order), ...wanted };
  const absorbed = absorbIntoReductions(context);
  const products = findProducts(context, absorbed);
  const unitOf = new Map<Node, Unit>();
  const add = (unit: Unit, ...nodes: readonly Node[]): void => {
    for (const node of nodes) unitOf.set(node, unit);
  };
  for (const [node, { product, init }] of products) add({ kind: "matmul", node, product, init }, node);
  for (const node of order) {
    const { kind } = node.op;
    if (kind === "reduction") {
      add({ kind, node, absorbed: absorbed.byReduction.get(node) ?? new Set() }, node);
    } else if (kind === "scan") add({ kind, node }, node);
    else if (kind === "general" && !unitOf.has(node) && !products.absorbed.has(node)) add({ kind, node }, node);
  }
  const isFused = (node: Node): boolean =>
    !isElementwise(node) || absorbed.all.has(node) || products.absorbed.has(node);
  const free = order.filter((node) => !isFused(node) && !unitOf.has(node));
  for (const nodes of groupElementwise(context, new Set(free), unitOf)) add({ kind: "elementwise", nodes }, ...nodes);
  return { order: schedule(results, late, unitOf), unitOf };
}

/** Nodes whose values a unit reads from memory. */
export function operandsOf(unit: Unit): readonly Node[] {
  switch (unit.kind) {
    case "elementwise": {
      const own = new Set(unit.nodes);
      return unit.nodes.flatMap(({ inputs }) => inputs.filter((input) => !own.has(input)));
    }
    case "reduction":
      return [unit.node, ...unit.absorbed].flatMap(({ inputs }) => inputs.filter((input) => !unit.absorbed.has(input)));
    case "matmul":
      return unit.init === undefined ? unit.product.inputs : [...unit.product.inputs, unit.init];
    case "general":
    case "scan":
      return unit.node.inputs;
  }
}

/** The node that a view (or a result of a scan) shows the elements of. */
export function sourceOf(node: Node): Node {
  let source = node;
  while (source.op.kind === "view" || source.op.kind === "result") source = source.inputs[0]!;
  return source;
}

function isElementwise({ op }: Node): boolean {
  return op.kind === "elementwise";
}

function consumersOf(order: readonly Node[]): Map<Node, Node[]> {
  const consumers = new Map<Node, Node[]>(order.map((node) => [node, []]));
  for (const node of order) for (const input of node.inputs) consumers.get(input)!.push(node);
  return consumers;
}

/** Elementwise nodes that only one reduction reads, through others of that kind. */
function absorbIntoReductions({ order, consumers, results }: Context): {
  readonly all: ReadonlySet<Node>;
  readonly byReduction: ReadonlyMap<Node, ReadonlySet<Node>>;
} {
  const owner = new Map<Node, Node>();
  /** The reduction that all readers of a node belong to, if they see the node as it is. */
  const onlyOwner = (node: Node): Node | undefined => {
    const readers = consumers.get(node)!;
    const only = readers[0] && owner.get(readers[0]);
    const isOwn = (reader: Node): boolean =>
      owner.get(reader) === only && (reader === only || sameShape(reader.shape, node.shape));
    return readers.every(isOwn) ? only : undefined;
  };
  for (const node of order.toReversed()) {
    const own = node.op.kind === "reduction" ? node : undefined;
    const found = isElementwise(node) && !results.has(node) ? onlyOwner(node) : own;
    if (found !== undefined) owner.set(node, found);
  }
  const byReduction = new Map<Node, Set<Node>>();
  const all = new Set<Node>();
  for (const node of order) {
    const reduction = owner.get(node);
    if (reduction === undefined || reduction === node) continue;
    all.add(node);
    const list = byReduction.get(reduction);
    if (list === undefined) byReduction.set(reduction, new Set([node]));
    else list.add(node);
  }
  return { all, byReduction };
}

/** Matrix products by the node whose value the kernel leaves: the product, or the sum that only it goes into. */
type Products = Map<Node, { readonly product: Node; readonly init: Node | undefined }> & { absorbed: Set<Node> };

function findProducts({ order, consumers, results }: Context, absorbed: { readonly all: ReadonlySet<Node> }): Products {
  const products = Object.assign(new Map<Node, { product: Node; init: Node | undefined }>(), {
    absorbed: new Set<Node>(),
  });
  for (const node of order) {
    if (!isProduct(node)) continue;
    const sum = sumOver(node);
    if (sum === undefined) products.set(node, { product: node, init: undefined });
  }
  return products;

  /** Registers the sum that the product goes into, if it may be computed by the product's kernel. */
  function sumOver(product: Node): Node | undefined {
    const path: Node[] = [];
    let node = product;
    for (;;) {
      const [reader, ...others] = consumers.get(node)!;
      if (reader === undefined || others.length > 0 || results.has(node)) return undefined;
      path.push(node);
      if (keepsMatrix(reader, product)) {
        node = reader;
        continue;
      }
      if (!isSum(reader) || absorbed.all.has(reader) || products.has(reader)) return undefined;
      const init = reader.inputs.find((input) => input !== node);
      if (init === undefined) return undefined;
      products.set(reader, { product, init });
      for (const inside of path) products.absorbed.add(inside);
      return reader;
    }
  }
}

function isProduct({ op }: Node): boolean {
  return op.kind === "general" && op.emit === "kernel";
}

/** Whether a view only splits or joins the axes before the last. */
function keepsMatrix({ op, attrs, inputs, type }: Node, product: Node): boolean {
  if (op.kind !== "view" || product.shape.length !== 2) return false;
  const { offset, strides } = op.view(inputs[0]!.type, type, attrs);
  let size = 1;
  const isWhole = strides.toReversed().every((stride, fromEnd) => {
    const extent = type.shape.at(-1 - fromEnd)!;
    const isNext = extent === 1 || stride === size;
    size *= extent;
    return isNext;
  });
  return (
    offset === 0 && isWhole && type.shape.at(-1) === product.shape[1] && size === product.shape[0]! * product.shape[1]!
  );
}

const sums = new WeakMap<AnyOp, boolean>();

/** Whether an op is the sum of its two f32 operands: what it says to an emitter tells. */
function isSum({ op, dtype, inputs, attrs }: Node): boolean {
  if (op.kind !== "elementwise" || dtype !== "f32" || inputs.length !== 2 || op.emit === "host") return false;
  let known = sums.get(op);
  if (known === undefined) {
    const builder = expressionBuilder();
    const operands = [0, 1].map((operand) => builder.load({ operand, constant: 0, strides: [], indirect: [] }, "f32"));
    const result = op.emit(builder, operands, attrs);
    known = result === builder.add(operands[0]!, operands[1]!);
    sums.set(op, known);
  }
  return known;
}

/**
 * Elementwise nodes that can share a loop. A node's level counts the kernels that must have run before it: on a path
 * from one node to another through a third kernel it rises, so nodes of one level can never wait for each other.
 */
function groupElementwise(context: Context, free: ReadonlySet<Node>, unitOf: ReadonlyMap<Node, Unit>): Node[][] {
  const { order } = context;
  const levels = new Map<Node, number>();
  const chains = new Map<Node, number>();
  /** The lowest level at which a value can be read from memory. */
  const ready = (node: Node): number => {
    const source = sourceOf(node);
    if (source.op.kind === "leaf") return 0;
    return levels.get(source)! + 1;
  };
  for (const node of order) {
    if (node.op.kind === "leaf" || node.op.kind === "view" || node.op.kind === "result") continue;
    const isFree = free.has(node);
    const unit = unitOf.get(node);
    const inputs = unit === undefined ? node.inputs : operandsOf(unit);
    const joins = (input: Node): boolean =>
      isFree && free.has(input) && sameShape(input.shape, node.shape) && chains.get(input)! < LONGEST_CHAIN;
    const level = inputs.reduce((most, input) => Math.max(most, joins(input) ? levels.get(input)! : ready(input)), 0);
    levels.set(node, level);
    if (!isFree) continue;
    const before = inputs.filter((input) => joins(input) && levels.get(input) === level);
    chains.set(node, 1 + before.reduce((most, input) => Math.max(most, chains.get(input)!), 0));
  }
  sink(context, free, levels, (node) => chains.get(node) === LONGEST_CHAIN);
  return connected(order, free, levels);
}

/** Moves nodes that only nodes of one later level read to that level. Moments, which run late anyway, go with their weights. */
function sink(
  { order, consumers, results, late }: Context,
  free: ReadonlySet<Node>,
  levels: Map<Node, number>,
  isEnd: (node: Node) => boolean,
): void {
  for (const node of order.toReversed()) {
    if (!free.has(node) || (results.has(node) && !late.has(node)) || isEnd(node)) continue;
    const readers = consumers.get(node)!;
    const [first] = readers;
    const level = first && levels.get(first);
    const joins = readers.every(
      (reader) => free.has(reader) && levels.get(reader) === level && sameShape(reader.shape, node.shape),
    );
    if (level !== undefined && joins) levels.set(node, level);
  }
}

/** Nodes of one level and shape that read each other or the same values. */
function connected(order: readonly Node[], free: ReadonlySet<Node>, levels: ReadonlyMap<Node, number>): Node[][] {
  const { find, join } = disjointSets();
  const readers = new Map<Node, Map<number, Node>>();
  /** Joins a node to another of its level that reads the same value. */
  const joinSibling = (node: Node, input: Node): void => {
    const level = levels.get(node)!;
    const known = readers.get(input) ?? new Map<number, Node>();
    readers.set(input, known);
    const other = known.get(level);
    if (other === undefined) known.set(level, node);
    else join(other, node, MOST_SIBLINGS);
  };
  for (const node of order.filter((one) => free.has(one))) {
    for (const input of node.inputs) {
      if (!sameShape(input.shape, node.shape)) continue;
      if (free.has(input) && levels.get(input) === levels.get(node)) join(input, node, Infinity);
      else if (input.op.kind !== "view") joinSibling(node, input);
    }
  }
  const groups = new Map<Node, Node[]>();
  for (const node of order.filter((one) => free.has(one))) {
    const root = find(node);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [node]);
    else group.push(node);
  }
  return [...groups.values()];
}

/** Units after those they read, depth first from the results, so that values die soon; the late ones last. */
function schedule(results: readonly Node[], late: readonly Node[], unitOf: ReadonlyMap<Node, Unit>): Unit[] {
  const done = new Set<Unit>();
  const order: Unit[] = [];
  const stack: { readonly unit: Unit; readonly operands: readonly Node[]; next: number }[] = [];
  const entered = new Set<Unit>();
  const enter = (node: Node): void => {
    const unit = unitOf.get(sourceOf(node));
    if (unit === undefined || done.has(unit)) return;
    if (entered.has(unit)) throw new InternalError("schedule", `units that wait for each other at ${node.toString()}`);
    entered.add(unit);
    stack.push({ unit, operands: operandsOf(unit), next: 0 });
  };
  for (const result of [...results, ...late.flatMap(operandsBefore), ...late]) {
    enter(result);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const operand = frame.operands[frame.next++];
      if (operand !== undefined) enter(operand);
      else {
        stack.pop();
        done.add(frame.unit);
        order.push(frame.unit);
      }
    }
  }
  return order;

  /** What the late units read, so that all of it is there before the first of them runs. */
  function operandsBefore(node: Node): readonly Node[] {
    const unit = unitOf.get(sourceOf(node));
    return unit === undefined ? [] : operandsOf(unit);
  }
}

/** Sets of nodes that grow together. */
function disjointSets(): {
  readonly find: (node: Node) => Node;
  /** Unless the two together would be more than so many. */
  readonly join: (a: Node, b: Node, most: number) => void;
} {
  const parent = new Map<Node, Node>();
  const size = new Map<Node, number>();
  const find = (node: Node): Node => {
    let root = node;
    while (parent.get(root) !== undefined) root = parent.get(root)!;
    for (let next = node; next !== root;) {
      const above = parent.get(next)!;
      parent.set(next, root);
      next = above;
    }
    return root;
  };
  const join = (a: Node, b: Node, most: number): void => {
    const [x, y] = [find(a), find(b)];
    const total = (size.get(x) ?? 1) + (size.get(y) ?? 1);
    if (x === y || total > most) return;
    parent.set(y, x);
    size.set(x, total);
  };
  return { find, join };
}
