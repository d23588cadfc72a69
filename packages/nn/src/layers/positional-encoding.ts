/** What tells a network without recurrence where in a sequence it is: a vector for each position, added to what stands there. */
import {
  add,
  checkKeys,
  constant,
  describe,
  NdArray,
  normalizeAxes,
  reshape,
  ShapeError,
  slice,
  type FloatNode,
} from "@unfold/core";
import { initializedParam, type Initializer } from "../initializers/initializer.js";
import { normal } from "../initializers/simple.js";
import { checkSetting, POSITIVE } from "../settings/check-setting.js";
import { checkLastAxis } from "./check-last-axis.js";
import { checkSizes } from "./check-sizes.js";
import type { Layer } from "./layer.js";

/** What both encodings are made with. */
interface PositionalEncodingOptions {
  /** Prefix of the parameter path. */
  readonly name?: string;
  /** F, size of the last axis, ≥ 1. */
  readonly units: number;
  /** The axis of positions, not the last. Default 0: sequences are time-major. */
  readonly timeAxis?: number;
}

/** How a sinusoidal encoding is made. */
export interface SinusoidalEncodingOptions extends PositionalEncodingOptions {
  /** The longest wave is 2π times this, > 0. Default 10,000. */
  readonly base?: number;
}

/** How a learned encoding is made. */
export interface LearnedEncodingOptions extends PositionalEncodingOptions {
  /** The most positions a sequence may have, ≥ 1. */
  readonly positions: number;
  /** Seed of the initializer, a whole number. */
  readonly seed: number;
  /** How the vectors start. Default normal with deviation 0.02. */
  readonly weight?: Initializer;
}

/** A learned encoding: its table, and what it does. */
export interface LearnedEncoding extends Layer {
  readonly parameters: { readonly weight: FloatNode };
}

/**
 * Sinusoidal positional encoding, for sequences of any length.
 *
 * y[t, i] = x[t, i] + sin(t base^(-i / F)) for even i, cos(t base^(-(i - 1) / F)) for odd i
 *
 * @shapes x: f32[T, ...S, F] -> f32[T, ...S, F]
 * @throws ValueError LAYER_SIZE if units is not a whole number ≥ 1; SETTING_RANGE if base is not a finite number > 0. From apply: ShapeError LAYER_INPUT if the last axis of x is not units; TIME_AXIS if the time axis is the last; AXIS_RANGE if it is none.
 * @example
 * evaluate(sinusoidalEncoding({ units: 2 }).apply(constant([[5, 5]]))).data; // → [5, 6]
 * @source Vaswani et al. 2017, "Attention is all you need", section 3.5
 */
export function sinusoidalEncoding(options: SinusoidalEncodingOptions): Layer {
  checkKeys("sinusoidalEncoding(options)", "options", options, { base: true, name: true, units: true, timeAxis: true });
  const { name = "sinusoidalEncoding", units, base = 10_000, timeAxis = 0 } = options;
  const where = `sinusoidalEncoding("${name}")`;
  checkSizes(where, { units });
  checkSetting(where, "base", base, POSITIVE);
  return {
    name,
    parameters: {},
    apply: (x) => addPositions(`${where}.apply(x)`, x, units, timeAxis, (steps) => constant(waves(steps, units, base))),
  };
}

/**
 * Learned positional encoding: a vector for each position, as in an embedding.
 *
 * @shapes x: f32[T, ...S, F] -> f32[T, ...S, F]; weight: [positions, F]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1. From apply: ShapeError LAYER_INPUT if the last axis of x is not units; POSITIONS if there are more positions than vectors; TIME_AXIS if the time axis is the last; AXIS_RANGE if it is none.
 * @example
 * const layer = learnedEncoding({ positions: 128, units: 8, seed: 1 });
 * layer.apply(input("x", [20, 2, 8])).shape; // → [20, 2, 8]
 * @source Gehring et al. 2017, "Convolutional sequence to sequence learning", section 3.1
 */
export function learnedEncoding(options: LearnedEncodingOptions): LearnedEncoding {
  checkKeys("learnedEncoding(options)", "options", options, {
    positions: true,
    seed: true,
    weight: true,
    name: true,
    units: true,
    timeAxis: true,
  });
  const { name = "learnedEncoding", positions, units, seed, timeAxis = 0 } = options;
  const where = `learnedEncoding("${name}")`;
  checkSizes(where, { positions, units });
  const weight = initializedParam(`${name}/weight`, [positions, units], options.weight ?? normal(0, 0.02), seed);
  return {
    name,
    parameters: { weight },
    apply: (x) =>
      addPositions(`${where}.apply(x)`, x, units, timeAxis, (steps) => {
        if (steps <= positions) return slice(weight, { axis: 0, start: 0, stop: steps });
        throw new ShapeError({
          code: "POSITIONS",
          where: `${where}.apply(x)`,
          rule: `there must be at most ${positions} positions`,
          got: describe(x),
        });
      }),
  };
}

/** x plus vectors `[T, F]`, the same for all of its other axes. */
function addPositions(
  where: string,
  x: FloatNode,
  units: number,
  timeAxis: number,
  vectorsOf: (steps: number) => FloatNode,
): FloatNode {
  checkLastAxis(where, "x", x, units);
  const rank = x.shape.length;
  const [axis] = normalizeAxes(where, timeAxis, rank) as [number];
  if (axis === rank - 1) {
    throw new ShapeError({
      code: "TIME_AXIS",
      where,
      rule: "the time axis must not be the last one",
      got: describe(x),
    });
  }
  const shape = x.shape.map((extent, i) => (i === axis || i === rank - 1 ? extent : 1));
  return add(x, reshape(vectorsOf(x.shape[axis]!), shape));
}

function waves(steps: number, units: number, base: number): NdArray<"f32"> {
  const data = Float64Array.from({ length: steps * units }, (_, index) => {
    const [t, i] = [Math.floor(index / units), index % units];
    const angle = t * base ** (-(i - (i % 2)) / units);
    return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return new NdArray({ dtype: "f32", shape: [steps, units] }, data);
}
