/** DropConnect: some weights are zero, the same ones at every step. */
import {
  checkKeys,
  foldIn,
  GraphError,
  describe,
  leavesOf,
  mul,
  randomBernoulli,
  select,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";
import { stepResults } from "../folded/verify-folded.js";
import { checkRate } from "./rates.js";

/** Which weights are dropped, and how likely. */
export interface DropConnectOptions {
  /** `i32[2]`, what the masks are drawn with, such as `mode.key("encoder")` of a training mode. Without it nothing is dropped. */
  readonly key: IntNode | undefined;
  /** p, in [0, 1). */
  readonly rate: number;
  /** Parameters that the step uses: recurrent weights, such as `cell.parameters["recurrentWeight"]`. */
  readonly weights: readonly FloatNode[];
}

/**
 * The folded graph with weights dropped: one mask for all steps and all sequences of the batch. Without a key it is the folded
 * graph itself.
 *
 * U ← U m / (1 - p), each element of m 0 with probability p, else 1
 *
 * @throws ValueError SETTING_RANGE unless the rate is in [0, 1). GraphError DROPOUT_NAME if the step does not use a weight.
 * @example
 * const cell = elman({ inputs: 2, units: 3, seed: 1 });
 * const { recurrentWeight } = cell.parameters;
 * const folded = dropConnect(cell.fold(1), { key: randomKey(1), rate: 0.5, weights: [recurrentWeight] });
 * const { last } = scan(folded, 4, { x: constant([[[1, 2]], [[1, 2]], [[1, 2]], [[1, 2]]]) });
 * const [slope] = gradient(sum(last.h), [recurrentWeight]);
 * evaluate(slope).data.filter((element) => element === 0).length; // → 3
 * @source Wan et al. 2013, "Regularization of neural networks using DropConnect"; on recurrent weights: Merity, Keskar & Socher 2018, "Regularizing and optimizing LSTM language models", section 2
 */
export function dropConnect<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  options: DropConnectOptions,
): FoldedGraph<O> {
  checkFolded("dropConnect(folded, options)", folded);
  checkKeys("dropConnect(folded, options)", "options", options, { key: true, rate: true, weights: true });
  const { key, rate, weights } = options;
  const where = `dropConnect("${folded.name}", options)`;
  checkRate(where, rate);
  const used = leavesOf(stepResults(folded), "param");
  const unused = weights.find((weight) => !used.includes(weight));
  if (unused !== undefined) {
    throw new GraphError({
      code: "DROPOUT_NAME",
      where,
      rule: "weights must be parameters that the step uses",
      got: describe(unused),
      fix: `It uses ${used.map((parameter) => `"${parameter.label ?? ""}"`).join(", ") || "none"}`,
    });
  }
  if (key === undefined || rate === 0) return folded;
  const dropped = weights.map((weight, i) => {
    const kept = randomBernoulli(foldIn(key, i), 1 - rate, weight.shape);
    return [weight, select(kept, mul(weight, 1 / (1 - rate)), 0)] as const;
  });
  return rewriteStep(folded, new Map<Node, Node>(dropped));
}
