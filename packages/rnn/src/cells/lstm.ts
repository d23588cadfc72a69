/** Long short-term memory: a cell state that gates write to, keep and read. */
import { add, checkKeys, matmul, ValueError, type FloatNode } from "@unfold/core";
import { glorotUniform, initializedParam, orthogonal, zeros } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import { checkForgetful, type ForgetfulOptions } from "./cell-options.js";
import { biasOfGates, eachGate } from "./gate-weights.js";
import { gatesOf, lstmStep } from "./lstm-step.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How an LSTM cell is made. */
export interface LstmOptions extends ForgetfulOptions {
  /** 1 (default): one `bias`. 2: `inputBias` and `recurrentBias`, which are added, as in PyTorch and cuDNN. */
  readonly biases?: 1 | 2;
}

/**
 * The long short-term memory cell with forget gates, without peepholes.
 *
 * [i | f | g | o] = x_t W + h_{t-1} U + b
 *
 * c_t = σ(f) c_{t-1} + σ(i) tanh(g); h_t = σ(o) tanh(c_t)
 *
 * The columns of W, U and b hold the gates in PyTorch's order: input, forget, candidate (g), output, H columns each. Each
 * gate's W starts Glorot uniform, its U orthogonal, b zero but for the forget gate's; h and c before step 0 are 0 unless given.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], c: f32[T, B, H]; inputWeight W: [F, 4 H], recurrentWeight U: [H, 4 H], bias b, or inputBias and recurrentBias: [4 H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1; CELL_SETTING if biases is not 1 or 2 or forgetBias is not finite.
 * @example
 * const cell = lstm({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * cell.parameters["recurrentWeight"].shape; // → [4, 16]
 * @source Hochreiter & Schmidhuber 1997, "Long short-term memory"; forget gate: Gers et al. 2000, "Learning to forget: continual prediction with LSTM"; forget bias of 1: Jozefowicz et al. 2015, "An empirical exploration of recurrent network architectures"
 */
export function lstm(options: LstmOptions): RecurrentCell<{ readonly h: FloatNode; readonly c: FloatNode }> {
  checkKeys("lstm(options)", "options", options, {
    biases: true,
    forgetBias: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "lstm", inputs, units, seed, biases = 1, forgetBias = 1 } = options;
  const where = `lstm("${name}")`;
  checkForgetful(where, { inputs, units }, forgetBias);
  checkBiases(where, biases);
  const width = 4 * units;
  const W = initializedParam(`${name}/inputWeight`, [inputs, width], eachGate(4, glorotUniform), seed);
  const U = initializedParam(`${name}/recurrentWeight`, [units, width], eachGate(4, orthogonal()), seed);
  const first = biases === 1 ? "bias" : "inputBias";
  const b = initializedParam(`${name}/${first}`, [width], biasOfGates([0, forgetBias, 0, 0]), seed);
  const second = biases === 1 ? undefined : initializedParam(`${name}/recurrentBias`, [width], zeros, seed);
  const parameters = {
    inputWeight: W,
    recurrentWeight: U,
    [first]: b,
    ...(second !== undefined && { recurrentBias: second }),
  };
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastH = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const lastC = delay("c", [batch, units], { initial: initial["c"] ?? 0 });
      const fromLast = second === undefined ? matmul(lastH, U) : add(matmul(lastH, U), second);
      const { h, c } = lstmStep(gatesOf(add(add(matmul(x, W), b), fromLast)), lastC);
      return { next: { h, c }, outputs: { h, c } };
    }),
  );
}

function checkBiases(where: string, biases: number): void {
  if (biases === 1 || biases === 2) return;
  const rule = "biases must be 1 or 2";
  throw new ValueError({ code: "CELL_SETTING", where, rule, got: String(biases), details: { biases } });
}
