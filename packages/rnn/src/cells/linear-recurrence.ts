/** A linear recurrence with a complex diagonal: a state-space model, trained as it is. */
import {
  add,
  checkKeys,
  cos,
  exp,
  label,
  matmul,
  mul,
  ndArray,
  neg,
  sin,
  sub,
  ValueError,
  type FloatNode,
} from "@unfold/core";
import { checkSizes, initializedParam, normal, portableLog, uniformStream, type Initializer } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import type { CellOptions } from "./cell-options.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a linear recurrence is made. */
export interface LinearRecurrenceOptions extends CellOptions {
  /** H, complex numbers in the state, ≥ 1. */
  readonly units: number;
  /** O, numbers that it yields at each step, ≥ 1. As many as inputs unless given. */
  readonly outputs?: number;
  /** Where the absolute values of the diagonal start, 0 ≤ min < max < 1. Default [0.4, 0.99]. */
  readonly ring?: readonly [min: number, max: number];
  /** Where its angles start: in (0, φ), 0 < φ ≤ 2π; small ones for long memories. Default 2π. */
  readonly maxPhase?: number;
}

/**
 * The linear recurrent unit: every number of the state decays and turns by itself, so that long memories neither vanish nor
 * explode; what is nonlinear stands between the layers.
 *
 * s_t = λ s_{t-1} + γ (x_t B); y_t = Re(s_t C) + x_t D; λ = e^(-e^ν + i e^θ), γ = e^g
 *
 * |λ| starts uniform in the ring's area, its angle uniform, γ at √(1 - |λ|²); B and C start normal with variances 1 / (2 F)
 * and 1 / H, D standard normal. The state is complex: two delays, `re` and `im`.
 *
 * @shapes x: f32[T, B, F] -> y: f32[T, B, O], re, im: f32[T, B, H]; decay ν, phase θ, gain g: [H], inputRe, inputIm B: [F, H], outputRe, outputIm C: [H, O], direct D: [F, O]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1; CELL_SETTING if ring or maxPhase is outside its range.
 * @example
 * const cell = linearRecurrence({ inputs: 3, units: 4, seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.y.shape; // → [5, 2, 3]
 * @source Orvieto et al. 2023, "Resurrecting recurrent neural networks for long sequences", section 3 and appendix A
 */
export function linearRecurrence(
  options: LinearRecurrenceOptions,
): RecurrentCell<{ readonly y: FloatNode; readonly re: FloatNode; readonly im: FloatNode }> {
  checkKeys("linearRecurrence(options)", "options", options, {
    units: true,
    outputs: true,
    ring: true,
    maxPhase: true,
    name: true,
    inputs: true,
    seed: true,
  });
  const {
    name = "linearRecurrence",
    inputs,
    units,
    seed,
    outputs = inputs,
    ring = [0.4, 0.99],
    maxPhase = 2 * Math.PI,
  } = options;
  const where = `linearRecurrence("${name}")`;
  checkSizes(where, { inputs, units, outputs });
  checkRing(where, ring, maxPhase);
  const param = (key: string, shape: readonly number[], initializer: Initializer): FloatNode =>
    initializedParam(`${name}/${key}`, shape, initializer, seed);
  // |λ|², from the numbers that decay draws.
  const squares = (u: number): number => ring[0] ** 2 + u * (ring[1] ** 2 - ring[0] ** 2);
  const drawn = uniformStream(seed, `${name}/ring`);
  const decay = param(
    "decay",
    [units],
    byUnit((i) => portableLog(-portableLog(squares(drawn(i))) / 2)),
  );
  const gain = param(
    "gain",
    [units],
    byUnit((i) => portableLog(1 - squares(drawn(i))) / 2),
  );
  const phase = param("phase", [units], (shape, random) =>
    byUnit((i) => portableLog(maxPhase * random.uniform(i)))(shape, random),
  );
  const ofInput = normal(0, Math.sqrt(1 / (2 * inputs)));
  const ofOutput = normal(0, Math.sqrt(1 / units));
  const [inputRe, inputIm] = [param("inputRe", [inputs, units], ofInput), param("inputIm", [inputs, units], ofInput)];
  const [outputRe, outputIm] = [
    param("outputRe", [units, outputs], ofOutput),
    param("outputIm", [units, outputs], ofOutput),
  ];
  const direct = param("direct", [inputs, outputs], normal());
  const parameters = { decay, phase, gain, inputRe, inputIm, outputRe, outputIm, direct };
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastRe = delay("re", [batch, units], { initial: initial["re"] ?? 0 });
      const lastIm = delay("im", [batch, units], { initial: initial["im"] ?? 0 });
      const size = exp(neg(exp(decay)));
      const [a, b] = [mul(size, cos(exp(phase))), mul(size, sin(exp(phase)))];
      const scale = exp(gain);
      const re = label("re", add(sub(mul(a, lastRe), mul(b, lastIm)), mul(scale, matmul(x, inputRe))));
      const im = label("im", add(add(mul(a, lastIm), mul(b, lastRe)), mul(scale, matmul(x, inputIm))));
      const read = sub(matmul(re, outputRe), matmul(im, outputIm));
      return { next: { re, im }, outputs: { y: label("y", add(read, matmul(x, direct))), re, im } };
    }),
  );
}

function byUnit(value: (i: number) => number): Initializer {
  return ([units]) => ndArray(Array.from({ length: units! }, (_, i) => value(i)));
}

function checkRing(where: string, [min, max]: readonly [min: number, max: number], maxPhase: number): void {
  const problem = (rule: string, got: string): ValueError =>
    new ValueError({ code: "CELL_SETTING", where, rule, got, details: { ring: [min, max], maxPhase } });
  if (!(min >= 0 && min < max && max < 1)) throw problem("ring must be 0 ≤ min < max < 1", `[${min}, ${max}]`);
  if (!(maxPhase > 0 && maxPhase <= 2 * Math.PI)) throw problem("maxPhase must be in (0, 2π]", String(maxPhase));
}
