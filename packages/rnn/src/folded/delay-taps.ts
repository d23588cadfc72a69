/** Several taps on one delay line: what a value was some steps ago, for as many distances as wanted. */
import { checkKeys, GraphError, slice, type FloatNode, type Node, type Shape } from "@unfold/core";
import type { StepBuilder } from "./folded-graph.js";
import { initialSteps } from "./initial-steps.js";

/** Where the taps are and what they read at first. */
export interface DelayTapsOptions {
  /** How many steps ago each tap reads, whole numbers ≥ 1, growing: `[1, 2, 5]`. */
  readonly steps: readonly number[];
  /**
   * The values before step 0: a number for all elements, a node of shape `[…S]` for all K steps, or `[K, …S]`, oldest
   * first, K being the largest of steps.
   */
  readonly initial: Node | number;
}

/** What taps read, and how their line is closed. */
export interface DelayTaps {
  /** The values of steps[i] steps ago. */
  readonly taps: readonly FloatNode[];
  /** The part of what a step returns as `next` when the line is fed with a value. */
  readonly next: (value: FloatNode) => Readonly<Record<string, FloatNode>>;
}

/**
 * A delay line with taps, declared before the value that it will be fed with is known: skip connections in time.
 *
 * tap_i[t] = value[t - steps_i]
 *
 * Each tap reads the one before it, so that the line carries K values, however many taps it has.
 *
 * @param builder - what the function that draws a step is given
 * @param name - the delays are called `name[-k]`
 * @param shape - of the value, per step
 * @throws GraphError TAP_STEPS if steps is empty or not of growing whole numbers ≥ 1; INITIAL_SHAPE; STEP_NAME_TWICE.
 * @example
 * const fibonacci = foldedGraph("fibonacci", (builder) => {
 *   const { taps, next } = delayTaps(builder, "f", [], { steps: [1, 2], initial: 1 });
 *   const f = add(taps[0], taps[1]);
 *   return { next: next(f), outputs: { f } };
 * });
 * evaluate(unfold(fibonacci, 6).outputs.f).data; // → [2, 3, 5, 8, 13, 21]
 * @source Lin, Horne, Tiňo & Giles 1996, "Learning long-term dependencies in NARX recurrent neural networks"
 */
export function delayTaps(builder: StepBuilder, name: string, shape: Shape, options: DelayTapsOptions): DelayTaps {
  checkKeys("delayTaps(builder, name, shape, options)", "options", options, { steps: true, initial: true });
  const { steps, initial } = options;
  const where = `delayTaps("${name}")`;
  checkTapSteps(where, steps);
  const longest = steps.at(-1)!;
  const history = initialSteps(where, initial, longest, shape);
  const links = steps.map((reach, i) => {
    const before = steps[i - 1] ?? 0;
    const key = `${name}[-${reach}]`;
    // What this link has not yet read of the history: all before the last of its own steps, oldest first.
    const part = slice(history, { axis: 0, start: longest - reach, stop: longest - before });
    return { key, tap: builder.delay(key, shape, { steps: reach - before, initial: part }) };
  });
  return {
    taps: links.map(({ tap }) => tap),
    next: (value) => Object.fromEntries(links.map(({ key }, i) => [key, links[i - 1]?.tap ?? value])),
  };
}

function checkTapSteps(where: string, steps: readonly number[]): void {
  const isGrowing = steps.every((reach, i) => Number.isInteger(reach) && reach > (steps[i - 1] ?? 0));
  if (steps.length > 0 && isGrowing) return;
  throw new GraphError({
    code: "TAP_STEPS",
    where,
    rule: "steps must be growing whole numbers ≥ 1, at least one",
    got: `[${steps.join(", ")}]`,
  });
}
