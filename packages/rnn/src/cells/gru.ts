/** The gated recurrent unit: one state, and gates that say how much of it to forget and how much to keep. */
import { add, checkKeys, label, matmul, mul, sigmoid, slice, split, sub, tanh, type FloatNode } from "@unfold/core";
import { checkSizes, glorotUniform, initializedParam, orthogonal, zeros } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import type { CellOptions } from "./cell-options.js";
import { eachGate } from "./gate-weights.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a GRU cell is made. */
export interface GruOptions extends CellOptions {
  /**
   * Where the reset gate acts. true (default): on the product h U, as in PyTorch and cuDNN, so that one product serves all
   * gates. false: on h before the product, as in the paper.
   */
  readonly resetAfter?: boolean;
}

/** The candidate n from its part of x W + b, the reset gate and the state before. */
type Candidate = (fromInput: FloatNode, reset: FloatNode) => FloatNode;

/** What the gates read of the state before, and the candidate that goes with it. */
interface Recurrent {
  /** The parts of the reset and update gates, `[B, 2 H]`. */
  readonly gates: FloatNode;
  readonly candidate: Candidate;
}

/**
 * The gated recurrent unit.
 *
 * [r | z | n] = x_t W + b
 *
 * with resetAfter: r' = σ(r + h_{t-1} U_r + d_r), z' = σ(z + h_{t-1} U_z + d_z), n' = tanh(n + r' (h_{t-1} U_n + d_n))
 *
 * without: r' = σ(r + h_{t-1} U_r), z' = σ(z + h_{t-1} U_z), n' = tanh(n + (r' h_{t-1}) U_n)
 *
 * h_t = (1 - z') n' + z' h_{t-1}
 *
 * The columns of W, U, b and d hold the gates in PyTorch's order: reset, update, candidate, H columns each. Each gate's W
 * starts Glorot uniform, its U orthogonal, biases zero; h before step 0 is 0 unless given. The paper leaves out biases.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H]; inputWeight W: [F, 3 H], recurrentWeight U: [H, 3 H]; inputBias b and recurrentBias d with resetAfter, bias b without: [3 H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1.
 * @example
 * const cell = gru({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * Object.keys(cell.parameters).length; // → 4
 * @source Cho et al. 2014, "Learning phrase representations using RNN encoder–decoder for statistical machine translation", equations 5 to 8
 */
export function gru(options: GruOptions): RecurrentCell<{ readonly h: FloatNode }> {
  checkKeys("gru(options)", "options", options, {
    resetAfter: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "gru", inputs, units, seed, resetAfter = true } = options;
  checkSizes(`gru("${name}")`, { inputs, units });
  const width = 3 * units;
  const W = initializedParam(`${name}/inputWeight`, [inputs, width], eachGate(3, glorotUniform), seed);
  const U = initializedParam(`${name}/recurrentWeight`, [units, width], eachGate(3, orthogonal()), seed);
  const first = resetAfter ? "inputBias" : "bias";
  const b = initializedParam(`${name}/${first}`, [width], zeros, seed);
  const d = resetAfter ? initializedParam(`${name}/recurrentBias`, [width], zeros, seed) : undefined;
  const parameters = { inputWeight: W, recurrentWeight: U, [first]: b, ...(d !== undefined && { recurrentBias: d }) };
  const recurrent = d === undefined ? resetBeforeProduct(U, units) : resetAfterProduct(U, d, units);
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const last = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const [gates, fromInput] = splitCandidate(add(matmul(x, W), b), units);
      const { gates: fromLast, candidate } = recurrent(last);
      const [r, z] = split(add(gates, fromLast), 2, 1) as [FloatNode, FloatNode];
      const reset = label("reset", sigmoid(r));
      const update = label("update", sigmoid(z));
      const proposed = label("candidate", tanh(candidate(fromInput, reset)));
      const h = label("h", add(mul(sub(1, update), proposed), mul(update, last)));
      return { next: { h }, outputs: { h } };
    }),
  );
}

/** The reset gate chooses from the product. */
function resetAfterProduct(U: FloatNode, d: FloatNode, units: number): (last: FloatNode) => Recurrent {
  return (last) => {
    const [gates, forCandidate] = splitCandidate(add(matmul(last, U), d), units);
    return { gates, candidate: (fromInput, reset) => add(fromInput, mul(reset, forCandidate)) };
  };
}

/** The reset gate chooses from the state, so that the candidate needs a product of its own. */
function resetBeforeProduct(U: FloatNode, units: number): (last: FloatNode) => Recurrent {
  const [forGates, forCandidate] = splitCandidate(U, units);
  return (last) => ({
    gates: matmul(last, forGates),
    candidate: (fromInput, reset) => add(fromInput, matmul(mul(reset, last), forCandidate)),
  });
}

/** The columns of reset and update gate, and those of the candidate. */
function splitCandidate(x: FloatNode, units: number): [gates: FloatNode, candidate: FloatNode] {
  return [slice(x, { axis: 1, stop: 2 * units }), slice(x, { axis: 1, start: 2 * units })];
}
