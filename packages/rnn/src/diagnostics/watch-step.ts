/** Looking inside a step: nodes found by their labels, whose values are yielded and whose cotangents can be taken. */
import { add, GraphError, placeholder, topologicalOrder, type FloatNode, type Node } from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { stepResults } from "../folded/verify-folded.js";

/** A step with the same values whose labelled nodes are watched. */
export interface WatchedStep<O extends Readonly<Record<string, Node>>> {
  /**
   * The step. It yields the outputs it had and each watched node under `value of …`; its sequences called `probe of …` are
   * added to the nodes: zeros at every step, whose gradient is that of the node.
   */
  readonly folded: FoldedGraph<O>;
  /** The names of the added output and sequence, by label. */
  readonly keys: Readonly<Record<string, { readonly value: string; readonly probe: string }>>;
}

/**
 * The step with the nodes of these labels watched.
 *
 * @throws GraphError LABEL_UNKNOWN if no float node computed by the step has the label, or several have.
 */
export function watchStep<O extends Readonly<Record<string, Node>>>(
  where: string,
  folded: FoldedGraph<O>,
  labels: readonly string[],
): WatchedStep<O> {
  const order = topologicalOrder(stepResults(folded));
  const watched = [...new Set(labels)].map((label) => ({ label, node: findLabelled(where, folded, order, label) }));
  // Those computed last come first: replacing one then copies the nodes that were replaced before.
  const positions = new Map(order.map((node, i) => [node, i]));
  watched.sort((a, b) => positions.get(b.node)! - positions.get(a.node)!);
  const values = watched.map(({ label, node }) => [valueKey(label), node] as const);
  const yielding = { ...folded, outputs: { ...folded.outputs, ...Object.fromEntries(values) } };
  return {
    folded: watched.reduce((step, { label, node }) => {
      const probe = placeholder(probeKey(label), node.shape);
      const probed = rewriteStep(step, new Map([[node, add(node, probe)]]));
      return { ...probed, sequences: { ...probed.sequences, [probeKey(label)]: probe } };
    }, yielding),
    keys: Object.fromEntries(labels.map((label) => [label, { value: valueKey(label), probe: probeKey(label) }])),
  };
}

const valueKey = (label: string): string => `value of ${label}`;
const probeKey = (label: string): string => `probe of ${label}`;

function findLabelled(where: string, folded: FoldedGraph, order: readonly Node[], label: string): FloatNode {
  const computed = order.filter((node): node is FloatNode => node.op.kind !== "leaf" && node.dtype === "f32");
  const found = computed.filter((node) => node.label === label);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const known = [...new Set(computed.flatMap((node) => node.label ?? []))];
  throw new GraphError({
    code: "LABEL_UNKNOWN",
    where,
    rule: `"${label}" must be the label of one node that a step of "${folded.name}" computes`,
    got: `${found.length} such nodes`,
    fix: `Labelled: ${known.join(", ") || "none"}; label("${label}", node) labels a node where the step is drawn`,
  });
}
