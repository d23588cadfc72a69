/** W1: the character model of Karpathy's min-char-rnn, one sequence at a time. */
import { adagrad, add, crossEntropy, dense, embedding, foldedGraph, initializedParam, input } from "@unfold/rnn";
import { matmul, normal, tanh, unfold, zeros } from "@unfold/rnn";
import { randomLabels } from "./data.js";
import type { TrainingGraph } from "./training-graph.js";
import { SEED, W1 } from "./workloads.js";

/**
 * The graph of W1.
 *
 * h_t = tanh(W[c_t] + h_{t-1} U + b); logits_t = h_t V + c
 *
 * The built-in Elman cell multiplies what it reads by a weight; here the character picks a row of that weight, so the
 * step reads the rows and has no product of its own.
 *
 * @shapes c: i32[T, B]; W: [V, H], U: [H, H], b: [H]
 * @source Karpathy 2015, "Minimal character-level language model with a vanilla recurrent neural network"
 */
export function buildW1(): TrainingGraph {
  const { vocabulary, units, steps, batch, learningRate } = W1;
  const small = normal(0, 0.01);
  const W = embedding({ name: "input", tokens: vocabulary, units, seed: SEED, table: small });
  const U = initializedParam("recurrentWeight", [units, units], small, SEED);
  const b = initializedParam("bias", [units], zeros, SEED);
  const readout = dense({ name: "readout", inputs: units, units: vocabulary, seed: SEED, weight: small });

  const folded = foldedGraph("min-char-rnn", (step) => {
    const row = step.sequence("row", [batch, units]);
    const h = step.delay("h", [batch, units], { initial: 0 });
    const next = tanh(add(add(row, matmul(h, U)), b));
    return { next: { h: next }, outputs: { h: next } };
  });

  const characters = input("characters", [steps, batch], "i32");
  const following = input("following", [steps, batch], "i32");
  const sequences = { row: W.apply(characters) };
  const loss = crossEntropy(readout.apply(unfold(folded, steps, sequences).outputs.h), following);
  const parameters = [W.parameters.table, U, b, ...Object.values(readout.parameters)];
  return {
    folded,
    steps,
    sequences,
    loss,
    parameters,
    minimize: () => adagrad({ learningRate }).minimize(loss, { parameters }),
    inputs: { characters, following },
    feed: () => ({ characters: randomText("characters"), following: randomText("following") }),
  };
}

function randomText(path: string): Int32Array {
  return randomLabels(`W1/${path}`, W1.steps * W1.batch, W1.vocabulary);
}
