/** The gated cell with one gate. */
import { add, checkKeys, label, matmul, mul, sigmoid, slice, sub, tanh, type FloatNode } from "@unfold/core";
import { checkSizes } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import type { CellOptions } from "./cell-options.js";
import { gateParameters } from "./gate-weights.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/**
 * The minimal gated unit: a GRU whose one gate both resets and updates.
 *
 * f_t = σ(x_t W_f + h_{t-1} U_f + b_f); n_t = tanh(x_t W_n + (f_t h_{t-1}) U_n + b_n); h_t = (1 - f_t) h_{t-1} + f_t n_t
 *
 * The columns of W, U and b hold the gate and the candidate, H columns each. Each one's W starts Glorot uniform, its U
 * orthogonal, b zero.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H]; inputWeight W: [F, 2 H], recurrentWeight U: [H, 2 H], bias b: [2 H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1.
 * @example
 * const cell = minimalGatedUnit({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * @source Zhou, Wu, Zhang & Zhou 2016, "Minimal gated unit for recurrent neural networks", equations 6 to 8
 */
export function minimalGatedUnit(options: CellOptions): RecurrentCell<{ readonly h: FloatNode }> {
  checkKeys("minimalGatedUnit(options)", "options", options, { name: true, inputs: true, units: true, seed: true });
  const { name = "minimalGatedUnit", inputs, units, seed } = options;
  checkSizes(`minimalGatedUnit("${name}")`, { inputs, units });
  const parameters = gateParameters(name, { inputs, recurrent: units, units, seed }, [0, 0]);
  const { inputWeight: W, recurrentWeight: U, bias: b } = parameters;
  const ofGate = (x: FloatNode): FloatNode => slice(x, { axis: 1, stop: units });
  const ofCandidate = (x: FloatNode): FloatNode => slice(x, { axis: 1, start: units });
  return recurrentCell({ name, inputs, units, parameters: { ...parameters } }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const fromInput = add(matmul(sequence("x", [batch, inputs]), W), b);
      const last = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const f = label("forget", sigmoid(add(ofGate(fromInput), matmul(last, ofGate(U)))));
      const n = label("candidate", tanh(add(ofCandidate(fromInput), matmul(mul(f, last), ofCandidate(U)))));
      const h = label("h", add(mul(sub(1, f), last), mul(f, n)));
      return { next: { h }, outputs: { h } };
    }),
  );
}
