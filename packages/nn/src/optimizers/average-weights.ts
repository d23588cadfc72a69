/** Exponential moving averages of the weights, for evaluation. */
import { add, checkKeys, leavesOf, mul, sub, substitute, type FloatNode, type Node, type Update } from "@unfold/core";
import { BELOW_ONE, checkSetting } from "../settings/check-setting.js";
import { optimizerOf, type Optimizer } from "./optimizer.js";
import { pathOf, stateLeaves } from "./state-leaves.js";

/** An optimizer that carries averages of the weights along, and graphs that use them. */
export interface AveragingOptimizer extends Optimizer {
  /** The same graph with the averages in place of the parameters. Parameters that were never trained stay as they are. */
  readonly use: <N extends Node>(node: N) => N;
}

/**
 * An optimizer that keeps the exponential moving average of each parameter it trains. Averages start from the weights as
 * they are when training starts, loaded ones too: what is kept is how far they are from the weights.
 *
 * a ← d a + (1 - d) w, w after the update; e = a - w: e ← d (e + w_before - w)
 *
 * @param optimizer - what updates the weights
 * @param options - decay d in [0, 1), default 0.999; name, prefix of the paths of its state, default "average"
 * @throws ValueError SETTING_RANGE if decay is not in [0, 1).
 * @example
 * const w = param("w", 1);
 * const runtime = await createRuntime();
 * const optimizer = averageWeights(sgd({ learningRate: 0.5 }), { decay: 0.5 });
 * const step = await runtime.compile({ outputs: { w, average: optimizer.use(w) }, updates: optimizer.minimize(w) });
 * step.run({});
 * step.run({}).w.item(); // → 0.5
 * step.run({}).average.item(); // → 0.375
 * @source Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging"; in the exponential form of Tarvainen & Valpola 2017
 */
export function averageWeights(
  optimizer: Optimizer,
  options: { readonly decay?: number; readonly name?: string } = {},
): AveragingOptimizer {
  checkKeys("averageWeights(optimizer, options)", "options", options, { decay: true, name: true });
  const { decay = 0.999, name = "average" } = options;
  checkSetting("averageWeights(optimizer, options)", "decay", decay, BELOW_ONE);
  const stateLeaf = stateLeaves(name);
  const distanceOf = (parameter: FloatNode): FloatNode => stateLeaf(pathOf(parameter), parameter.shape);
  const averaging = optimizerOf((parameters, gradients, clip) => {
    const updates = optimizer.apply(parameters, gradients, clip);
    const carried = updates.flatMap(([leaf, next]): Update[] => {
      const parameter = parameters.find((each) => each === leaf);
      if (parameter === undefined) return [];
      const distance = distanceOf(parameter);
      return [[distance, mul(decay, add(distance, sub(parameter, next as FloatNode)))]];
    });
    return [...updates, ...carried];
  }, optimizer.learningRate);
  const averageOf = (parameter: FloatNode): FloatNode => add(parameter, distanceOf(parameter));
  const use = <N extends Node>(node: N): N => {
    const parameters = leavesOf([node], "param") as FloatNode[];
    const averages = new Map<Node, Node>(parameters.map((parameter) => [parameter, averageOf(parameter)]));
    return substitute([node], averages)[0] as N;
  };
  return { ...averaging, use };
}
