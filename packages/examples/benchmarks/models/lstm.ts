/** W3: embedding, LSTM, and a class at every step. */
import { crossEntropy, dense, embedding, input, lstm, type FloatNode, type FoldedGraph } from "@unfold/rnn";
import type { Tensor } from "../workloads/data.js";
import { SEED, type LstmWorkload } from "../workloads/workload.js";
import { LSTM_ORDER, reorderGates } from "./gate-order.js";
import type { RecurrentModel } from "./model.js";
import { optimizerOf } from "./optimizer.js";
import { overTime } from "./over-time.js";

/** A cell with the parameters of an LSTM, and maybe more. */
export interface LstmLike {
  readonly parameters: Readonly<Record<string, FloatNode>>;
  readonly fold: (batch: number) => FoldedGraph<{ readonly h: FloatNode }>;
}

/** The graph of W3, with the built-in cell or another one. */
export function lstmModel(
  workload: LstmWorkload,
  cell: LstmLike = lstm({ inputs: workload.inputs, units: workload.units, seed: SEED }),
): RecurrentModel {
  const { tokens, inputs, units, steps, batch, outputs } = workload;
  const table = embedding({ tokens, units: inputs, seed: SEED });
  const readout = dense({ name: "readout", inputs: units, units: outputs, seed: SEED });
  const x = input("x", [steps, batch], "i32");
  const y = input("y", [steps, batch], "i32");
  const folded = cell.fold(batch);
  const sequences = { x: table.apply(x) };
  const result = crossEntropy(readout.apply(overTime(folded, steps, sequences).outputs.h), y);
  const own = lstmWeights(table.parameters.table, cell, readout.parameters);
  const parameters = [...new Set([...own.map(([leaf]) => leaf), ...Object.values(cell.parameters)])];
  return {
    folded,
    steps,
    sequences,
    parameters,
    inputs: { x, y },
    result,
    updates: () => optimizerOf(workload).minimize(result, { parameters }),
    weights: ({ weights }) => own.map(([leaf, name]) => [leaf, lstmValue(name, weights[name]!)] as const),
    feed: (data) => ({ x: data.x!.data, y: data.y!.data }),
  };
}

/** The parameters of an LSTM between an embedding and a dense layer, with their names in the data. */
export function lstmWeights(
  table: FloatNode,
  cell: Pick<LstmLike, "parameters">,
  readout: { readonly weight: FloatNode; readonly bias?: FloatNode },
): readonly (readonly [leaf: FloatNode, name: string])[] {
  const { inputWeight, recurrentWeight, bias } = cell.parameters;
  return [
    [table, "E"],
    [inputWeight!, "Wx"],
    [recurrentWeight!, "Wh"],
    [bias!, "b"],
    [readout.weight, "Wy"],
    [readout.bias!, "by"],
  ];
}

/** A parameter's value: the gates are in another order than in the data. */
export function lstmValue(name: string, tensor: Tensor): Float32Array | Int32Array {
  return ["Wx", "Wh", "b"].includes(name) ? reorderGates(tensor, LSTM_ORDER) : tensor.data;
}
