/** LSTM over images: its products are convolutions. */
import {
  add,
  checkKeys,
  conv2d,
  label,
  mul,
  sigmoid,
  split,
  tanh,
  ValueError,
  type FloatNode,
  type Shape,
} from "@unfold/core";
import { initializedParam, uniform, zeros } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import { checkForgetful, type ForgetfulOptions } from "./cell-options.js";
import { biasOfGates } from "./gate-weights.js";
import { gatesOf } from "./lstm-step.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a convolutional LSTM cell is made. */
export interface ConvLstmOptions extends ForgetfulOptions {
  /** C, channels of an image, ≥ 1. */
  readonly inputs: number;
  /** D, channels of the hidden images, ≥ 1. */
  readonly units: number;
  /** Rows and columns of an image, ≥ 1. */
  readonly size: readonly [rows: number, columns: number];
  /** Rows and columns of all kernels, odd so that images keep their size. Default 3. */
  readonly kernel?: number;
  /** Whether the gates see the cell state. Default true, as in the paper. */
  readonly peepholes?: boolean;
}

/**
 * The convolutional LSTM cell: what moves in images keeps its place among its neighbors.
 *
 * [i | f | g | o] = x_t * W + h_{t-1} * U + b, where * convolves with zeros around
 *
 * c_t = σ(f + p_f c_{t-1}) c_{t-1} + σ(i + p_i c_{t-1}) tanh(g); h_t = σ(o + p_o c_t) tanh(c_t)
 *
 * Kernels start Glorot uniform, peepholes at zero.
 *
 * @shapes x: f32[T, B, rows, columns, C] -> h: f32[T, B, rows, columns, D], c: the same; inputKernel W: [k, k, C, 4 D], recurrentKernel U: [k, k, D, 4 D], bias b: [4 D], peepholes p_i, p_f, p_o: [rows, columns, 3 D]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1; CELL_SETTING if kernel is even or forgetBias is not finite.
 * @example
 * const cell = convLstm({ inputs: 1, units: 2, size: [4, 4], seed: 1 });
 * cell.over(input("x", [5, 2, 4, 4, 1])).outputs.h.shape; // → [5, 2, 4, 4, 2]
 * @source Shi et al. 2015, "Convolutional LSTM network: a machine learning approach for precipitation nowcasting", equation 3
 */
export function convLstm(options: ConvLstmOptions): RecurrentCell<{ readonly h: FloatNode; readonly c: FloatNode }> {
  checkKeys("convLstm(options)", "options", options, {
    inputs: true,
    units: true,
    size: true,
    kernel: true,
    peepholes: true,
    forgetBias: true,
    name: true,
    seed: true,
  });
  const { name = "convLstm", inputs, units, size, seed, kernel = 3, peepholes = true, forgetBias = 1 } = options;
  const [rows, columns] = size;
  const where = `convLstm("${name}")`;
  checkForgetful(where, { inputs, units, rows, columns, kernel }, forgetBias);
  checkOdd(where, kernel);
  const kernelOf = (key: string, channels: number): FloatNode => {
    // Glorot's limit, of each gate by itself.
    const limit = Math.sqrt(6 / (kernel ** 2 * (channels + units)));
    return initializedParam(`${name}/${key}`, [kernel, kernel, channels, 4 * units], uniform(-limit, limit), seed);
  };
  const W = kernelOf("inputKernel", inputs);
  const U = kernelOf("recurrentKernel", units);
  const b = initializedParam(`${name}/bias`, [4 * units], biasOfGates([0, forgetBias, 0, 0]), seed);
  const p = peepholes ? initializedParam(`${name}/peepholes`, [rows, columns, 3 * units], zeros, seed) : undefined;
  const parameters = { inputKernel: W, recurrentKernel: U, bias: b, ...(p !== undefined && { peepholes: p }) };
  const inputShape = [rows, columns, inputs];
  const see = peeping(p);
  const hiddenShape = [rows, columns, units];
  return recurrentCell({ name, inputs, units, inputShape, hiddenShape, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const shape: Shape = [batch, ...hiddenShape];
      const x = sequence("x", [batch, ...inputShape]);
      const lastH = delay("h", shape, { initial: initial["h"] ?? 0 });
      const lastC = delay("c", shape, { initial: initial["c"] ?? 0 });
      const padding = { padding: "same" } as const;
      const [i, f, g, o] = gatesOf(add(add(conv2d(x, W, padding), conv2d(lastH, U, padding)), b), 3);
      const kept = mul(label("forget", sigmoid(see(f, 1, lastC))), lastC);
      const written = mul(label("input", sigmoid(see(i, 0, lastC))), label("candidate", tanh(g)));
      const c = label("c", add(kept, written));
      const h = label("h", mul(label("output", sigmoid(see(o, 2, c))), tanh(c)));
      return { next: { h, c }, outputs: { h, c } };
    }),
  );
}

/** A gate with what it sees of the cell state; the gate's number tells its peepholes. */
function peeping(peepholes: FloatNode | undefined): (gate: FloatNode, number: number, c: FloatNode) => FloatNode {
  if (peepholes === undefined) return (gate) => gate;
  const perGate = split(peepholes, 3, 2);
  return (gate, number, c) => add(gate, mul(c, perGate[number]!));
}

function checkOdd(where: string, kernel: number): void {
  if (kernel % 2 === 1) return;
  throw new ValueError({
    code: "CELL_SETTING",
    where,
    rule: "kernel must be odd",
    got: String(kernel),
    details: { kernel },
  });
}
