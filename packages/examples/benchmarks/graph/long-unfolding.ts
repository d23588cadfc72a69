/** The graph work of a long unfolding, timed without running the graph. */
import { crossEntropy, dense, elman, gradient, input, unfold, type FloatNode } from "@unfold/rnn";
import { SEED, W2 } from "../workloads/workload.js";

/** Unfolds the network of W2 over so many steps and differentiates the loss; parameters and the folded step are made once. */
export function graphWork(): (steps: number) => readonly FloatNode[] {
  const { inputs, units, batch, outputs } = W2;
  const cell = elman({ inputs, units, seed: SEED });
  const readout = dense({ name: "readout", inputs: units, units: outputs, seed: SEED });
  const folded = cell.fold(batch);
  const parameters = [...Object.values(cell.parameters), ...Object.values(readout.parameters)];
  return (steps) => {
    const x = input("x", [steps, batch, inputs]);
    const labels = input("labels", [steps, batch], "i32");
    const loss = crossEntropy(readout.apply(unfold(folded, steps, { x }).outputs.h), labels);
    return gradient(loss, parameters);
  };
}
