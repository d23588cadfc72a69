/** Out of the loop, after it: sums over all steps, and what no later step needs. */
import { placeholder } from "../../graph/leaves.js";
import type { FloatNode, Node } from "../../graph/node.js";
import type { ScanBody, ScanResult } from "../../graph/scan-body.js";
import { substitute } from "../../graph/substitute.js";
import { add } from "../../ops/add.js";
import { concatOp } from "../../ops/concat.js";
import { reshape } from "../../ops/reshape.js";
import { applyScan } from "../../ops/scan.js";
import { buildScan, type Binding } from "../../ops/scan/drawn-scan.js";
import { slice } from "../../ops/slice-pad.js";
import type { Pass } from "../pass.js";
import { attrsOf } from "../pattern.js";
import { uniformValue } from "../uniform.js";
import { stacked, type OutsideValue } from "./outside-value.js";
import { planPushOut, type PushOutPlan } from "./plan-push-out.js";
import { rewritingScans } from "./rewriting-scans.js";
import type { StackCut } from "./stack-cut.js";
import { independentValues, outsideValue, stepParts, type StepParts } from "./step-parts.js";

/**
 * Computes after a scan, once for all steps: sums that a delay only accumulates (gradients of weights become one product
 * of stacks), and stacks that no later step needs, if they take a product (heads, cotangents of inputs). Steps that are
 * run once more to save memory keep all of it inside.
 */
export const pushOutOfScan: Pass = rewritingScans("push-out-of-scan", (body, inputs) => {
  if (body.step.recompute) return undefined;
  const parts = stepParts(body);
  const independent = independentValues(parts, inputs);
  const plan = planPushOut(parts, independent);
  if (plan === undefined) return undefined;
  const stacks = new Map(Array.from(plan.cut.stacks, (node) => [node, standIn(node, body)] as const));
  const values = outsideValues(parts, plan.cut, stacks, independent);
  const left = smallerScan(parts, plan, inputs);
  const { steps, sequences } = body.step;
  const valueOf = (node: Node): OutsideValue => values.get(node)!;
  const sums = new Map(
    Array.from(plan.sums, ([delay, sum]) => {
      const initial = inputs[sequences.length + delay] as FloatNode;
      return [delay, accumulated(initial, sum.build(valueOf) as FloatNode)] as const;
    }),
  );
  const outside = body.results.map((result) => {
    if (!plan.isOutside(result)) return left.resultOf(result);
    return result.kind === "final" ? sums.get(result.delay)! : stacked(valueOf(result.node), steps);
  });
  return substitute(outside, new Map(Array.from(stacks, ([node, stand]) => [stand, left.stackOf(node)])));
});

/** What stands for a stack until there is a scan that makes it. */
function standIn(node: Node, { step: { steps } }: ScanBody): Node {
  return placeholder(node.label ?? node.op.name, [steps, ...node.shape], node.dtype);
}

/** Values of the nodes on the outer side of the cut, from stacks. */
function outsideValues(
  { order, body: { step } }: StepParts,
  { computed, partOf }: StackCut,
  stacks: ReadonlyMap<Node, Node>,
  independent: ReadonlyMap<Node, OutsideValue>,
): ReadonlyMap<Node, OutsideValue> {
  const values = new Map(independent);
  for (const [node, stack] of stacks) values.set(node, { node: stack, isStacked: true });
  for (const [part, join] of partOf) {
    const { axis } = attrsOf(concatOp, join);
    const before = join.inputs.slice(0, join.inputs.indexOf(part));
    const start = before.reduce((total, { shape }) => total + shape[axis]!, 0);
    const range = { axis: axis + 1, start, stop: start + part.shape[axis]! };
    values.set(part, { node: slice(stacks.get(join)!, range), isStacked: true });
  }
  for (const node of order) {
    if (!computed.has(node) || values.has(node)) continue;
    values.set(
      node,
      outsideValue(node, (input) => values.get(input), step.steps)!,
    );
  }
  return values;
}

/** The last value of an accumulator, `[1, …S]`, from the sum over all steps. */
function accumulated(initial: FloatNode, sum: FloatNode): FloatNode {
  const total = reshape(sum, initial.shape);
  return uniformValue(initial) === 0 ? total : add(initial, total);
}

/** The scan without what has left it, and with the stacks that takes. */
function smallerScan(
  { body: { step, results } }: StepParts,
  { sums, isOutside, cut }: PushOutPlan,
  inputs: readonly Node[],
): { readonly resultOf: (result: ScanResult) => Node; readonly stackOf: (node: Node) => Node } {
  const { steps, reverse, recompute, sequences, delays, invariants } = step;
  const kept = delays.filter((_, delay) => !sums.has(delay));
  const wanted: ScanResult[] = results
    .filter((result) => !isOutside(result))
    .map((result) =>
      result.kind === "final" ? { kind: "final", delay: kept.indexOf(delays[result.delay]!) } : result,
    );
  for (const node of cut.stacks) {
    if (!wanted.some((result) => result.kind === "stack" && result.node === node)) wanted.push({ kind: "stack", node });
  }
  const bind = (nodes: readonly Node[], first: number): Binding[] =>
    nodes.map((node, i) => ({ placeholder: node, value: inputs[first + i]! }));
  const values = buildScan(
    {
      steps,
      reverse,
      recompute,
      sequences: bind(sequences, 0),
      delays: kept.map((delay) => ({
        ...delay,
        initial: inputs[sequences.length + delays.indexOf(delay)] as FloatNode,
      })),
      invariants: bind(invariants, sequences.length + delays.length),
      results: wanted,
    },
    applyScan,
  );
  const stackOf = (node: Node): Node => values[wanted.findIndex((one) => one.kind === "stack" && one.node === node)]!;
  return {
    stackOf,
    resultOf: (result) =>
      result.kind === "stack"
        ? stackOf(result.node)
        : values[wanted.findIndex((one) => one.kind === "final" && kept[one.delay] === delays[result.delay])]!,
  };
}
