/** W1, W2 and W8: an Elman network that names a class at every step. */
import { add, crossEntropy, dense, elman, embedding, foldedGraph, initializedParam, input } from "@unfold/rnn";
import { matmul, normal, tanh, zeros, type FloatNode, type FoldedGraph, type Node } from "@unfold/rnn";
import { SEED, type ElmanWorkload } from "../workloads/workload.js";
import type { RecurrentModel } from "./model.js";
import { optimizerOf } from "./optimizer.js";
import { overTime } from "./over-time.js";

/** The graph of an Elman workload, run over time as the models are unless said otherwise. */
export function elmanModel(workload: ElmanWorkload, over: typeof overTime = overTime): RecurrentModel {
  const { steps, batch, units, outputs, tokens } = workload;
  const { Wx, Wh, b, folded, x, sequences } = tokens === undefined ? ofVectors(workload) : ofTokens(workload, tokens);
  const readout = dense({ name: "readout", inputs: units, units: outputs, seed: SEED });
  const y = input("y", [steps, batch], "i32");
  const result = crossEntropy(readout.apply(over(folded, steps, sequences).outputs.h), y);
  const { weight: Wy, bias: by } = readout.parameters;
  const parameters = [Wx, Wh, b, Wy, by!];
  return {
    folded,
    steps,
    sequences,
    parameters,
    inputs: { x, y },
    result,
    updates: () => optimizerOf(workload).minimize(result, { parameters }),
    weights: ({ weights }) =>
      ["Wx", "Wh", "b", "Wy", "by"].map((name, i) => [parameters[i]!, weights[name]!.data] as const),
    feed: (data) => ({ x: data.x!.data, y: data.y!.data }),
  };
}

interface Recurrence {
  readonly Wx: FloatNode;
  readonly Wh: FloatNode;
  readonly b: FloatNode;
  readonly folded: FoldedGraph<{ readonly h: FloatNode }>;
  readonly x: Node;
  readonly sequences: Readonly<Record<string, Node>>;
}

function ofVectors({ inputs, units, steps, batch }: ElmanWorkload): Recurrence {
  const cell = elman({ inputs, units, seed: SEED });
  const x = input("x", [steps, batch, inputs]);
  const { inputWeight, recurrentWeight, bias } = cell.parameters;
  return { Wx: inputWeight!, Wh: recurrentWeight!, b: bias!, folded: cell.fold(batch), x, sequences: { x } };
}

/**
 * h_t = tanh(W[c_t] + h_{t-1} U + b)
 *
 * The built-in cell multiplies what it reads by a weight; here the token picks a row of that weight, so the step reads
 * the rows and has no product of its own.
 *
 * @shapes c: i32[T, B]; W: [V, H], U: [H, H], b: [H]
 * @source Karpathy 2015, "Minimal character-level language model with a vanilla recurrent neural network"
 */
function ofTokens({ units, steps, batch }: ElmanWorkload, tokens: number): Recurrence {
  const W = embedding({ name: "input", tokens, units, seed: SEED });
  const U = initializedParam("recurrentWeight", [units, units], normal(0, 0.01), SEED);
  const b = initializedParam("bias", [units], zeros, SEED);
  const folded = foldedGraph("min-char-rnn", (step) => {
    const row = step.sequence("row", [batch, units]);
    const h = step.delay("h", [batch, units], { initial: 0 });
    const next = tanh(add(add(row, matmul(h, U)), b));
    return { next: { h: next }, outputs: { h: next } };
  });
  const x = input("x", [steps, batch], "i32");
  return { Wx: W.parameters.table, Wh: U, b, folded, x, sequences: { row: W.apply(x) } };
}
