/** The recurrent network of Jordan 1986: hidden units that see the network's last output. */
import { add, checkKeys, label, matmul, sigmoid, tanh, type FloatNode } from "@unfold/core";
import { checkSizes, glorotUniform, initializedParam, zeros } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a Jordan cell is made. */
export interface JordanOptions {
  /** Prefix of the parameter paths. Default "jordan". */
  readonly name?: string;
  /** F, features per step, ≥ 1. */
  readonly inputs: number;
  /** H, hidden units, ≥ 1. */
  readonly units: number;
  /** O, outputs per step, ≥ 1. */
  readonly outputs: number;
  /** Seed of the initializers, a whole number. */
  readonly seed: number;
  /** Hidden activation. Default tanh. */
  readonly activation?: (x: FloatNode) => FloatNode;
  /** Output activation. Default sigmoid. */
  readonly outputActivation?: (x: FloatNode) => FloatNode;
}

/**
 * The Jordan cell.
 *
 * h_t = tanh(x_t W + y_{t-1} U + b); y_t = σ(h_t V + c)
 *
 * W, U and V start Glorot uniform, b and c zero; y before step 0 is 0 unless given.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], y: f32[T, B, O]; W: [F, H], U: [O, H], V: [H, O], b: [H], c: [O]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1.
 * @example
 * const cell = jordan({ inputs: 3, units: 4, outputs: 2, seed: 1 });
 * cell.over(input("x", [5, 1, 3])).outputs.y.shape; // → [5, 1, 2]
 * @source Jordan 1986, "Serial order: a parallel distributed processing approach", figure 3
 */
export function jordan(options: JordanOptions): RecurrentCell<{ readonly h: FloatNode; readonly y: FloatNode }> {
  checkKeys("jordan(options)", "options", options, {
    name: true,
    inputs: true,
    units: true,
    outputs: true,
    seed: true,
    activation: true,
    outputActivation: true,
  });
  const { name = "jordan", inputs, units, outputs, seed, activation = tanh, outputActivation = sigmoid } = options;
  checkSizes(`jordan("${name}")`, { inputs, units, outputs });
  const W = initializedParam(`${name}/inputWeight`, [inputs, units], glorotUniform, seed);
  const U = initializedParam(`${name}/recurrentWeight`, [outputs, units], glorotUniform, seed);
  const b = initializedParam(`${name}/bias`, [units], zeros, seed);
  const V = initializedParam(`${name}/outputWeight`, [units, outputs], glorotUniform, seed);
  const c = initializedParam(`${name}/outputBias`, [outputs], zeros, seed);
  const parameters = { inputWeight: W, recurrentWeight: U, bias: b, outputWeight: V, outputBias: c };
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const last = delay("y", [batch, outputs], { initial: initial["y"] ?? 0 });
      const h = label("h", activation(add(add(matmul(x, W), matmul(last, U)), b)));
      const y = label("y", outputActivation(add(matmul(h, V), c)));
      return { next: { y }, outputs: { h, y } };
    }),
  );
}
