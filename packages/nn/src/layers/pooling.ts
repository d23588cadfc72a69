/** Pooling layers: the largest element or the mean of every window, channel by channel. */
import { averagePool1d, averagePool2d, checkKeys, maxPool1d, maxPool2d } from "@unfold/core";
import type { AverageOptions, WindowOptions1d, WindowOptions2d } from "@unfold/core";
import type { Layer } from "./layer.js";

/** How a window along one axis pools. */
export interface Pooling1dOptions extends WindowOptions1d {
  /** In summaries. Default "maxPooling1d" or "averagePooling1d". */
  readonly name?: string;
  /** How many elements, ≥ 1. */
  readonly window: number;
}

/** How a window along two axes pools. */
export interface Pooling2dOptions extends WindowOptions2d {
  /** In summaries. Default "maxPooling2d" or "averagePooling2d". */
  readonly name?: string;
  /** How many elements along H and W, ≥ 1: one number for both, or one each. */
  readonly window: number | readonly [number, number];
}

/**
 * Max pooling along one axis.
 *
 * @shapes x: f32[N, L, C] -> f32[N, O, C]
 * @param options - stride is the window's size, padding "valid" and dilation 1 unless given
 * @throws ShapeError and ValueError, from apply, as maxPool1d.
 * @example
 * evaluate(maxPooling1d({ window: 2 }).apply(constant([[[1], [3], [2], [-1]]]))).data; // → [3, 2]
 */
export function maxPooling1d(options: Pooling1dOptions): Layer {
  checkKeys("maxPooling1d(options)", "options", options, {
    name: true,
    window: true,
    stride: true,
    padding: true,
    dilation: true,
  });
  const { name = "maxPooling1d", window } = options;
  return { name, parameters: {}, apply: (x) => maxPool1d(x, window, options) };
}

/**
 * Max pooling along two axes.
 *
 * @shapes x: f32[N, H, W, C] -> f32[N, OH, OW, C]
 * @param options - stride is the window's size, padding "valid" and dilation 1 unless given
 * @throws ShapeError and ValueError, from apply, as maxPool2d.
 * @example
 * maxPooling2d({ window: 2 }).apply(input("images", [8, 28, 28, 6])).shape; // → [8, 14, 14, 6]
 */
export function maxPooling2d(options: Pooling2dOptions): Layer {
  checkKeys("maxPooling2d(options)", "options", options, {
    name: true,
    window: true,
    stride: true,
    padding: true,
    dilation: true,
  });
  const { name = "maxPooling2d", window } = options;
  return { name, parameters: {}, apply: (x) => maxPool2d(x, window, options) };
}

/**
 * Average pooling along one axis.
 *
 * @shapes x: f32[N, L, C] -> f32[N, O, C]
 * @param options - stride is the window's size, padding "valid", dilation 1 and countPadding false unless given
 * @throws ShapeError and ValueError, from apply, as averagePool1d.
 * @example
 * evaluate(averagePooling1d({ window: 2 }).apply(constant([[[1], [3], [2], [-1]]]))).data; // → [2, 0.5]
 */
export function averagePooling1d(options: Pooling1dOptions & AverageOptions): Layer {
  checkKeys("averagePooling1d(options)", "options", options, {
    name: true,
    window: true,
    stride: true,
    padding: true,
    dilation: true,
    countPadding: true,
  });
  const { name = "averagePooling1d", window } = options;
  return { name, parameters: {}, apply: (x) => averagePool1d(x, window, options) };
}

/**
 * Average pooling along two axes.
 *
 * @shapes x: f32[N, H, W, C] -> f32[N, OH, OW, C]
 * @param options - stride is the window's size, padding "valid", dilation 1 and countPadding false unless given
 * @throws ShapeError and ValueError, from apply, as averagePool2d.
 * @example
 * averagePooling2d({ window: [2, 1] }).apply(input("images", [8, 28, 28, 6])).shape; // → [8, 14, 28, 6]
 */
export function averagePooling2d(options: Pooling2dOptions & AverageOptions): Layer {
  checkKeys("averagePooling2d(options)", "options", options, {
    name: true,
    window: true,
    stride: true,
    padding: true,
    dilation: true,
    countPadding: true,
  });
  const { name = "averagePooling2d", window } = options;
  return { name, parameters: {}, apply: (x) => averagePool2d(x, window, options) };
}
