/** Where the line between a scan and what follows it runs: which values of the step are stacked. */
import type { Node } from "../../graph/node.js";
import { concatOp } from "../../ops/concat.js";
import { sizeOf } from "../../tensor/shape.js";
import type { StepParts } from "./step-parts.js";

/** Which values come from where, for all nodes of a step that are read outside. */
export interface StackCut {
  /** Read from stacks. */
  readonly stacks: ReadonlySet<Node>;
  /** Computed outside. */
  readonly computed: ReadonlySet<Node>;
  /** Parts of a join that is stacked as a whole: by part, the join. */
  readonly partOf: ReadonlyMap<Node, Node>;
}

/** What is asked of a cut. */
export interface CutRequest {
  /** Nodes to be read outside. */
  readonly wanted: Iterable<Node>;
  /** Nodes to be computed outside, if at all. */
  readonly late: ReadonlySet<Node>;
  /** Nodes that are stacked anyway. */
  readonly given: ReadonlySet<Node>;
  /** Whether the value outside is known without the scan. */
  readonly isIndependent: (node: Node) => boolean;
}

/**
 * The cut: what is late is computed, all else stacked, with two exceptions that stack less. Views are taken of what they
 * show, if that is stacked too or no larger than they are together; parts of a join are cut out of it, if it is stacked
 * too or they are all of it. What delays carry is stacked as it is: it lies in memory step by step anyway.
 */
export function cutStacks(parts: StepParts, { wanted, late, given, isIndependent }: CutRequest): StackCut {
  const needed = new Set<Node>(wanted);
  const stacks = new Set<Node>(given);
  const computed = new Set<Node>();
  for (const node of parts.order.toReversed()) {
    if (!needed.has(node) || isIndependent(node)) continue;
    if (!late.has(node)) stacks.add(node);
    else {
      computed.add(node);
      for (const input of node.inputs) needed.add(input);
    }
  }
  const stays = new Set<Node>([...given, ...parts.body.step.delays.map(({ next }) => next)]);
  lookThroughViews(stacks, computed, stays);
  const partOf = cutOutOfJoins(parts, stacks, stays, (join) => late.has(join) || isIndependent(join));
  return { stacks, computed, partOf };
}

function lookThroughViews(stacks: Set<Node>, computed: Set<Node>, stays: ReadonlySet<Node>): void {
  const bySource = new Map<Node, Node[]>();
  for (const node of stacks) {
    const source = stays.has(node) ? node : sourceOf(node, stacks);
    if (source !== node) bySource.set(source, [...(bySource.get(source) ?? []), node]);
  }
  for (const [source, views] of bySource) {
    if (!stacks.has(source) && totalSize(views) < sizeOf(source.shape)) continue;
    stacks.add(source);
    for (const node of views) {
      for (let view = node; view !== source; view = view.inputs[0]!) computed.add(view);
      stacks.delete(node);
    }
  }
}

function cutOutOfJoins(
  { order }: StepParts,
  stacks: Set<Node>,
  stays: ReadonlySet<Node>,
  isOutside: (join: Node) => boolean,
): ReadonlyMap<Node, Node> {
  const partOf = new Map<Node, Node>();
  for (const join of order) {
    if (join.op !== concatOp || isOutside(join)) continue;
    const members = new Set(join.inputs.filter((part) => stacks.has(part) && canBeCut(part)));
    if (members.size === 0 || (!stacks.has(join) && totalSize(members) < sizeOf(join.shape))) continue;
    stacks.add(join);
    for (const part of members) {
      partOf.set(part, join);
      stacks.delete(part);
    }
  }
  return partOf;

  function canBeCut(part: Node): boolean {
    return part.op.kind !== "leaf" && !stays.has(part);
  }
}

/** What a chain of views shows, or the first node of the chain that is stacked. */
function sourceOf(node: Node, stacks: ReadonlySet<Node>): Node {
  let source = node;
  while (source.op.kind === "view" && (source === node || !stacks.has(source))) source = source.inputs[0]!;
  return source;
}

/** The number of elements of nodes together. */
export function totalSize(nodes: Iterable<Node>): number {
  let size = 0;
  for (const { shape } of nodes) size += sizeOf(shape);
  return size;
}
