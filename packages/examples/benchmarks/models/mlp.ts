/** W5: a multilayer perceptron with rectifiers. */
import { crossEntropy, dense, input, relu } from "@unfold/rnn";
import { SEED, type MlpWorkload } from "../workloads/workload.js";
import type { TrainedModel } from "./model.js";
import { optimizerOf } from "./optimizer.js";

/** The graph of W5. */
export function mlpModel(workload: MlpWorkload): TrainedModel {
  const { sizes, batch } = workload;
  const layers = sizes.slice(1).map((units, i) => dense({ name: `layer${i}`, inputs: sizes[i]!, units, seed: SEED }));
  const [first, second, third] = layers;
  const x = input("x", [batch, sizes[0]]);
  const y = input("y", [batch], "i32");
  const result = crossEntropy(third!.apply(relu(second!.apply(relu(first!.apply(x))))), y);
  const parameters = layers.flatMap(({ parameters: { weight, bias } }) => [weight, bias!]);
  return {
    parameters,
    inputs: { x, y },
    result,
    updates: () => optimizerOf(workload).minimize(result, { parameters }),
    weights: ({ weights }) =>
      ["W0", "b0", "W1", "b1", "W2", "b2"].map((name, i) => [parameters[i]!, weights[name]!.data] as const),
    feed: (data) => ({ x: data.x!.data, y: data.y!.data }),
  };
}
