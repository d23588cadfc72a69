/** LSTM whose recurrent weights depend on the input. */
import { add, checkKeys, label, matmul, mul, type FloatNode } from "@unfold/core";
import { glorotUniform, initializedParam, orthogonal } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import { checkForgetful, type ForgetfulOptions } from "./cell-options.js";
import { gateParameters } from "./gate-weights.js";
import { gatesOf, lstmStep } from "./lstm-step.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/**
 * The multiplicative LSTM cell: the input chooses how the last state is read.
 *
 * m_t = (x_t W_m) (h_{t-1} U_m); [i | f | g | o] = x_t W + m_t U + b
 *
 * c_t = σ(f) c_{t-1} + σ(i) tanh(g); h_t = σ(o) tanh(c_t)
 *
 * Weights start as those of `lstm`, W_m Glorot uniform, U_m orthogonal.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], c: f32[T, B, H]; inputWeight W: [F, 4 H], recurrentWeight U: [H, 4 H], bias b: [4 H], inputFactor W_m: [F, H], recurrentFactor U_m: [H, H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1; CELL_SETTING if forgetBias is not finite.
 * @example
 * const cell = multiplicativeLstm({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * @source Krause, Lu, Murray & Renals 2016, "Multiplicative LSTM for sequence modelling", equations 16 to 20
 */
export function multiplicativeLstm(
  options: ForgetfulOptions,
): RecurrentCell<{ readonly h: FloatNode; readonly c: FloatNode }> {
  checkKeys("multiplicativeLstm(options)", "options", options, {
    forgetBias: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "multiplicativeLstm", inputs, units, seed, forgetBias = 1 } = options;
  checkForgetful(`multiplicativeLstm("${name}")`, { inputs, units }, forgetBias);
  const gates = gateParameters(name, { inputs, recurrent: units, units, seed }, [0, forgetBias, 0, 0]);
  const inputFactor = initializedParam(`${name}/inputFactor`, [inputs, units], glorotUniform, seed);
  const recurrentFactor = initializedParam(`${name}/recurrentFactor`, [units, units], orthogonal(), seed);
  const { inputWeight: W, recurrentWeight: U, bias: b } = gates;
  const parameters = { ...gates, inputFactor, recurrentFactor };
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastH = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const lastC = delay("c", [batch, units], { initial: initial["c"] ?? 0 });
      const m = label("m", mul(matmul(x, inputFactor), matmul(lastH, recurrentFactor)));
      const { h, c } = lstmStep(gatesOf(add(add(matmul(x, W), b), matmul(m, U))), lastC);
      return { next: { h, c }, outputs: { h, c } };
    }),
  );
}
