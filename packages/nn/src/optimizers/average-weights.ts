/** Exponential moving averages of the weights, for evaluation. */
import { checkKeys, initialValue, substitute, type FloatNode, type Node, type Update } from "@unfold/core";
import { BELOW_ONE, checkSetting } from "../settings/check-setting.js";
import { runningMean } from "./running-mean.js";
import { stateLeaves } from "./state-leaves.js";

/** Updates that carry averages along, and graphs that use them. */
export interface AveragedWeights {
  /** The updates given, and those of the averages. */
  readonly updates: Update[];
  /** The same graph with the averages in place of the parameters. */
  readonly use: <N extends Node>(node: N) => N;
}

/**
 * Keeps the exponential moving average of each parameter that is updated. Averages start from the initial weights.
 *
 * a ← d a + (1 - d) w, w after the update
 *
 * @param updates - those of an optimizer
 * @param options - decay d in [0, 1), default 0.999; name, prefix of the averages' paths, default "average"
 * @throws ValueError SETTING_RANGE if decay is not in [0, 1).
 * @example
 * const w = param("w", 1);
 * const runtime = await createRuntime();
 * const average = averageWeights(sgd({ learningRate: 0.5 }).minimize(w), { decay: 0.5 });
 * const step = await runtime.compile({ outputs: { w, average: average.use(w) }, updates: average.updates });
 * step.run({});
 * step.run({}).w.item(); // → 0.5
 * step.run({}).average.item(); // → 0.375
 * @source Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging"; in the exponential form of Tarvainen & Valpola 2017
 */
export function averageWeights(
  updates: readonly Update[],
  options: { readonly decay?: number; readonly name?: string } = {},
): AveragedWeights {
  checkKeys("averageWeights(updates, options)", "options", options, { decay: true, name: true });
  const { decay = 0.999, name = "average" } = options;
  checkSetting("averageWeights(updates, options)", "decay", decay, BELOW_ONE);
  const stateLeaf = stateLeaves(name);
  const averages = new Map<Node, FloatNode>();
  const added = updates.flatMap(([leaf, next]): Update[] => {
    if (leaf.op.kind !== "leaf" || leaf.op.role !== "param" || leaf.label === undefined) return [];
    const average = stateLeaf(leaf.label, leaf.shape, initialValue(leaf));
    averages.set(leaf, average);
    return [[average, runningMean(decay, average, next as FloatNode)]];
  });
  return { updates: [...updates, ...added], use: <N extends Node>(node: N) => substitute([node], averages)[0] as N };
}
