/** Steps that do not count: a sequence that has ended waits, unchanged, for the longer ones of its batch. */
import {
  constant,
  describe,
  GraphError,
  leavesOf,
  placeholder,
  reshape,
  select,
  ShapeError,
  type BoolNode,
  type Node,
} from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { unitDelays } from "../folded/unit-delays.js";

/** The sequence that says which steps count. */
export const MASK = "mask";

/**
 * The folded graph with one more sequence, `mask` `bool[B]`: where it is false, the sequence of the batch stands still. Its
 * delays keep what they hold, its outputs are 0, and what stands in its sequences is read as 0, so that neither values nor
 * gradients depend on it, be it NaN.
 *
 * h_t = m_t step(m_t x_t, h_{t-1}) + (1 - m_t) h_{t-1}
 *
 * The first axis of every sequence, delay and output must be the batch. What has none and reads nothing that has one, such
 * as a counter of steps, goes on at every step. A delay of k > 1 steps becomes k delays of 1, `name[-1]` to `name[-k]`, since
 * what it will read later must stand still as well.
 *
 * @throws ShapeError MASK_BATCH if the first axis of something is not the batch. GraphError STEP_NAME_TWICE if there is a sequence of the name already.
 * @example
 * const total = foldedGraph("total", ({ sequence, delay }) => {
 *   const sum = add(delay("sum", [2], { initial: 0 }), sequence("x", [2]));
 *   return { next: { sum }, outputs: { sum } };
 * });
 * const x = constant([[1, 1], [1, NaN]]), mask = constant([[true, true], [true, false]]);
 * evaluate(scan(maskSteps(total, 2), 2, { x, mask }).final["sum"]).data; // → [2, 1]
 * @source what the `mask` of recurrent layers does in Keras, with `zero_output_for_mask=True`
 */
export function maskSteps<O extends Readonly<Record<string, Node>>>(
  whole: FoldedGraph<O>,
  batch: number,
): FoldedGraph<O> {
  const where = `maskSteps("${whole.name}", ${batch})`;
  const folded = unitDelays(whole);
  if (Object.hasOwn(folded.sequences, MASK)) {
    const rule = `no sequence must be called "${MASK}"`;
    throw new GraphError({ code: "STEP_NAME_TWICE", where, rule, got: "one that is", fix: "Mask the steps once" });
  }
  const clocks = clocksOf(folded, batch);
  checkBatch(where, folded, batch, clocks);
  const mask = placeholder(MASK, [batch], "bool");
  const masked = (node: Node, otherwise: Node): Node => select(alongBatch(mask, node), node, otherwise);
  const sequences = Object.fromEntries(
    Object.entries(folded.sequences).map(([name, leaf]) => [name, placeholder(name, leaf.shape, leaf.dtype)]),
  );
  const readings = Object.entries(folded.sequences).map(([name, leaf]) => {
    const read = sequences[name]!;
    return [leaf, masked(read, zeroOf(read))] as const;
  });
  const rewritten = rewriteStep(folded, new Map<Node, Node>(readings), {
    next: (next, { placeholder: read }) => (clocks.has(read) ? next : masked(next, read)),
    output: (output) => (readsOnly(output, clocks) ? output : masked(output, zeroOf(output))),
  });
  return { ...rewritten, sequences: { ...sequences, [MASK]: mask } };
}

/** Placeholders of delays without the batch that read nothing but each other. */
function clocksOf(folded: FoldedGraph, batch: number): ReadonlySet<Node> {
  const delays = Object.values(folded.delays).filter(({ placeholder: read }) => read.shape[0] !== batch);
  let clocks: ReadonlySet<Node> = new Set();
  let left = delays;
  // Each round leaves out those that read something else, until all read only each other.
  for (let before = Infinity; left.length < before;) {
    before = left.length;
    clocks = new Set(left.map(({ placeholder: read }) => read));
    left = left.filter(({ next }) => readsOnly(next, clocks));
  }
  return clocks;
}

/** Whether a node has nothing of this step but these. */
function readsOnly(node: Node, placeholders: ReadonlySet<Node>): boolean {
  return leavesOf([node], "placeholder").every((leaf) => placeholders.has(leaf));
}

function checkBatch(where: string, folded: FoldedGraph, batch: number, clocks: ReadonlySet<Node>): void {
  const parts = [
    ...Object.entries(folded.sequences).map(([name, node]) => ({ what: `sequence "${name}"`, node })),
    ...Object.values(folded.delays).map(({ name, placeholder: node }) => ({ what: `delay "${name}"`, node })),
    ...Object.entries(folded.outputs).map(([name, node]) => ({ what: `output "${name}"`, node })),
  ];
  const odd = parts.find(({ node }) => node.shape[0] !== batch && !readsOnly(node, clocks));
  if (odd === undefined) return;
  throw new ShapeError({
    code: "MASK_BATCH",
    where,
    rule: `the first axis of every sequence, delay and output must be the batch, ${batch}`,
    got: `${odd.what} ${describe(odd.node)}`,
    fix: "Broadcast it to [B, …], or compute it outside the step",
  });
}

function alongBatch(mask: BoolNode, { shape }: Node): BoolNode {
  return reshape(mask, [...mask.shape, ...shape.slice(1).map(() => 1)]);
}

function zeroOf({ dtype }: Node): Node {
  return dtype === "bool" ? constant(false, "bool") : constant(0, dtype);
}
