/** What the weights of Keras's recurrent layers hold. */
import { checkKeys } from "@unfold/core";
import { inModule, type WeightLayout } from "@unfold/nn";
import { biasesOfLayer, type CellLayoutOptions } from "./biases-of-layer.js";
import { cellWeights, type Accepted, type WeightedCell } from "./cell-weights.js";
import { GATE_ORDERS } from "./gate-orders.js";

const ONE_BIAS = { count: 1, fix: "Make the cell with biases: 1" } as const;

/**
 * An Elman cell as Keras's `SimpleRNN`.
 *
 * @param path - of Keras's cell in the model, such as "sequential/simple_rnn/simple_rnn_cell", as `weight.path` has it in Keras 3. Default: none
 * @param options - bias: whether the layer has biases. Default true
 * @throws ShapeError WEIGHT_LAYOUT if the cell is of another kind.
 * @example
 * const layout = kerasSimpleRnn(elman({ inputs: 3, units: 4, seed: 1 }));
 * layout.flatMap(({ tensors }) => tensors); // → ["kernel", "recurrent_kernel", "bias"]
 * @source Keras 3, `keras.layers.SimpleRNNCell`
 */
export function kerasSimpleRnn(cell: WeightedCell, path = "", options: CellLayoutOptions = {}): WeightLayout {
  checkKeys("kerasSimpleRnn(cell, path, options)", "options", options, { bias: true });
  return layoutOf("kerasSimpleRnn(cell)", cell, path, options, { gates: GATE_ORDERS.elman.keras, biases: ONE_BIAS });
}

/**
 * An LSTM cell as Keras's `LSTM`, which has one bias. Those of a `Bidirectional` layer are two, at paths of their own.
 *
 * @param path - of Keras's cell in the model, such as "sequential/lstm/lstm_cell". Default: none
 * @param options - bias: whether the layer has biases. Default true
 * @throws ShapeError WEIGHT_LAYOUT if the cell is of another kind, or has two biases.
 * @example
 * const layout = kerasLstm(lstm({ inputs: 3, units: 4, seed: 1 }), "sequential/lstm/lstm_cell");
 * layout[0].tensors; // → ["sequential/lstm/lstm_cell/kernel"]
 * @source Keras 3, `keras.layers.LSTMCell`
 */
export function kerasLstm(cell: WeightedCell, path = "", options: CellLayoutOptions = {}): WeightLayout {
  checkKeys("kerasLstm(cell, path, options)", "options", options, { bias: true });
  return layoutOf("kerasLstm(cell)", cell, path, options, { gates: GATE_ORDERS.lstm.keras, biases: ONE_BIAS });
}

/**
 * A GRU cell as Keras's `GRU`, whose update gate comes first: with its `reset_after=True`, the default, if the cell has
 * `resetAfter: true`, and both biases are rows of one tensor; with `reset_after=False` if not.
 *
 * @param path - of Keras's cell in the model, such as "sequential/gru/gru_cell". Default: none
 * @param options - bias: whether the layer has biases. Default true
 * @throws ShapeError WEIGHT_LAYOUT if the cell is of another kind.
 * @example
 * const layout = kerasGru(gru({ inputs: 3, units: 4, seed: 1 }));
 * layout[2].leaves.map(({ label }) => label); // → ["gru/inputBias", "gru/recurrentBias"]
 * @source Keras 3, `keras.layers.GRUCell`
 */
export function kerasGru(cell: WeightedCell, path = "", options: CellLayoutOptions = {}): WeightLayout {
  checkKeys("kerasGru(cell, path, options)", "options", options, { bias: true });
  return layoutOf("kerasGru(cell)", cell, path, options, { gates: GATE_ORDERS.gru.keras });
}

/** Two biases are rows of one tensor. */
function layoutOf(
  where: string,
  cell: WeightedCell,
  path: string,
  options: CellLayoutOptions,
  accepted: Accepted,
): WeightLayout {
  const { gates } = accepted;
  const { inputWeight, recurrentWeight, biases } = cellWeights(where, cell, accepted);
  const layout = [
    { tensors: ["kernel"], leaves: [inputWeight], gates },
    { tensors: ["recurrent_kernel"], leaves: [recurrentWeight], gates },
    { tensors: ["bias"], leaves: biases, gates },
  ];
  return inModule(path, biasesOfLayer(layout, options), "/");
}
