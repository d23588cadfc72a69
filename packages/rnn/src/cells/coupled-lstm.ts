/** LSTM that forgets as much as it writes. */
import { add, checkKeys, label, matmul, mul, sigmoid, split, sub, tanh, type FloatNode } from "@unfold/core";
import { foldedGraph } from "../folded/folded-graph.js";
import { checkForgetful, type ForgetfulOptions } from "./cell-options.js";
import { gateParameters } from "./gate-weights.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/**
 * The LSTM cell with coupled input and forget gates: what is written takes the place of what is forgotten, for three
 * quarters of the weights.
 *
 * [i | g | o] = x_t W + h_{t-1} U + b
 *
 * c_t = (1 - σ(i)) c_{t-1} + σ(i) tanh(g); h_t = σ(o) tanh(c_t)
 *
 * The input gate's bias starts at -forgetBias, since what it does not write is kept.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], c: f32[T, B, H]; inputWeight W: [F, 3 H], recurrentWeight U: [H, 3 H], bias b: [3 H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1; CELL_SETTING if forgetBias is not finite.
 * @example
 * const cell = coupledLstm({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * @source Greff et al. 2017, "LSTM: a search space odyssey", variant CIFG
 */
export function coupledLstm(
  options: ForgetfulOptions,
): RecurrentCell<{ readonly h: FloatNode; readonly c: FloatNode }> {
  checkKeys("coupledLstm(options)", "options", options, {
    forgetBias: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "coupledLstm", inputs, units, seed, forgetBias = 1 } = options;
  checkForgetful(`coupledLstm("${name}")`, { inputs, units }, forgetBias);
  const parameters = gateParameters(name, { inputs, recurrent: units, units, seed }, [-forgetBias, 0, 0]);
  const { inputWeight: W, recurrentWeight: U, bias: b } = parameters;
  return recurrentCell({ name, inputs, units, parameters: { ...parameters } }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastH = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const lastC = delay("c", [batch, units], { initial: initial["c"] ?? 0 });
      const [i, g, o] = split(add(add(matmul(x, W), b), matmul(lastH, U)), 3, 1) as [FloatNode, FloatNode, FloatNode];
      const written = label("input", sigmoid(i));
      const c = label("c", add(mul(sub(1, written), lastC), mul(written, label("candidate", tanh(g)))));
      const h = label("h", mul(label("output", sigmoid(o)), tanh(c)));
      return { next: { h, c }, outputs: { h, c } };
    }),
  );
}
