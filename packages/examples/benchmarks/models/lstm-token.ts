/** W6: one token of an LSTM that writes. The runtime keeps h, c and the token between runs. */
import { argmax, dense, embedding, lstm, reshape, state, unfold } from "@unfold/rnn";
import { SEED, type LstmTokenWorkload } from "../workloads/workload.js";
import { lstmValue, lstmWeights } from "./lstm.js";
import type { Model } from "./model.js";

/** The graph of W6. */
export function lstmTokenModel({ tokens, inputs, units, outputs }: LstmTokenWorkload): Model {
  const table = embedding({ tokens, units: inputs, seed: SEED });
  const cell = lstm({ inputs, units, seed: SEED });
  const readout = dense({ name: "readout", inputs: units, units: outputs, seed: SEED });
  const zeros = [new Array<number>(units).fill(0)];
  const h = state("h", zeros);
  const c = state("c", zeros);
  const token = state("token", [[0]], "i32");

  const { last } = unfold(cell.fold(1, { h, c }), 1, { x: table.apply(token) });
  const result = argmax(readout.apply(last.h));
  const own = lstmWeights(table.parameters.table, cell, readout.parameters);
  return {
    inputs: {},
    result,
    updates: () => [
      [h, last.h],
      [c, last.c],
      [token, reshape(result, [1, 1])],
    ],
    weights: ({ weights }) => own.map(([leaf, name]) => [leaf, lstmValue(name, weights[name]!)] as const),
    feed: () => ({}),
  };
}
