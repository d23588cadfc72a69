/** LSTM whose gates see the cell state. */
import { add, checkKeys, label, matmul, mul, sigmoid, split, tanh, type FloatNode } from "@unfold/core";
import { initializedParam, zeros } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import { checkForgetful, type ForgetfulOptions } from "./cell-options.js";
import { gateParameters } from "./gate-weights.js";
import { gatesOf } from "./lstm-step.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/**
 * The LSTM cell with peepholes: its gates see the cell state, so that it can learn to count and to time.
 *
 * [i | f | g | o] = x_t W + h_{t-1} U + b
 *
 * c_t = σ(f + p_f c_{t-1}) c_{t-1} + σ(i + p_i c_{t-1}) tanh(g); h_t = σ(o + p_o c_t) tanh(c_t)
 *
 * Weights start as those of `lstm`, peepholes at zero.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], c: f32[T, B, H]; inputWeight W: [F, 4 H], recurrentWeight U: [H, 4 H], bias b: [4 H], peepholes p_i, p_f, p_o: [3 H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1; CELL_SETTING if forgetBias is not finite.
 * @example
 * const cell = peepholeLstm({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * @source Gers, Schraudolph & Schmidhuber 2002, "Learning precise timing with LSTM recurrent networks", equations 2 to 7
 */
export function peepholeLstm(
  options: ForgetfulOptions,
): RecurrentCell<{ readonly h: FloatNode; readonly c: FloatNode }> {
  checkKeys("peepholeLstm(options)", "options", options, {
    forgetBias: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "peepholeLstm", inputs, units, seed, forgetBias = 1 } = options;
  checkForgetful(`peepholeLstm("${name}")`, { inputs, units }, forgetBias);
  const gates = gateParameters(name, { inputs, recurrent: units, units, seed }, [0, forgetBias, 0, 0]);
  const peepholes = initializedParam(`${name}/peepholes`, [3 * units], zeros, seed);
  const { inputWeight: W, recurrentWeight: U, bias: b } = gates;
  return recurrentCell({ name, inputs, units, parameters: { ...gates, peepholes } }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastH = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const lastC = delay("c", [batch, units], { initial: initial["c"] ?? 0 });
      const [i, f, g, o] = gatesOf(add(add(matmul(x, W), b), matmul(lastH, U)));
      const [ofInput, ofForget, ofOutput] = split(peepholes, 3, 0) as [FloatNode, FloatNode, FloatNode];
      const kept = mul(label("forget", sigmoid(add(f, mul(ofForget, lastC)))), lastC);
      const written = mul(label("input", sigmoid(add(i, mul(ofInput, lastC)))), label("candidate", tanh(g)));
      const c = label("c", add(kept, written));
      const h = label("h", mul(label("output", sigmoid(add(o, mul(ofOutput, c)))), tanh(c)));
      return { next: { h, c }, outputs: { h, c } };
    }),
  );
}
