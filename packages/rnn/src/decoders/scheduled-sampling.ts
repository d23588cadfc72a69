/** Scheduled sampling: training a decoder that now and then reads what it wrote itself. */
import {
  broadcastTo,
  checkKeys,
  constant,
  describe,
  formatType,
  foldIn,
  greater,
  placeholder,
  randomBernoulli,
  reshape,
  select,
  ShapeError,
  type IntNode,
  type Node,
} from "@unfold/core";
import { checkSetting, type Scalar } from "@unfold/nn";
import { checkFolded } from "../folded/check-folded.js";
import { initialSteps } from "../folded/initial-steps.js";
import type { Delay, FoldedGraph } from "../folded/recurrence.js";
import { feedBack, type Feedback } from "./feedback.js";

/** What is read how often. */
export interface ScheduledSamplingOptions<
  O extends Readonly<Record<string, Node>>,
  F extends Node = Node,
> extends Feedback<O, F> {
  /** `i32[2]`, what coins are tossed with, such as `mode.key("decoder")` of a training mode. */
  readonly key: IntNode;
  /**
   * ε, how likely a step reads the sequence: a number in [0, 1], or a node `f32[]`, such as an input or a schedule of the
   * updates done. 1 is teacher forcing, 0 free running from the sequence's first element on.
   */
  readonly probability: Scalar;
}

/** Whether a sequence of the batch has begun; whatever else is said of steps, its first one reads what it is given. */
const BEGUN = "fed/begun";

/**
 * The folded graph that reads its sequence or, step by step and each sequence of the batch for itself, what the last step
 * wrote. What a step makes for the next one is its output `fed`.
 *
 * x̃_0 = x_0; x̃_t = x_t with probability ε, else feed(y_{t-1})
 *
 * The paper sends no gradient through what was written: `feed: (yielded) => stopGradient(…)`. Its ways to let ε fall are
 * `polynomialDecay`, `exponentialDecay` and `inverseSigmoidDecay`.
 *
 * @throws ValueError SETTING_RANGE if a probability is not in [0, 1]. ShapeError SAMPLING_SHAPE if it is a node, but not f32[]; FEED_TYPE if feed does not give an element of the sequence. GraphError SEQUENCE_UNKNOWN if there is no such sequence; STEP_NAME_TWICE if something is called `fed` already.
 * @example
 * const doubling = foldedGraph("doubling", ({ sequence }) => {
 *   const x = sequence("x", [1]);
 *   return { next: {}, outputs: { y: add(x, x) } };
 * });
 * const options = { key: randomKey(1), feed: ({ y }) => y };
 * const x = constant([[1], [0], [0]]);
 * evaluate(scan(scheduledSampling(doubling, { ...options, probability: 1 }), 3, { x }).outputs.y).data; // → [2, 0, 0]
 * evaluate(scan(scheduledSampling(doubling, { ...options, probability: 0 }), 3, { x }).outputs.y).data; // → [2, 4, 8]
 * @source Bengio, Vinyals, Jaitly & Shazeer 2015, "Scheduled sampling for sequence prediction with recurrent neural networks", section 2.4
 */
export function scheduledSampling<O extends Readonly<Record<string, Node>>, F extends Node>(
  folded: FoldedGraph<O>,
  options: ScheduledSamplingOptions<O, F>,
): FoldedGraph<O & { readonly fed: F }> {
  checkFolded("scheduledSampling(folded, options)", folded);
  checkKeys("scheduledSampling(folded, options)", "options", options, {
    key: true,
    probability: true,
    sequence: true,
    feed: true,
  });
  const { key, probability } = options;
  const where = `scheduledSampling("${folded.name}", options)`;
  checkProbability(where, probability);
  return feedBack(where, folded, options, 0, (element, fed, step) => {
    const batch = element.shape.slice(0, 1);
    const begun = placeholder(BEGUN, batch);
    const coin = foldIn(foldIn(key, 0), step);
    const reads = randomBernoulli(coin, select(greater(begun, 0), probability, 1), batch);
    const delay: Delay = {
      name: BEGUN,
      steps: 1,
      placeholder: begun,
      initial: initialSteps(where, 0, 1, batch),
      next: broadcastTo(constant(1), batch),
      isMemory: false,
    };
    const each = reshape(reads, [...batch, ...element.shape.slice(1).map(() => 1)]);
    return { read: select(each, element, fed), delays: { [BEGUN]: delay } };
  });
}

function checkProbability(where: string, probability: Scalar): void {
  checkSetting(where, "probability", probability, { words: "in [0, 1]", holds: (value) => value >= 0 && value <= 1 });
  if (typeof probability === "number" || formatType(probability.type) === "f32[]") return;
  const rule = "probability must be one number, f32[]";
  throw new ShapeError({ code: "SAMPLING_SHAPE", where, rule, got: describe(probability) });
}
