/** W2: an Elman network that labels every step of a batch of sequences. */
import { adam, crossEntropy, dense, elman, input, unfold } from "@unfold/rnn";
import { randomFeatures, randomLabels } from "./data.js";
import type { TrainingGraph } from "./training-graph.js";
import { SEED, W2 } from "./workloads.js";

/** The graph of W2. */
export function buildW2(): TrainingGraph {
  const { inputs, units, steps, batch, classes, learningRate } = W2;
  const cell = elman({ inputs, units, seed: SEED });
  const readout = dense({ name: "readout", inputs: units, units: classes, seed: SEED });
  const folded = cell.fold(batch);

  const x = input("x", [steps, batch, inputs]);
  const labels = input("labels", [steps, batch], "i32");
  const loss = crossEntropy(readout.apply(unfold(folded, steps, { x }).outputs.h), labels);
  const parameters = [...Object.values(cell.parameters), ...Object.values(readout.parameters)];
  return {
    folded,
    steps,
    sequences: { x },
    loss,
    parameters,
    minimize: () => adam({ learningRate }).minimize(loss, { parameters }),
    inputs: { x, labels },
    feed: () => ({
      x: randomFeatures("W2/x", steps * batch * inputs),
      labels: randomLabels("W2/labels", steps * batch, classes),
    }),
  };
}
