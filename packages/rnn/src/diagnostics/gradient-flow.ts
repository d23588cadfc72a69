/** Gradient flow through time: how much of what a loss asks for reaches the state and the gates of each step. */
import { broadcastTo, checkKeys, constant, gradient, type FloatNode, type Node } from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { mapValues } from "../unfold/map-values.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";
import { scan } from "../unfold/scan.js";
import { euclideanNorm } from "./euclidean-norm.js";
import type { RunOptions } from "./run-options.js";
import { watchStep } from "./watch-step.js";

/** What to look at, and how the recurrence runs. */
export interface GradientFlowOptions extends RunOptions {
  /** Labels of nodes inside the step: states such as "h", gates such as "forget". */
  readonly of: readonly string[];
}

/** What flows back to the nodes looked at, by label, as graphs. */
export interface GradientFlow {
  readonly loss: FloatNode;
  /** The nodes themselves, `[T, …S]`. */
  readonly values: Readonly<Record<string, FloatNode>>;
  /** ∂loss/∂node at every step, `[T, …S]`: everything that depends on the node is counted, later steps too. */
  readonly cotangents: Readonly<Record<string, FloatNode>>;
  /** The Euclidean norm of the cotangent of each step, `[T]`. */
  readonly norms: Readonly<Record<string, FloatNode>>;
}

/**
 * The gradient of a loss with respect to nodes inside the step, at every step, and its norms.
 *
 * norms_t = ‖∂loss/∂node_t‖
 *
 * A zero is added to the node at every step; the gradient of that sequence of zeros is the node's, whether the recurrence
 * is one scan or unfolded.
 *
 * @shapes node: f32[...S] -> values and cotangents: f32[T, ...S], norms: f32[T]
 * @param steps - T
 * @param loss - from what the recurrence yields to a scalar, such as the squares of `last.h`
 * @throws GraphError LABEL_UNKNOWN if no float node of the step has a label, or several have; what the run throws.
 * @example
 * const cell = elman({ inputs: 1, units: 4, seed: 1 });
 * const { norms } = gradientFlow(cell.fold(1), 30, ({ last }) => sum(last.h), { of: ["h"] });
 * const { data } = evaluate(norms.h, { x: new Array(30).fill([[1]]) });
 * data[29]; // → 2
 * data[0] < 0.01 * data[29]; // → true
 * @source Hochreiter 1991, "Untersuchungen zu dynamischen neuronalen Netzen", chapter 4; Bengio, Simard & Frasconi 1994, "Learning long-term dependencies with gradient descent is difficult"
 */
export function gradientFlow<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  steps: number,
  loss: (values: RecurrenceValues<O>) => FloatNode,
  options: GradientFlowOptions,
): GradientFlow {
  checkFolded("gradientFlow(folded, steps, loss, options)", folded);
  checkKeys("gradientFlow(folded, steps, loss, options)", "options", options, { of: true, sequences: true, run: true });
  const { of: labels, sequences = {}, run = scan } = options;
  const watched = watchStep(`gradientFlow("${folded.name}", T, loss, options)`, folded, labels);
  const probes = mapValues(watched.keys, ({ probe }) =>
    broadcastTo(constant(0), [steps, ...watched.folded.sequences[probe]!.shape]),
  );
  const read = Object.entries(watched.keys).map(([label, { probe }]) => [probe, probes[label]!] as const);
  const values = run(watched.folded, steps, { ...sequences, ...Object.fromEntries(read) });
  const scalar = loss(values);
  const slopes = gradient(scalar, Object.values(probes), { missing: "zero" });
  const cotangents = Object.fromEntries(Object.keys(probes).map((label, i) => [label, slopes[i]!]));
  return {
    loss: scalar,
    values: mapValues(watched.keys, ({ value }) => values.outputs[value] as FloatNode),
    cotangents,
    norms: mapValues(cotangents, (cotangent) => euclideanNorm(cotangent, 1)),
  };
}
