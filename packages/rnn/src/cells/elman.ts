/** The simple recurrent network of Elman 1990: hidden units that see their own last values. */
import { add, checkKeys, label, matmul, tanh, type FloatNode } from "@unfold/core";
import { checkSizes, glorotUniform, initializedParam, orthogonal, zeros, type Initializer } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import type { CellOptions } from "./cell-options.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How an Elman cell is made. */
export interface ElmanOptions extends CellOptions {
  /** How U starts. Default orthogonal; `identity()` and relu make an IRNN. */
  readonly recurrentWeight?: Initializer;
  /** Hidden activation. Default tanh. */
  readonly activation?: (x: FloatNode) => FloatNode;
}

/**
 * The Elman cell.
 *
 * h_t = tanh(x_t W + h_{t-1} U + b)
 *
 * W starts Glorot uniform, U orthogonal unless told otherwise, b zero; h before step 0 is 0 unless given (Elman used 0.5).
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H]; W: [F, H], U: [H, H], b: [H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1.
 * @example
 * const cell = elman({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * @source Elman 1990, "Finding structure in time", figure 2
 */
export function elman(options: ElmanOptions): RecurrentCell<{ readonly h: FloatNode }> {
  checkKeys("elman(options)", "options", options, {
    recurrentWeight: true,
    activation: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "elman", inputs, units, seed, activation = tanh, recurrentWeight = orthogonal() } = options;
  checkSizes(`elman("${name}")`, { inputs, units });
  const W = initializedParam(`${name}/inputWeight`, [inputs, units], glorotUniform, seed);
  const U = initializedParam(`${name}/recurrentWeight`, [units, units], recurrentWeight, seed);
  const b = initializedParam(`${name}/bias`, [units], zeros, seed);
  return recurrentCell(
    { name, inputs, units, parameters: { inputWeight: W, recurrentWeight: U, bias: b } },
    (batch, initial = {}) =>
      foldedGraph(name, ({ sequence, delay }) => {
        const x = sequence("x", [batch, inputs]);
        const h = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
        const next = label("h", activation(add(add(matmul(x, W), matmul(h, U)), b)));
        return { next: { h: next }, outputs: { h: next } };
      }),
  );
}
