/** The network of W2 and W8 with the loss of every step computed inside the step: nothing but numbers leaves the loop. */
import { add, crossEntropy, dense, div, elman, foldedGraph, input, matmul, scan, sum, tanh } from "@unfold/rnn";
import type { ScanOptions } from "@unfold/rnn";
import { SEED, type ElmanWorkload } from "../workloads/workload.js";
import type { TrainedModel } from "./model.js";
import { optimizerOf } from "./optimizer.js";

/** The graph of an Elman workload that reads vectors; the loss is that of the same network with a dense layer over all steps. */
export function lossesInLoop(workload: ElmanWorkload, options: ScanOptions = {}): TrainedModel {
  const { inputs, units, steps, batch, outputs } = workload;
  const { inputWeight: W, recurrentWeight: U, bias: b } = elman({ inputs, units, seed: SEED }).parameters;
  const readout = dense({ name: "readout", inputs: units, units: outputs, seed: SEED });
  const folded = foldedGraph("elman with loss", ({ sequence, delay }) => {
    const h = delay("h", [batch, units], { initial: 0 });
    const next = tanh(add(add(matmul(sequence("x", [batch, inputs]), W!), matmul(h, U!)), b!));
    const loss = crossEntropy(readout.apply(next), sequence("y", [batch], "i32"), { reduction: "sum" });
    return { next: { h: next }, outputs: { loss } };
  });
  const x = input("x", [steps, batch, inputs]);
  const y = input("y", [steps, batch], "i32");
  const { loss } = scan(folded, steps, { x, y }, options).outputs;
  const result = div(sum(loss), steps * batch);
  const { weight: Wy, bias: by } = readout.parameters;
  const parameters = [W!, U!, b!, Wy, by!];
  return {
    parameters,
    inputs: { x, y },
    result,
    updates: () => optimizerOf(workload).minimize(result, { parameters }),
    weights: ({ weights }) =>
      ["Wx", "Wh", "b", "Wy", "by"].map((name, i) => [parameters[i]!, weights[name]!.data] as const),
    feed: (data) => ({ x: data.x!.data, y: data.y!.data }),
  };
}
