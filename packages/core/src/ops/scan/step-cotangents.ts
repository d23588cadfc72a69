/** The derivative of one step, found by differentiating it with respect to everything it reads. */
import { placeholder } from "../../graph/leaves.js";
import { isFloat, type FloatNode, type Node } from "../../graph/node.js";
import type { NodePairs, ScanVjpContext } from "../../graph/op.js";
import { computedBy, placeholdersOf, type ScanStep } from "../../graph/scan-body.js";
import { dependentsOf, topologicalOrder } from "../../graph/walk.js";

/** The cotangent of a node of the step. */
interface Received {
  readonly node: FloatNode;
  /** What stands for it inside the reverse step. */
  readonly inside: FloatNode;
}

/** A cotangent that arrives from outside at every step. */
export interface StackedCotangent extends Received {
  /** `[T, …S]` */
  readonly value: FloatNode;
}

/** The cotangent of what a delay reads, carried to the step k steps before. */
export interface CarriedCotangent extends Received {
  /** Which delay. */
  readonly delay: number;
  /** `[k, …S]`, of the last values of the delay, oldest first; undefined for zeros. */
  readonly ofFinal: FloatNode | undefined;
}

/** What a reverse step receives, and what it makes of it. */
export interface StepCotangents {
  readonly stacked: readonly StackedCotangent[];
  readonly carried: readonly CarriedCotangent[];
  /** By placeholder of the step, its cotangent, in terms of the step's nodes and of what is received. */
  readonly contributions: ReadonlyMap<Node, FloatNode>;
  /** By invariant, what stands for the sum over the steps so far, where its contribution includes it. */
  readonly seeds: ReadonlyMap<Node, FloatNode>;
}

/**
 * Differentiates the step. A delay carries a cotangent if its last values have one, or if a step reads it on the way to
 * something that has one: which, shows when the step is differentiated with those known so far.
 */
export function differentiateStep(context: ScanVjpContext): StepCotangents {
  const { step, results, cotangents, vjp } = context;
  const wrt = activePlaceholders(context);
  const seeds = seedsOf(step, wrt);
  const stacked: StackedCotangent[] = [];
  const carried: CarriedCotangent[] = [];
  const carry = (delay: number, ofFinal: FloatNode | undefined): void => {
    const { placeholder: read, next } = step.delays[delay]!;
    carried.push({ delay, node: next, inside: cotangentOf(read), ofFinal });
  };
  results.forEach((result, i) => {
    const value = cotangents[i]!;
    if (result.kind === "final") {
      if (wrt.includes(step.delays[result.delay]!.placeholder)) carry(result.delay, value);
    } else if (isFloat(result.node)) {
      stacked.push({ node: result.node, inside: cotangentOf(result.node), value });
    }
  });
  for (;;) {
    // In the order of the delays, not that in which they were met, so that contributions are added up in one order.
    carried.sort((a, b) => a.delay - b.delay);
    const outputs: NodePairs = [...stacked, ...carried].map(({ node, inside }) => [node, inside]);
    const found = vjp(outputs, wrt, seeds).map((contribution, i) => [wrt[i]!, contribution] as const);
    const contributions = new Map<Node, FloatNode>(
      found.flatMap(([node, contribution]) => (contribution === undefined ? [] : [[node, contribution]])),
    );
    const more = [...step.delays.keys()].filter(
      (delay) => contributions.has(step.delays[delay]!.placeholder) && !carried.some((known) => known.delay === delay),
    );
    if (more.length === 0) return { stacked, carried, contributions, seeds };
    for (const delay of more) carry(delay, undefined);
  }
}

/**
 * Where steps are run once more, a step is a scan of many: its sums go on from those of the steps before, so that they are
 * added up in the order of one long scan.
 */
function seedsOf({ recompute, invariants }: ScanStep, wrt: readonly FloatNode[]): ReadonlyMap<Node, FloatNode> {
  const summed = recompute ? wrt.filter((node) => invariants.includes(node)) : [];
  return new Map<Node, FloatNode>(summed.map((node) => [node, totalOf(node)]));
}

/** What stands for the sum over all steps so far of what they contribute to an invariant. */
export function totalOf({ label, op, shape }: Node): FloatNode {
  return placeholder(`total ${label ?? op.name}`, shape);
}

/** The placeholders that depend on an active input: through a delay, also those whose next value does. */
function activePlaceholders({ step, results, isActive }: ScanVjpContext): FloatNode[] {
  const placeholders = placeholdersOf(step);
  const active = new Set(placeholders.filter((node, i): node is FloatNode => isActive[i]! && isFloat(node)));
  const order = topologicalOrder(computedBy({ step, results }));
  for (let count = -1; count < active.size;) {
    count = active.size;
    const dependent = dependentsOf(order, active);
    for (const { placeholder: read, next } of step.delays) if (dependent.has(next)) active.add(read);
  }
  return [...active];
}

function cotangentOf(node: Node): FloatNode {
  return placeholder(`cotangent ${node.label ?? node.op.name}`, node.shape);
}
