/** LSTM whose weights are scaled, at every step, by what a smaller LSTM says. */
import { add, checkKeys, concat, matmul, mul, reshape, tanh, transpose, type FloatNode } from "@unfold/core";
import { filledWith, initializedParam, layerNorm, normal, zeros, type Initializer, type LayerNorm } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import { checkForgetful, type ForgetfulOptions } from "./cell-options.js";
import { gateParameters } from "./gate-weights.js";
import { gatesOf, lstmStep, type LstmGates } from "./lstm-step.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a HyperLSTM cell is made. */
export interface HyperLstmOptions extends ForgetfulOptions {
  /** Units of the small LSTM, ≥ 1. Default 32. */
  readonly hyperUnits?: number;
  /** Numbers with which it tells each gate how to scale, ≥ 1. Default 8. */
  readonly embedding?: number;
  /** Whether the gates and the cell state are normalized. Default true. */
  readonly layerNorm?: boolean;
}

const GATES = 4;

/**
 * The HyperLSTM cell: a small LSTM reads the input and the last state, and scales each gate's products and shifts it.
 *
 * ĥ_t, ĉ_t = LSTM([x_t | h_{t-1}], ĥ_{t-1}, ĉ_{t-1})
 *
 * z_x = ĥ_t Z_x + e_x, z_h = ĥ_t Z_h + e_h, z_b = ĥ_t Z_b: a few numbers for each gate k
 *
 * gate_k = (z_x S_x)_k (x_t W)_k + (z_h S_h)_k (h_{t-1} U)_k + (z_b S_b)_k + b_k
 *
 * [i | f | g | o] = LN(gate_k), each by itself, and forgetBias is added to f; then as in an LSTM, h_t = σ(o) tanh(LN(c_t))
 *
 * Without layerNorm the LN are left out, and b starts with forgetBias instead.
 *
 * e_x and e_h start at 1 and S_x, S_h at 0.1 / N, so that all scales start at 0.1; Z_x, Z_h at 0, Z_b normal with deviation
 * 0.01, S_b at 0. Other weights start as those of `lstm`.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], c: f32[T, B, H]; inputWeight W: [F, 4 H], recurrentWeight U: [H, 4 H], bias b: [4 H]; with Ĥ hyper units and N embedding numbers: hyper/inputWeight: [F + H, 4 Ĥ], hyper/recurrentWeight: [Ĥ, 4 Ĥ], hyper/bias: [4 Ĥ]; Z: [Ĥ, 4 N], e: [4 N], S: [4, N, H]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1; CELL_SETTING if forgetBias is not finite.
 * @example
 * const cell = hyperLstm({ inputs: 3, units: 4, hyperUnits: 2, embedding: 2, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * @source Ha, Dai & Le 2016, "HyperNetworks", section 3.2 and appendix A.2.2; scaled by ĥ_t of the same step, as in Sketch-RNN (Ha & Eck 2017)
 */
export function hyperLstm(options: HyperLstmOptions): RecurrentCell<{ readonly h: FloatNode; readonly c: FloatNode }> {
  checkKeys("hyperLstm(options)", "options", options, {
    hyperUnits: true,
    embedding: true,
    layerNorm: true,
    forgetBias: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "hyperLstm", inputs, units, seed, forgetBias = 1 } = options;
  const { hyperUnits = 32, embedding = 8, layerNorm: isNormalized = true } = options;
  checkForgetful(`hyperLstm("${name}")`, { inputs, units, hyperUnits, embedding }, forgetBias);
  const biases = [0, forgetBias, 0, 0];
  // Normalization takes away what all units of a gate have in common.
  const ofMain = isNormalized ? [0, 0, 0, 0] : biases;
  const main = gateParameters(name, { inputs, recurrent: units, units, seed }, ofMain);
  const hyperSizes = { inputs: inputs + units, recurrent: hyperUnits, units: hyperUnits, seed };
  const hyper = gateParameters(`${name}/hyper`, hyperSizes, biases);
  const param = (key: string, shape: readonly number[], initializer: Initializer): FloatNode =>
    initializedParam(`${name}/${key}`, shape, initializer, seed);
  const scaleOf = (of: string): Scale => ({
    embed: param(`${of}Embedding`, [hyperUnits, GATES * embedding], zeros),
    offset: param(`${of}EmbeddingBias`, [GATES * embedding], filledWith(1)),
    spread: param(`${of}Scale`, [GATES, embedding, units], filledWith(0.1 / embedding)),
  });
  const [ofInput, ofLast] = [scaleOf("input"), scaleOf("recurrent")];
  const shift: Scale = {
    embed: param("biasEmbedding", [hyperUnits, GATES * embedding], normal(0, 0.01)),
    offset: undefined,
    spread: param("biasScale", [GATES, embedding, units], zeros),
  };
  const norms = isNormalized ? normsOf(name, units, forgetBias) : NO_NORMS;
  const parameters = {
    ...main,
    ...prefixed("hyper", { ...hyper }),
    ...prefixed("input", { ...ofInput }),
    ...prefixed("recurrent", { ...ofLast }),
    ...prefixed("bias", { ...shift }),
    ...norms.parameters,
  };
  const { inputWeight: W, recurrentWeight: U, bias: b } = main;
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastH = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const lastC = delay("c", [batch, units], { initial: initial["c"] ?? 0 });
      const lastHyperH = delay("hyperH", [batch, hyperUnits], { initial: initial["hyperH"] ?? 0 });
      const lastHyperC = delay("hyperC", [batch, hyperUnits], { initial: initial["hyperC"] ?? 0 });
      const read = add(matmul(concat([x, lastH], 1), hyper.inputWeight), hyper.bias);
      const small = lstmStep(gatesOf(add(read, matmul(lastHyperH, hyper.recurrentWeight))), lastHyperC, {
        part: "hyper",
      });
      const scaled = add(mul(scaleBy(small.h, ofInput), matmul(x, W)), mul(scaleBy(small.h, ofLast), matmul(lastH, U)));
      const all = add(add(scaled, scaleBy(small.h, shift)), b);
      const { h, c } = lstmStep(norms.ofGates(gatesOf(all)), lastC, { read: (cell) => tanh(norms.ofCell(cell)) });
      return { next: { h, c, hyperH: small.h, hyperC: small.c }, outputs: { h, c } };
    }),
  );
}

/** What is normalized. */
interface Norms {
  readonly parameters: Readonly<Record<string, FloatNode>>;
  readonly ofGates: (gates: LstmGates) => LstmGates;
  readonly ofCell: (c: FloatNode) => FloatNode;
}

const NO_NORMS: Norms = { parameters: {}, ofGates: (gates) => gates, ofCell: (c) => c };

/** Each gate by itself. */
function normsOf(name: string, units: number, forgetBias: number): Norms {
  const of = (key: string): LayerNorm => layerNorm({ name: `${name}/${key}`, units });
  const [input, forget, candidate] = [of("inputNorm"), of("forgetNorm"), of("candidateNorm")];
  const [output, cell] = [of("outputNorm"), of("cellNorm")];
  return {
    parameters: {
      ...prefixed("inputNorm", input.parameters),
      ...prefixed("forgetNorm", forget.parameters),
      ...prefixed("candidateNorm", candidate.parameters),
      ...prefixed("outputNorm", output.parameters),
      ...prefixed("cellNorm", cell.parameters),
    },
    ofGates: ([i, f, g, o]) => [input.apply(i), add(forget.apply(f), forgetBias), candidate.apply(g), output.apply(o)],
    ofCell: cell.apply,
  };
}

/** From ĥ to a number for each unit of each gate, through a few numbers for each gate. */
interface Scale {
  readonly embed: FloatNode;
  readonly offset: FloatNode | undefined;
  readonly spread: FloatNode;
}

/** `[B, 4 H]` */
function scaleBy(hyper: FloatNode, { embed, offset, spread }: Scale): FloatNode {
  const [gates, embedding, units] = spread.shape as [number, number, number];
  const [batch] = hyper.shape as [number];
  const product = matmul(hyper, embed);
  const z = offset === undefined ? product : add(product, offset);
  const perGate = transpose(reshape(z, [batch, gates, embedding]), [1, 0, 2]);
  return reshape(transpose(matmul(perGate, spread), [1, 0, 2]), [batch, gates * units]);
}

function prefixed(
  prefix: string,
  parameters: Readonly<Record<string, FloatNode | undefined>>,
): Record<string, FloatNode> {
  const known = Object.entries(parameters).filter((entry): entry is [string, FloatNode] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([key, parameter]) => [`${prefix}/${key}`, parameter]));
}
