/** What is measured of a network's memory, with the weights it has in its runtime now. */
import {
  gradientFlow,
  hochreiterFactors,
  input,
  meanSquaredError,
  recurrentJacobian,
  saturation,
  singularValues,
  spectralRadius,
  type FloatNode,
  type NdArray,
  type RecurrenceValues,
  type Runtime,
  type Saturation,
} from "@unfold/rnn";
import { median } from "../../statistics.js";
import { FEATURES, firstSequence, type Minibatch } from "./adding-problem.js";
import type { Network } from "./networks.js";

/** The share of the gradient below which a step is taken for forgotten. */
export const FORGOTTEN = 0.01;

/** Everything that is measured. */
export interface MemoryFigures {
  /** Mean squared error of the answers. */
  readonly error: number;
  /**
   * By label, ‖∂loss/∂node‖ at each distance from the last step, relative to the norm at the memory's last step; the
   * first element belongs to the last step.
   */
  readonly flow: Readonly<Record<string, readonly number[]>>;
  /** The distance from which on less than 1 % of the memory's gradient is left; null if it never is. */
  readonly forgottenAfter: number | null;
  /** What is left of it at the first step. */
  readonly leftAtFirstStep: number;
  /** Of the recurrent Jacobian of the first sequence, step by step. */
  readonly spectralRadius: readonly number[];
  readonly largestSingularValue: readonly number[];
  /** The median over the memory's units of their factors back to themselves, step by step. */
  readonly ownFactor: readonly number[];
  /** By label, over all steps, units and sequences. */
  readonly saturation: Readonly<Record<string, Saturation>>;
}

/** Measures a network on a minibatch. */
export async function measureMemory(
  runtime: Runtime,
  network: Network,
  minibatch: Minibatch,
  steps: number,
): Promise<MemoryFigures> {
  const batch = minibatch.y.length;
  const { cell, memory, activations } = network;
  const sequences = { x: input("x", [steps, batch, FEATURES]) };
  const answers = input("y", [batch, 1]);
  const flow = gradientFlow(cell.fold(batch), steps, (values) => errorOf(network, values, answers), {
    of: [...new Set([memory, "h", ...Object.keys(activations)])],
    sequences,
  });
  const outputs: Readonly<Record<string, FloatNode>> = {
    error: flow.loss,
    ...prefixed("norm ", flow.norms),
    ...prefixed("value ", flow.values),
  };
  const look = await runtime.compile({ inputs: { ...sequences, y: answers }, outputs });
  const found = look.run({ ...minibatch });
  const last = found[`norm ${memory}`]!.data[steps - 1]!;
  const relative = Object.keys(flow.norms).map((label) => {
    return [label, Array.from(found[`norm ${label}`]!.data, (norm) => norm / last).reverse()] as const;
  });
  const saturated = Object.entries(activations).map(([label, range]) => {
    return [label, saturation(found[`value ${label}`]!, { range })] as const;
  });
  const error = found["error"]!.item();
  const flows = Object.fromEntries(relative);
  return {
    error,
    flow: flows,
    forgottenAfter: forgottenAfter(flows[memory]!),
    leftAtFirstStep: flows[memory]!.at(-1)!,
    saturation: Object.fromEntries(saturated),
    ...(await measureJacobians(runtime, network, firstSequence(minibatch, steps), steps)),
  };
}

/** The mean squared error of what the readout says of the last hidden state. */
export function errorOf(
  { readout }: Network,
  { last }: Pick<RecurrenceValues<Readonly<Record<string, FloatNode>>>, "last">,
  y: FloatNode,
): FloatNode {
  return meanSquaredError(readout.apply(last["h"]!), y);
}

/** The smallest distance from which on no more than 1 % is left. */
export function forgottenAfter(flow: readonly number[]): number | null {
  const lastKept = flow.findLastIndex((share) => share >= FORGOTTEN);
  return lastKept + 1 < flow.length ? lastKept + 1 : null;
}

async function measureJacobians(
  runtime: Runtime,
  { cell, memory }: Network,
  sequence: Float32Array,
  steps: number,
): Promise<Pick<MemoryFigures, "spectralRadius" | "largestSingularValue" | "ownFactor">> {
  const folded = cell.fold(1);
  const x = input("x", [steps, 1, FEATURES]);
  const look = await runtime.compile({
    inputs: { x },
    outputs: { jacobians: recurrentJacobian(folded, steps, { sequences: { x } }) },
  });
  const jacobians: NdArray = look.run({ x: sequence }).jacobians;
  const size = jacobians.shape[1]!;
  // The state holds the delays one after the other, each with the elements of one sequence.
  const first = Object.keys(folded.delays).indexOf(memory) * cell.units;
  const perStep = (values: NdArray, width: number): number[][] =>
    Array.from({ length: steps }, (_, t) => [...values.data.slice(t * width, (t + 1) * width)]);
  return {
    spectralRadius: [...spectralRadius(jacobians).data],
    largestSingularValue: perStep(singularValues(jacobians), size).map(([largest]) => largest!),
    ownFactor: perStep(hochreiterFactors(jacobians).self, size).map((factors) =>
      median(factors.slice(first, first + cell.units)),
    ),
  };
}

function prefixed(prefix: string, nodes: Readonly<Record<string, FloatNode>>): Record<string, FloatNode> {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [prefix + name, node]));
}
