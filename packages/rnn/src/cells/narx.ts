/** A network that remembers by taps on what it reads and on what it says. */
import { add, checkKeys, concat, label, matmul, tanh, type FloatNode } from "@unfold/core";
import { checkSizes, glorotUniform, initializedParam, zeros } from "@unfold/nn";
import { delayLine } from "../folded/delay-line.js";
import { delayTaps } from "../folded/delay-taps.js";
import { foldedGraph } from "../folded/folded-graph.js";
import type { CellOptions } from "./cell-options.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a NARX cell is made. */
export interface NarxOptions extends CellOptions {
  /** O, numbers that it says at each step and reads again, ≥ 1. */
  readonly outputs: number;
  /** How many inputs it reads, that of now included, ≥ 1. Default 1. */
  readonly inputTaps?: number;
  /** How many of its last outputs it reads, ≥ 1. Default 2. */
  readonly outputTaps?: number;
}

/**
 * The NARX cell: a nonlinear autoregressive model with exogenous inputs. Its memory is what it said some steps ago, so that
 * gradients have shorter ways back than in networks with one delay.
 *
 * h_t = tanh([x_t … x_{t-a+1}] W + [y_{t-1} … y_{t-k}] U + b); y_t = h_t V + c
 *
 * W, U and V start Glorot uniform, b and c zero; inputs and outputs before step 0 are 0 unless given as `x[-i]` and `y[-i]`.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H], y: f32[T, B, O]; inputWeight W: [a F, H], recurrentWeight U: [k O, H], bias b: [H], outputWeight V: [H, O], outputBias c: [O]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1.
 * @example
 * const cell = narx({ inputs: 3, units: 4, outputs: 2, outputTaps: 3, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.y.shape; // → [5, 2, 2]
 * @source Lin, Horne, Tiňo & Giles 1996, "Learning long-term dependencies in NARX recurrent neural networks", equation 4
 */
export function narx(options: NarxOptions): RecurrentCell<{ readonly h: FloatNode; readonly y: FloatNode }> {
  checkKeys("narx(options)", "options", options, {
    outputs: true,
    inputTaps: true,
    outputTaps: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "narx", inputs, units, outputs, seed, inputTaps = 1, outputTaps = 2 } = options;
  checkSizes(`narx("${name}")`, { inputs, units, outputs, inputTaps, outputTaps });
  const W = initializedParam(`${name}/inputWeight`, [inputTaps * inputs, units], glorotUniform, seed);
  const U = initializedParam(`${name}/recurrentWeight`, [outputTaps * outputs, units], glorotUniform, seed);
  const b = initializedParam(`${name}/bias`, [units], zeros, seed);
  const V = initializedParam(`${name}/outputWeight`, [units, outputs], glorotUniform, seed);
  const c = initializedParam(`${name}/outputBias`, [outputs], zeros, seed);
  const parameters = { inputWeight: W, recurrentWeight: U, bias: b, outputWeight: V, outputBias: c };
  const steps = Array.from({ length: outputTaps }, (_, i) => i + 1);
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, (builder) => {
      const delay: typeof builder.delay = (key, shape, rest) =>
        builder.delay(key, shape, { ...rest, initial: initial[key] ?? rest.initial });
      const own = { ...builder, delay };
      const read = delayLine(own, "x", own.sequence("x", [batch, inputs]), { taps: inputTaps, initial: 0 });
      const said = delayTaps(own, "y", [batch, outputs], { steps, initial: 0 });
      const net = add(matmul(concat(read.taps, 1), W), matmul(concat(said.taps, 1), U));
      const h = label("h", tanh(add(net, b)));
      const y = label("y", add(matmul(h, V), c));
      return { next: { ...read.next, ...said.next(y) }, outputs: { h, y } };
    }),
  );
}
