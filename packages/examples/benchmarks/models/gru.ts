/** W4: a GRU over a sequence, and numbers from its last state. */
import { dense, gru, input, meanSquaredError } from "@unfold/rnn";
import { SEED, type GruWorkload } from "../workloads/workload.js";
import type { RecurrentModel } from "./model.js";
import { optimizerOf } from "./optimizer.js";
import { overTime } from "./over-time.js";

/** The graph of W4. */
export function gruModel(workload: GruWorkload): RecurrentModel {
  const { inputs, units, steps, batch, outputs } = workload;
  const cell = gru({ inputs, units, seed: SEED });
  const readout = dense({ name: "readout", inputs: units, units: outputs, seed: SEED });
  const x = input("x", [steps, batch, inputs]);
  const y = input("y", [batch, outputs]);
  const folded = cell.fold(batch);
  const result = meanSquaredError(readout.apply(overTime(folded, steps, { x }).last.h), y);
  const { inputWeight, recurrentWeight, inputBias, recurrentBias } = cell.parameters;
  const { weight, bias } = readout.parameters;
  const parameters = [inputWeight!, recurrentWeight!, inputBias!, recurrentBias!, weight, bias!];
  return {
    folded,
    steps,
    sequences: { x },
    parameters,
    inputs: { x, y },
    result,
    updates: () => optimizerOf(workload).minimize(result, { parameters }),
    weights: ({ weights }) =>
      ["Wx", "Wh", "b", "bh", "Wy", "by"].map((name, i) => [parameters[i]!, weights[name]!.data] as const),
    feed: (data) => ({ x: data.x!.data, y: data.y!.data }),
  };
}
