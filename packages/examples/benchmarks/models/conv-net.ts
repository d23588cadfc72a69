/** A convolutional network of LeNet's kind. */
import { add, conv2d, crossEntropy, dense, glorotUniform, initializedParam, input, maxPool2d } from "@unfold/rnn";
import { relu, reshape, zeros, type FloatNode } from "@unfold/rnn";
import type { ConvNetWorkload } from "../workloads/convolutions.js";
import { SEED } from "../workloads/workload.js";
import type { Model } from "./model.js";
import { optimizerOf } from "./optimizer.js";

/** The graph of the network: its loss, or its scores. */
export function convNetModel(workload: ConvNetWorkload): Model {
  const { batch, size, window, channels, outputs, isTrained } = workload;
  const x = input("x", [batch, size, size, 1]);
  const y = input("y", [batch], "i32");
  const first = convolution("first", window, 1, channels[0]);
  const second = convolution("second", window, channels[0], channels[1]);
  const features = second.apply(first.apply(x));
  const flat = reshape(features, [batch, features.shape.slice(1).reduce((total, extent) => total * extent)]);
  const readout = dense({ name: "readout", inputs: flat.shape[1]!, units: outputs, seed: SEED });
  const scores = readout.apply(flat);
  const { weight, bias } = readout.parameters;
  const parameters = [...first.parameters, ...second.parameters, weight, bias!];
  const loss = crossEntropy(scores, y);
  return {
    inputs: isTrained ? { x, y } : { x },
    result: isTrained ? loss : scores,
    updates: () => (isTrained ? optimizerOf(workload).minimize(loss, { parameters }) : []),
    weights: ({ weights }) => Object.values(weights).map(({ data }, i) => [parameters[i]!, data] as const),
    feed: (data) => ({ x: data.x!.data, ...(isTrained && { y: data.y!.data }) }),
  };
}

/** max over 2 × 2 of relu(x ∗ K + b) */
function convolution(
  name: string,
  window: number,
  inputs: number,
  outputs: number,
): { readonly parameters: readonly FloatNode[]; readonly apply: (x: FloatNode) => FloatNode } {
  const K = initializedParam(`${name}/K`, [window, window, inputs, outputs], glorotUniform, SEED);
  const b = initializedParam(`${name}/b`, [outputs], zeros, SEED);
  return { parameters: [K, b], apply: (x) => maxPool2d(relu(add(conv2d(x, K), b)), 2) };
}
