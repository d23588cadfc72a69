/** A delay line: the last values of a node of the step, side by side. What time-delay networks are made of. */
import { checkKeys, GraphError, type FloatNode, type Node } from "@unfold/core";
import { delayTaps } from "./delay-taps.js";
import type { StepBuilder } from "./folded-graph.js";

/** How far a delay line reaches. */
export interface DelayLineOptions {
  /** k ≥ 1, how many values are read, that of now included. */
  readonly taps: number;
  /** Steps between them, ≥ 1. Default 1. */
  readonly dilation?: number;
  /** The values before step 0, as of a delay of (k - 1) · dilation steps. */
  readonly initial: Node | number;
}

/** The values that a delay line holds. */
export interface DelayLine {
  /** The value of now, then those of dilation, 2 · dilation … steps ago. */
  readonly taps: readonly FloatNode[];
  /** Part of what the step returns as `next`. */
  readonly next: Readonly<Record<string, FloatNode>>;
}

/**
 * The last k values of a node that is known in this step: an input or a hidden layer.
 *
 * taps_i[t] = x[t - i dilation], i = 0 … k - 1
 *
 * Weights on the taps are a convolution along time that looks back only; a folded graph of such layers and no cycle is a
 * time-delay neural network.
 *
 * @shapes x: f32[...S] -> taps: f32[...S] each
 * @param builder - what the function that draws a step is given
 * @param name - the delays are called `name[-i]`
 * @throws GraphError DELAY_LINE if taps or dilation is not a whole number ≥ 1; INITIAL_SHAPE; STEP_NAME_TWICE.
 * @example
 * const average = foldedGraph("average", (builder) => {
 *   const line = delayLine(builder, "x", builder.sequence("x", []), { taps: 3, initial: 0 });
 *   return { next: line.next, outputs: { y: mean(stack(line.taps)) } };
 * });
 * evaluate(unfold(average, 4).outputs.y, { x: [3, 6, 9, 12] }).data; // → [1, 3, 6, 9]
 * @source Waibel, Hanazawa, Hinton, Shikano & Lang 1989, "Phoneme recognition using time-delay neural networks", section II
 */
export function delayLine(builder: StepBuilder, name: string, x: FloatNode, options: DelayLineOptions): DelayLine {
  checkKeys("delayLine(builder, name, x, options)", "options", options, { taps: true, dilation: true, initial: true });
  const { taps, dilation = 1, initial } = options;
  for (const [setting, value] of Object.entries({ taps, dilation })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new GraphError({
      code: "DELAY_LINE",
      where: `delayLine("${name}")`,
      rule: `${setting} must be a whole number ≥ 1`,
      got: String(value),
    });
  }
  if (taps === 1) return { taps: [x], next: {} };
  const steps = Array.from({ length: taps - 1 }, (_, i) => (i + 1) * dilation);
  const past = delayTaps(builder, name, x.shape, { steps, initial });
  return { taps: [x, ...past.taps], next: past.next(x) };
}
