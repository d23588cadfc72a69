/** LSTM that feeds back fewer numbers than it keeps. */
import { add, checkKeys, label, matmul, type FloatNode } from "@unfold/core";
import { glorotUniform, initializedParam } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import { checkForgetful, type ForgetfulOptions } from "./cell-options.js";
import { gateParameters } from "./gate-weights.js";
import { gatesOf, lstmStep } from "./lstm-step.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a projected LSTM cell is made. */
export interface ProjectedLstmOptions extends ForgetfulOptions {
  /** P, what is read of the cell and fed back, ≥ 1; fewer than units to save weights. */
  readonly projection: number;
}

/**
 * The LSTM cell with a recurrent projection: many cells, few numbers fed back.
 *
 * [i | f | g | o] = x_t W + h_{t-1} U + b
 *
 * c_t = σ(f) c_{t-1} + σ(i) tanh(g); h_t = (σ(o) tanh(c_t)) V
 *
 * Weights start as those of `lstm`, V Glorot uniform.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, P], c: f32[T, B, H]; inputWeight W: [F, 4 H], recurrentWeight U: [P, 4 H], bias b: [4 H], projectionWeight V: [H, P]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1; CELL_SETTING if forgetBias is not finite.
 * @example
 * const cell = projectedLstm({ inputs: 3, units: 4, projection: 2, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 2]
 * @source Sak, Senior & Beaufays 2014, "Long short-term memory recurrent neural network architectures for large scale acoustic modeling", equations 7 to 12 without peepholes; PyTorch's proj_size
 */
export function projectedLstm(
  options: ProjectedLstmOptions,
): RecurrentCell<{ readonly h: FloatNode; readonly c: FloatNode }> {
  checkKeys("projectedLstm(options)", "options", options, {
    projection: true,
    forgetBias: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "projectedLstm", inputs, units, projection, seed, forgetBias = 1 } = options;
  checkForgetful(`projectedLstm("${name}")`, { inputs, units, projection }, forgetBias);
  const gates = gateParameters(name, { inputs, recurrent: projection, units, seed }, [0, forgetBias, 0, 0]);
  const V = initializedParam(`${name}/projectionWeight`, [units, projection], glorotUniform, seed);
  const { inputWeight: W, recurrentWeight: U, bias: b } = gates;
  const parameters = { ...gates, projectionWeight: V };
  return recurrentCell({ name, inputs, units, hiddenShape: [projection], parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastH = delay("h", [batch, projection], { initial: initial["h"] ?? 0 });
      const lastC = delay("c", [batch, units], { initial: initial["c"] ?? 0 });
      const { h: whole, c } = lstmStep(gatesOf(add(add(matmul(x, W), b), matmul(lastH, U))), lastC);
      const h = label("projection", matmul(whole, V));
      return { next: { h, c }, outputs: { h, c } };
    }),
  );
}
