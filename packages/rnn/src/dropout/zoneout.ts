/** Zoneout: some of what a recurrence remembers stays as it was. */
import {
  add,
  checkKeys,
  foldIn,
  GraphError,
  mul,
  randomBernoulli,
  select,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import { memoriesOf } from "../folded/memories-of.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { withStepNumber } from "../folded/with-step-number.js";
import { placedRates, type DropoutRates } from "./rates.js";

/** What stays, and how likely. */
export interface ZoneoutOptions {
  /** `i32[2]`, what is drawn with, such as `mode.key("encoder")` of a training mode. Without it the expectation is taken. */
  readonly key: IntNode | undefined;
  /** Of delays of one step: how likely an element keeps the value of the step before. */
  readonly delays: DropoutRates;
}

/**
 * The folded graph whose delays keep, element by element and step by step, the value of the step before with a probability.
 *
 * training: h_t = d h_{t-1} + (1 - d) h̃_t, each d 1 with probability z, else 0; evaluation: h_t = z h_{t-1} + (1 - z) h̃_t
 *
 * h̃ is what the step computes; within the step nothing changes, so that an LSTM's output reads c̃_t. Where the step yields what
 * a delay will read, it yields h_t. Delays that are no memories, such as clocks, go on.
 *
 * @throws ValueError SETTING_RANGE unless every rate is in [0, 1). GraphError DROPOUT_NAME if a rate is of no memory; ZONEOUT_STEPS if it is of one of more than one step.
 * @example
 * const counter = foldedGraph("counter", ({ delay }) => {
 *   const count = add(delay("count", [], { initial: 0 }), 1);
 *   return { next: { count }, outputs: { count } };
 * });
 * const evaluating = zoneout(counter, { key: undefined, delays: { count: 0.5 } });
 * evaluate(scan(evaluating, 3).outputs.count).data; // → [0.5, 1, 1.5]
 * @source Krueger et al. 2017, "Zoneout: regularizing RNNs by randomly preserving hidden activations", equations 2 to 4
 */
export function zoneout<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  options: ZoneoutOptions,
): FoldedGraph<O> {
  checkFolded("zoneout(folded, options)", folded);
  checkKeys("zoneout(folded, options)", "options", options, { key: true, delays: true });
  const { key, delays } = options;
  const where = `zoneout("${folded.name}", options)`;
  const memories = memoriesOf(folded).map(({ name }) => name);
  const rates = placedRates(where, "delay", delays, memories);
  const far = rates.find(({ name }) => folded.delays[name]!.steps > 1);
  if (far !== undefined) {
    const rule = "rates must be of delays of one step, which is what stays";
    throw new GraphError({
      code: "ZONEOUT_STEPS",
      where,
      rule,
      got: `"${far.name}" of ${folded.delays[far.name]!.steps}`,
    });
  }
  if (rates.length === 0) return folded;
  return withStepNumber(folded, (number) => {
    const kept = new Map(
      rates.map(({ name, rate, place }) => {
        const { placeholder, next } = folded.delays[name]!;
        const [before, now] = [placeholder as FloatNode, next as FloatNode];
        if (key === undefined) return [name, add(mul(before, rate), mul(now, 1 - rate))] as const;
        const stays = randomBernoulli(foldIn(foldIn(key, place), number), rate, now.shape);
        return [name, select(stays, before, now)] as const;
      }),
    );
    const carried = new Map([...kept].map(([name, value]) => [folded.delays[name]!.next, value]));
    return rewriteStep(folded, new Map(), {
      next: (next, { name }) => kept.get(name) ?? next,
      output: (output) => carried.get(output) ?? output,
    });
  });
}
