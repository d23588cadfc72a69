/** What the nodes of a step depend on, and what of a step has a value that can be computed outside its scan. */
import { constantOp } from "../../graph/leaves.js";
import type { Node } from "../../graph/node.js";
import { computedBy, type ScanBody } from "../../graph/scan-body.js";
import { bodyOrder, dependentsOf } from "../../graph/walk.js";
import { rebuild } from "../pass.js";
import { batched } from "./batched.js";
import type { OutsideValue } from "./outside-value.js";

/** The nodes of a step by what they depend on. */
export interface StepParts {
  readonly body: ScanBody;
  readonly order: readonly Node[];
  /** Depends on values of earlier steps: can be computed inside only. */
  readonly isDelayed: (node: Node) => boolean;
  /** Depends on values of earlier steps or on sequences: differs from step to step. */
  readonly isVarying: (node: Node) => boolean;
  /** The nodes of the step that read a node, each once. */
  readonly readersOf: (node: Node) => readonly Node[];
  /** Whether every step must compute the node for the scan itself: to be stacked, or to be read later. */
  readonly isWanted: (node: Node) => boolean;
}

/** Sorts the nodes of a body. */
export function stepParts(body: ScanBody): StepParts {
  const order = bodyOrder(body);
  const delayed = dependentsOf(
    order,
    body.step.delays.map(({ placeholder }) => placeholder),
  );
  const varying = dependentsOf(order, [...delayed, ...body.step.sequences]);
  const wanted = new Set(computedBy(body));
  return {
    body,
    order,
    isDelayed: (node) => delayed.has(node),
    isVarying: (node) => varying.has(node),
    readersOf: readersIn(order),
    isWanted: (node) => wanted.has(node),
  };
}

/** The nodes of an order that read a node, each once. */
export function readersIn(order: readonly Node[]): (node: Node) => readonly Node[] {
  const readers = new Map<Node, Node[]>();
  for (const node of order) {
    for (const input of new Set(node.inputs)) {
      const list = readers.get(input);
      if (list === undefined) readers.set(input, [node]);
      else list.push(node);
    }
  }
  return (node) => readers.get(node) ?? [];
}

/**
 * The values outside a scan of everything in its step that depends on no earlier step; none of what cannot be batched, and
 * of steps that are run once more to save memory only what is the same at every step.
 */
export function independentValues(parts: StepParts, inputs: readonly Node[]): ReadonlyMap<Node, OutsideValue> {
  const { steps, recompute, sequences, delays, invariants } = parts.body.step;
  const values = new Map<Node, OutsideValue>();
  if (!recompute) sequences.forEach((node, i) => values.set(node, { node: inputs[i]!, isStacked: true }));
  invariants.forEach((node, i) =>
    values.set(node, { node: inputs[sequences.length + delays.length + i]!, isStacked: false }),
  );
  for (const node of parts.order) {
    if (values.has(node) || parts.isDelayed(node) || (recompute && parts.isVarying(node))) continue;
    const value = outsideValue(node, (input) => values.get(input), steps);
    if (value !== undefined) values.set(node, value);
  }
  return values;
}

/** The value of a node outside, from those of its inputs; undefined if one is missing or the op cannot be batched. */
export function outsideValue(
  node: Node,
  valueOf: (input: Node) => OutsideValue | undefined,
  steps: number,
): OutsideValue | undefined {
  if (node.op === constantOp) return { node, isStacked: false };
  const inputs: OutsideValue[] = [];
  for (const input of node.inputs) {
    const value = valueOf(input);
    if (value === undefined) return undefined;
    inputs.push(value);
  }
  if (inputs.some(({ isStacked }) => isStacked)) {
    const all = batched(node, inputs, steps);
    return all && { node: all, isStacked: true };
  }
  return { node: rebuild(node, (input) => inputs[node.inputs.indexOf(input)]!.node), isStacked: false };
}
