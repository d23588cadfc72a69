/** LSTM with layer normalization. */
import { add, checkKeys, matmul, tanh, type FloatNode } from "@unfold/core";
import { layerNorm } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import { checkForgetful, type ForgetfulOptions } from "./cell-options.js";
import { gateParameters } from "./gate-weights.js";
import { gatesOf, lstmStep } from "./lstm-step.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/**
 * The LSTM cell with layer normalization: of what comes from the input, of what comes from the last state, and of the cell
 * state where it is read.
 *
 * [i | f | g | o] = LN₁(x_t W) + LN₂(h_{t-1} U) + b
 *
 * c_t = σ(f) c_{t-1} + σ(i) tanh(g); h_t = σ(o) tanh(LN₃(c_t))
 *
 * Weights start as those of `lstm`; LN₁ and LN₂ have gains only, since b is added anyway, LN₃ has a gain and a bias.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], c: f32[T, B, H]; inputWeight W: [F, 4 H], recurrentWeight U: [H, 4 H], bias b: [4 H], inputGain, recurrentGain: [4 H], cellGain, cellBias: [H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1; CELL_SETTING if forgetBias is not finite.
 * @example
 * const cell = layerNormLstm({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * @source Ba, Kiros & Hinton 2016, "Layer normalization", equations 20 to 22
 */
export function layerNormLstm(
  options: ForgetfulOptions,
): RecurrentCell<{ readonly h: FloatNode; readonly c: FloatNode }> {
  checkKeys("layerNormLstm(options)", "options", options, {
    forgetBias: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "layerNormLstm", inputs, units, seed, forgetBias = 1 } = options;
  checkForgetful(`layerNormLstm("${name}")`, { inputs, units }, forgetBias);
  const gates = gateParameters(name, { inputs, recurrent: units, units, seed }, [0, forgetBias, 0, 0]);
  const ofInput = layerNorm({ name: `${name}/inputNorm`, units: 4 * units, bias: false });
  const ofLast = layerNorm({ name: `${name}/recurrentNorm`, units: 4 * units, bias: false });
  const ofCell = layerNorm({ name: `${name}/cellNorm`, units });
  const parameters = {
    ...gates,
    inputGain: ofInput.parameters.weight,
    recurrentGain: ofLast.parameters.weight,
    cellGain: ofCell.parameters.weight,
    cellBias: ofCell.parameters.bias!,
  };
  const { inputWeight: W, recurrentWeight: U, bias: b } = gates;
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastH = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const lastC = delay("c", [batch, units], { initial: initial["c"] ?? 0 });
      const all = add(add(ofInput.apply(matmul(x, W)), ofLast.apply(matmul(lastH, U))), b);
      const { h, c } = lstmStep(gatesOf(all), lastC, { read: (cell) => tanh(ofCell.apply(cell)) });
      return { next: { h, c }, outputs: { h, c } };
    }),
  );
}
