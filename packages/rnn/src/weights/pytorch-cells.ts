/** What the state dicts of PyTorch's recurrent layers hold. */
import { checkKeys, ShapeError } from "@unfold/core";
import { inModule, type WeightLayout } from "@unfold/nn";
import { biasesOfLayer, type CellLayoutOptions } from "./biases-of-layer.js";
import { cellWeights, type Accepted, type WeightedCell } from "./cell-weights.js";
import { GATE_ORDERS } from "./gate-orders.js";

/** The cells of a layer: one, or one for each direction of time. */
export type CellsOfLayer = WeightedCell | { readonly forward: WeightedCell; readonly backward: WeightedCell };

/** A cell, or the cells of each layer, lowest first: those handed to `stacked` and `bidirectional`. */
export type CellsOfModule = WeightedCell | readonly CellsOfLayer[];

/**
 * Elman cells as PyTorch's `nn.RNN`, with tanh or relu, and its `num_layers` and `bidirectional`. It has two biases, which are
 * added; the whole bias is written as the first of them.
 *
 * @param module - where it is in the model, such as "encoder.rnn". Default: the model itself
 * @param options - bias: whether the module has biases. Default true
 * @throws ShapeError WEIGHT_LAYOUT if a cell is of another kind.
 * @example
 * const cell = elman({ inputs: 3, units: 4, seed: 1 });
 * pytorchRnn(cell).map(({ tensors }) => tensors); // → [["weight_ih_l0"], ["weight_hh_l0"], ["bias_ih_l0", "bias_hh_l0"]]
 * @source PyTorch, "torch.nn.RNN", variables
 */
export function pytorchRnn(cells: CellsOfModule, module = "", options: CellLayoutOptions = {}): WeightLayout {
  checkKeys("pytorchRnn(cells, module, options)", "options", options, { bias: true });
  return layersOf("pytorchRnn(cells)", cells, module, options, { gates: GATE_ORDERS.elman.pytorch });
}

/**
 * LSTM cells as PyTorch's `nn.LSTM` with its `num_layers` and `bidirectional`; projected ones with its `proj_size`. It has two
 * biases: those of cells with `biases: 2`, or added to the one of others.
 *
 * @param module - where it is in the model. Default: the model itself
 * @param options - bias: whether the module has biases. Default true
 * @throws ShapeError WEIGHT_LAYOUT if a cell is of another kind.
 * @example
 * const [forward, backward] = ["forward", "backward"].map((name) => lstm({ name, inputs: 3, units: 4, biases: 2, seed: 1 }));
 * const names = pytorchLstm([{ forward, backward }], "encoder").flatMap(({ tensors }) => tensors);
 * [names.length, names[0], names.at(-1)]; // → [8, "encoder.weight_ih_l0", "encoder.bias_hh_l0_reverse"]
 * @source PyTorch, "torch.nn.LSTM", variables
 */
export function pytorchLstm(cells: CellsOfModule, module = "", options: CellLayoutOptions = {}): WeightLayout {
  checkKeys("pytorchLstm(cells, module, options)", "options", options, { bias: true });
  return layersOf("pytorchLstm(cells)", cells, module, options, { gates: GATE_ORDERS.lstm.pytorch, projection: true });
}

/**
 * GRU cells as PyTorch's `nn.GRU` with its `num_layers` and `bidirectional`. Its reset gate acts on the product, as that of
 * cells with `resetAfter: true` does.
 *
 * @param module - where it is in the model. Default: the model itself
 * @param options - bias: whether the module has biases. Default true
 * @throws ShapeError WEIGHT_LAYOUT if a cell is of another kind, or resets before the product.
 * @example
 * const cells = [gru({ name: "lower", inputs: 3, units: 4, seed: 1 }), gru({ name: "upper", inputs: 4, units: 4, seed: 2 })];
 * pytorchGru(cells).at(-1).tensors; // → ["bias_hh_l1"]
 * @source PyTorch, "torch.nn.GRU", variables
 */
export function pytorchGru(cells: CellsOfModule, module = "", options: CellLayoutOptions = {}): WeightLayout {
  checkKeys("pytorchGru(cells, module, options)", "options", options, { bias: true });
  return layersOf("pytorchGru(cells)", cells, module, options, {
    gates: GATE_ORDERS.gru.pytorch,
    biases: { count: 2, fix: "Make the cell with resetAfter: true" },
  });
}

function layersOf(
  where: string,
  cells: CellsOfModule,
  module: string,
  options: CellLayoutOptions,
  accepted: Accepted,
): WeightLayout {
  const layers = "parameters" in cells ? [cells] : cells;
  if (layers.length === 0) {
    throw new ShapeError({ code: "WEIGHT_LAYOUT", where, rule: "there must be at least one cell", got: "none" });
  }
  const layout = layers.flatMap((layer, l) =>
    "parameters" in layer
      ? cellLayout(where, layer, `_l${l}`, accepted)
      : [
          ...cellLayout(where, layer.forward, `_l${l}`, accepted),
          ...cellLayout(where, layer.backward, `_l${l}_reverse`, accepted),
        ],
  );
  return inModule(module, biasesOfLayer(layout, options));
}

/** @param suffix - of the names: which layer, which direction */
function cellLayout(where: string, cell: WeightedCell, suffix: string, accepted: Accepted): WeightLayout {
  const { gates } = accepted;
  const { inputWeight, recurrentWeight, biases, projectionWeight } = cellWeights(where, cell, accepted);
  const [inputBias, recurrentBias] = biases;
  const names = [`bias_ih${suffix}`, `bias_hh${suffix}`] as const;
  return [
    { tensors: [`weight_ih${suffix}`], leaves: [inputWeight], axes: [1, 0], gates },
    { tensors: [`weight_hh${suffix}`], leaves: [recurrentWeight], axes: [1, 0], gates },
    ...(recurrentBias === undefined
      ? [{ tensors: names, leaves: [inputBias], gates }]
      : [
          { tensors: [names[0]], leaves: [inputBias], gates },
          { tensors: [names[1]], leaves: [recurrentBias], gates },
        ]),
    ...(projectionWeight === undefined
      ? []
      : [{ tensors: [`weight_hr${suffix}`], leaves: [projectionWeight], axes: [1, 0] }]),
  ];
}
