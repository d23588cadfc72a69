/** Convolutional layers along one and two axes. */
import { add, checkKeys, conv1d, conv2d, describe, ShapeError, ValueError } from "@unfold/core";
import type { FloatNode, GroupOptions, WindowOptions1d, WindowOptions2d } from "@unfold/core";
import { glorotUniform } from "../initializers/glorot.js";
import { initializedParam, type Initializer } from "../initializers/initializer.js";
import { zeros } from "../initializers/simple.js";
import { checkSizes } from "./check-sizes.js";
import type { Layer } from "./layer.js";

/** What convolutions along any number of axes are made with. */
interface ConvolutionSizes extends GroupOptions {
  /** Prefix of the parameter paths. Default "convolution1d" or "convolution2d". */
  readonly name?: string;
  /** C, channels of x, ≥ 1. */
  readonly inputs: number;
  /** D, channels of the result, ≥ 1. */
  readonly units: number;
  /** Seed of the initializers, a whole number. */
  readonly seed: number;
  /** Whether to add a bias. Default true. */
  readonly bias?: boolean;
  /** How the weight starts. Default Glorot uniform; the bias starts at zero. */
  readonly weight?: Initializer;
}

/** How a convolution along one axis is made. */
export interface Convolution1dOptions extends ConvolutionSizes, WindowOptions1d {
  /** K, elements of the window, ≥ 1. */
  readonly window: number;
}

/** How a convolution along two axes is made. */
export interface Convolution2dOptions extends ConvolutionSizes, WindowOptions2d {
  /** Elements of the window along H and W, ≥ 1: one number for both, or one each. */
  readonly window: number | readonly [number, number];
}

/** A convolution: its parameters by name, and what it does. */
export interface Convolution extends Layer {
  readonly parameters: { readonly weight: FloatNode; readonly bias?: FloatNode };
}

/** What either can be told. */
const OPTIONS: { readonly [K in keyof Convolution1dOptions]-?: true } = {
  window: true,
  name: true,
  inputs: true,
  units: true,
  seed: true,
  bias: true,
  weight: true,
  groups: true,
  stride: true,
  padding: true,
  dilation: true,
};

/**
 * A convolutional layer along one axis: `conv1d` and a bias. With padding "causal" and a dilation it is a layer of a temporal
 * convolutional network.
 *
 * @shapes x: f32[N, L, C] -> f32[N, O, D]; weight: [K, C / groups, D], bias: [D]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1, CONVOLUTION_GROUPS if groups does not divide inputs and units. ShapeError LAYER_INPUT, from apply, if x has another number of axes or channels. Also as conv1d, from apply.
 * @example
 * const layer = convolution1d({ inputs: 3, units: 8, window: 5, padding: "causal", seed: 1 });
 * layer.apply(input("x", [2, 20, 3])).shape; // → [2, 20, 8]
 * @source LeCun et al. 1998, "Gradient-based learning applied to document recognition"; along time: Waibel et al. 1989, "Phoneme recognition using time-delay neural networks"
 */
export function convolution1d(options: Convolution1dOptions): Convolution {
  checkKeys("convolution1d(options)", "options", options, OPTIONS);
  const { window } = options;
  const where = `convolution1d("${options.name ?? "convolution1d"}")`;
  return convolution("convolution1d", where, options, [window], (x, weight) => conv1d(x, weight, options));
}

/**
 * A convolutional layer along two axes: `conv2d` and a bias.
 *
 * @shapes x: f32[N, H, W, C] -> f32[N, OH, OW, D]; weight: [KH, KW, C / groups, D], bias: [D]
 * @throws ValueError LAYER_SIZE if a size is not a whole number ≥ 1, CONVOLUTION_GROUPS if groups does not divide inputs and units. ShapeError LAYER_INPUT, from apply, if x has another number of axes or channels. Also as conv2d, from apply.
 * @example
 * const layer = convolution2d({ inputs: 1, units: 6, window: 5, padding: "same", seed: 1 });
 * layer.apply(input("images", [2, 28, 28, 1])).shape; // → [2, 28, 28, 6]
 * @source LeCun et al. 1998, "Gradient-based learning applied to document recognition"
 */
export function convolution2d(options: Convolution2dOptions): Convolution {
  checkKeys("convolution2d(options)", "options", options, OPTIONS);
  const { window } = options;
  const size = typeof window === "number" ? [window, window] : window;
  const where = `convolution2d("${options.name ?? "convolution2d"}")`;
  return convolution("convolution2d", where, options, size, (x, weight) => conv2d(x, weight, options));
}

function convolution(
  kind: string,
  where: string,
  options: ConvolutionSizes,
  window: readonly number[],
  convolve: (x: FloatNode, weight: FloatNode) => FloatNode,
): Convolution {
  const { name = kind, inputs, units, seed, bias: hasBias = true, groups = 1 } = options;
  checkSizes(where, { inputs, units, groups });
  checkSizes(where, Object.fromEntries(window.map((size, axis) => [`window[${axis}]`, size])));
  checkGroups(where, inputs, units, groups);
  const initializer = options.weight ?? glorotUniform;
  const weight = initializedParam(`${name}/weight`, [...window, inputs / groups, units], initializer, seed);
  const bias = hasBias ? initializedParam(`${name}/bias`, [units], zeros, seed) : undefined;
  return {
    name,
    parameters: bias === undefined ? { weight } : { weight, bias },
    apply: (x) => {
      checkInput(`${where}.apply(x)`, x, window.length, inputs);
      const convolved = convolve(x, weight);
      return bias === undefined ? convolved : add(convolved, bias);
    },
  };
}

function checkGroups(where: string, inputs: number, units: number, groups: number): void {
  if (inputs % groups === 0 && units % groups === 0) return;
  throw new ValueError({
    code: "CONVOLUTION_GROUPS",
    where,
    rule: "groups must divide inputs and units",
    got: `${groups} for inputs = ${inputs} and units = ${units}`,
  });
}

function checkInput(where: string, x: FloatNode, axes: number, inputs: number): void {
  if (x.shape.length === axes + 2 && x.shape.at(-1) === inputs) return;
  throw new ShapeError({
    code: "LAYER_INPUT",
    where,
    rule: `x must be f32[N, ${axes === 1 ? "L" : "H, W"}, ${inputs}], channels last`,
    got: describe(x),
    details: { inputs },
  });
}
