/** W5: a multilayer perceptron with rectifiers. */
import { crossEntropy, dense, input, relu, type FloatNode, type IntNode } from "@unfold/rnn";
import type { Training } from "../workloads/setting.js";
import { SEED, type MlpWorkload } from "../workloads/workload.js";
import type { Model, TrainedModel } from "./model.js";
import { optimizerOf } from "./optimizer.js";

/** The network of W5, drawn for any inputs. */
export interface Perceptron {
  readonly parameters: readonly FloatNode[];
  readonly loss: (x: FloatNode, y: IntNode) => FloatNode;
  readonly weights: Model["weights"];
}

/** Three dense layers. */
export function perceptron(sizes: readonly number[]): Perceptron {
  const layers = sizes.slice(1).map((units, i) => dense({ name: `layer${i}`, inputs: sizes[i]!, units, seed: SEED }));
  const [first, second, third] = layers;
  const parameters = layers.flatMap(({ parameters: { weight, bias } }) => [weight, bias!]);
  return {
    parameters,
    loss: (x, y) => crossEntropy(third!.apply(relu(second!.apply(relu(first!.apply(x))))), y),
    weights: ({ weights }) =>
      ["W0", "b0", "W1", "b1", "W2", "b2"].map((name, i) => [parameters[i]!, weights[name]!.data] as const),
  };
}

/** The graph of W5. */
export function mlpModel(workload: Pick<MlpWorkload, "sizes" | "batch"> & Training): TrainedModel {
  const { sizes, batch } = workload;
  const { parameters, loss, weights } = perceptron(sizes);
  const x = input("x", [batch, sizes[0]]);
  const y = input("y", [batch], "i32");
  const result = loss(x, y);
  return {
    parameters,
    inputs: { x, y },
    result,
    updates: () => optimizerOf(workload).minimize(result, { parameters }),
    weights,
    feed: (data) => ({ x: data.x!.data, y: data.y!.data }),
  };
}
