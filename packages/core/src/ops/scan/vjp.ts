/**
 * Reverse mode through a scan: the forward scan once more for the values the derivative needs, and a scan in the other
 * direction, whose step is the derivative of the step. Backpropagation through time, at any T for the cost of one step.
 */
import { placeholder } from "../../graph/leaves.js";
import type { FloatNode, Node } from "../../graph/node.js";
import type { ScanVjpContext } from "../../graph/op.js";
import { computedBy, type ScanResult } from "../../graph/scan-body.js";
import { copyGraph } from "../../graph/substitute.js";
import { topologicalOrder } from "../../graph/walk.js";
import { add } from "../add.js";
import { zeros } from "../composite/zeros.js";
import { reshape } from "../reshape.js";
import { reverse } from "../reverse.js";
import { buildScan, type ApplyScan, type Binding, type DrawnScan } from "./drawn-scan.js";
import { chooseResiduals } from "./residuals.js";
import { differentiateStep, totalOf, type StepCotangents } from "./step-cotangents.js";

type DrawnDelay = DrawnScan["delays"][number];

/** A result of the reverse scan, and what makes it the cotangent of an input. */
interface Read {
  readonly input: number;
  readonly result: ScanResult;
  readonly finish: (value: FloatNode) => FloatNode;
}

/** One cotangent per input of a scan, or null where none flows or none is asked for. */
export function pullScanBack(context: ScanVjpContext, apply: ApplyScan): (FloatNode | null)[] {
  const { step, inputs, isActive } = context;
  const open = differentiateStep(context);
  const { residuals, cotangents } = readResiduals(context, open, apply);
  const firstInvariant = step.sequences.length + step.delays.length;
  const carriers = cotangents.carried.map((carried) => carrier(context, cotangents, carried));
  const totals: DrawnDelay[] = [];
  const reads: Read[] = [];

  step.sequences.forEach((node, input) => {
    const contribution = cotangents.contributions.get(node);
    if (contribution === undefined || !isActive[input]!) return;
    reads.push({ input, result: { kind: "stack", node: contribution }, finish: (value) => value });
  });
  step.delays.forEach(({ placeholder: read, steps }, delay) => {
    const input = step.sequences.length + delay;
    const index = cotangents.carried.findIndex((carried) => carried.delay === delay);
    const isUsed = cotangents.contributions.has(read) || steps > step.steps;
    if (index < 0 || !isUsed || !isActive[input]!) return;
    reads.push({ input, result: { kind: "final", delay: index }, finish: (value) => reverse(value, 0) });
  });
  step.invariants.forEach((node, i) => {
    const input = firstInvariant + i;
    const contribution = cotangents.contributions.get(node);
    if (contribution === undefined || !isActive[input]!) return;
    const index =
      carriers.length +
      totals.push(accumulator(node, contribution, cotangents.seeds.get(node), context.seeds[input])) -
      1;
    reads.push({ input, result: { kind: "final", delay: index }, finish: (value) => reshape(value, node.shape) });
  });

  const values = buildScan(
    {
      steps: step.steps,
      reverse: !step.reverse,
      recompute: step.recompute,
      sequences: [
        ...step.sequences.map((node, i): Binding => ({ placeholder: node, value: inputs[i]! })),
        ...residuals,
        ...cotangents.stacked.map(({ inside, value }): Binding => ({ placeholder: inside, value })),
      ],
      delays: [...carriers, ...totals],
      invariants: step.invariants.map((node, i) => ({ placeholder: node, value: inputs[firstInvariant + i]! })),
      results: reads.map(({ result }) => result),
    },
    apply,
  );
  const finished = new Map(reads.map(({ input, finish }, i) => [input, finish(values[i] as FloatNode)]));
  return inputs.map((_, input) => finished.get(input) ?? null);
}

/** The values of the forward steps that the derivative needs, one per step, and the derivative in terms of them. */
function readResiduals(
  { step, inputs, results }: ScanVjpContext,
  open: StepCotangents,
  apply: ApplyScan,
): { readonly residuals: readonly Binding[]; readonly cotangents: StepCotangents } {
  const roots = [...open.contributions.values()];
  const nodes = chooseResiduals(step, computedBy({ step, results }), roots);
  const values = apply({ step, results: nodes.map((node): ScanResult => ({ kind: "stack", node })) }, inputs);
  const residuals = nodes.map((node, i) => ({
    placeholder: placeholder(node.label ?? node.op.name, node.shape, node.dtype),
    value: values[i]!,
  }));
  const copies = copyGraph(
    topologicalOrder(roots),
    new Map<Node, Node>(nodes.map((node, i) => [node, residuals[i]!.placeholder])),
  );
  const contributions = Array.from(
    open.contributions,
    ([node, contribution]) => [node, (copies.get(contribution) ?? contribution) as FloatNode] as const,
  );
  return { residuals, cotangents: { ...open, contributions: new Map(contributions) } };
}

/** The delay of the reverse scan that carries the cotangent of a delay: of as many steps, in the other direction. */
function carrier(
  { step }: ScanVjpContext,
  { contributions }: StepCotangents,
  { delay, inside, ofFinal }: StepCotangents["carried"][number],
): DrawnDelay {
  const { steps, placeholder: read } = step.delays[delay]!;
  return {
    placeholder: inside,
    steps,
    next: contributions.get(read) ?? zeros(read.shape),
    initial: ofFinal === undefined ? zeros([steps, ...read.shape]) : reverse(ofFinal, 0),
  };
}

/** The delay that adds up what every step contributes to an invariant, and goes on from a seed if there is one. */
function accumulator(
  invariant: Node,
  contribution: FloatNode,
  seedOfStep: FloatNode | undefined,
  seed: FloatNode | undefined,
): DrawnDelay {
  const total = seedOfStep ?? totalOf(invariant);
  const shape = [1, ...invariant.shape];
  return {
    placeholder: total,
    steps: 1,
    next: seedOfStep === undefined ? add(total, contribution) : contribution,
    initial: seed === undefined ? zeros(shape) : reshape(seed, shape),
  };
}
