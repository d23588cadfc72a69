/** Which values of the forward steps a reverse scan reads, and which it computes again. */
import type { Node } from "../../graph/node.js";
import { placeholdersOf, type ScanStep } from "../../graph/scan-body.js";
import { dependentsOf, topologicalOrder } from "../../graph/walk.js";
import { sizeOf } from "../../tensor/shape.js";
import { cheapOps } from "./cheap-ops.js";

/**
 * The nodes of a step to keep from the forward scan for a derivative given by its roots, in topological order.
 *
 * What is dear (products of matrices, transcendental functions, reductions, values of steps before) is kept where the
 * derivative uses it; what is cheap is computed again from kept values, sequences and invariants, and kept only where
 * that cannot be done. What depends on invariants and constants alone is the same at every step and is never kept. Where
 * steps are run once more, only what the delays read is kept.
 */
export function chooseResiduals(step: ScanStep, computed: readonly Node[], roots: readonly Node[]): Node[] {
  if (step.recompute) {
    const read = new Set(topologicalOrder(roots));
    return step.delays.map(({ placeholder }) => placeholder).filter((node) => read.has(node));
  }
  const ofStep = topologicalOrder([...placeholdersOf(step), ...computed]);
  const order = [...ofStep, ...innerForwardScans(ofStep, roots)];
  const isUsed = usedNodes(new Set(order), roots);
  const sequences = new Set(step.sequences);
  const fixed = fixedNodes(step, order);
  const available = new Set<Node>();
  const kept = new Set<Node>();
  const isAvailable = (node: Node): boolean =>
    fixed.has(node) || sequences.has(node) || (isCheap(node) && node.inputs.every((input) => available.has(input)));
  for (const node of order) {
    if (!isAvailable(node)) {
      if (!isUsed(node)) continue;
      const source = smallestSource(node);
      kept.add(source);
      // Everything between the kept node and this one is a view.
      for (let view = node; view !== source; view = view.inputs[0]!) available.add(view);
      available.add(source);
    }
    available.add(node);
  }
  return order.filter((node) => kept.has(node));
}

/** What is the same at every step: invariants, constants and all that depends on them alone. */
function fixedNodes(step: ScanStep, order: readonly Node[]): ReadonlySet<Node> {
  const varying = dependentsOf(order, [...step.sequences, ...step.delays.map(({ placeholder }) => placeholder)]);
  return new Set(order.filter((node) => !varying.has(node)));
}

/** Scans inside the step, once more with the values that their own derivatives keep: as dear as those in the step. */
function innerForwardScans(ofStep: readonly Node[], roots: readonly Node[]): Node[] {
  const forward = new Set(ofStep);
  return topologicalOrder(roots).filter((node) => {
    const isInner = node.op.kind === "scan" || node.op.kind === "result";
    if (!isInner || forward.has(node) || !node.inputs.every((input) => forward.has(input))) return false;
    forward.add(node);
    return true;
  });
}

/** Whether a node of the step is what the derivative is made of: an input of a node that is not of the step, or a root. */
function usedNodes(ofStep: ReadonlySet<Node>, roots: readonly Node[]): (node: Node) => boolean {
  const used = new Set(roots);
  for (const node of topologicalOrder(roots)) {
    if (!ofStep.has(node)) for (const input of node.inputs) used.add(input);
  }
  return (node) => used.has(node);
}

function isCheap({ op }: Node): boolean {
  return op.kind === "view" || cheapOps.has(op);
}

/** The node that a view repeats the elements of, if that is no larger. */
function smallestSource(node: Node): Node {
  let source = node;
  while (source.op.kind === "view" && sizeOf(source.inputs[0]!.shape) <= sizeOf(source.shape))
    source = source.inputs[0]!;
  return source;
}
