/** Pooling along one or two axes: the largest element or the mean of every window, channel by channel. */
import { ShapeError } from "../../errors.js";
import { constant } from "../../graph/leaves.js";
import { describe, type FloatNode } from "../../graph/node.js";
import { ndArray } from "../../tensor/nd-array.js";
import { sizeOf } from "../../tensor/shape.js";
import { div } from "../div.js";
import { max } from "../max-min.js";
import { extractPatches } from "../patches.js";
import { windowCounts, windowOffsets, type Window } from "../rules/window.js";
import { pad } from "../slice-pad.js";
import { sum } from "../sum-broadcast.js";
import { checkLayout, resolveWindow, type WindowOptions1d, type WindowOptions2d } from "./window-options.js";

/** What a mean is taken over. */
export interface AverageOptions {
  /** Whether padding counts as zeros. Default false: the mean is that of the elements of x. */
  readonly countPadding?: boolean;
}

/**
 * The largest element of every window along one axis. Padding never wins; elements that tie share the derivative equally.
 *
 * @shapes x: f32[N, L, C] -> f32[N, O, C], O = ⌊(L + padding - dilation (window - 1) - 1) / stride⌋ + 1
 * @param window - how many elements, ≥ 1
 * @param options - stride is the window's size, padding "valid" and dilation 1 unless given
 * @throws ShapeError WINDOW_INPUT if x has another number of axes or is not f32; WINDOW_SIZE if the window does not fit; POOL_PADDING if a window sees padding only. ValueError WINDOW_SETTING or WINDOW_PADDING if an option is out of range.
 * @example
 * evaluate(maxPool1d(constant([[[1], [3], [2], [-1]]]), 2)).data; // → [3, 2]
 */
export function maxPool1d(x: FloatNode, window: number, options: WindowOptions1d = {}): FloatNode {
  const where = "maxPool1d(x, window, options)";
  checkLayout(where, "x", x, ["N", "L", "C"]);
  return maxPool(x, poolWindow(where, x, [window], options));
}

/**
 * The largest element of every window along two axes. Padding never wins; elements that tie share the derivative equally.
 *
 * @shapes x: f32[N, H, W, C] -> f32[N, OH, OW, C]
 * @param window - how many elements along H and W, ≥ 1; one number for both, or one each
 * @param options - stride is the window's size, padding "valid" and dilation 1 unless given
 * @throws ShapeError WINDOW_INPUT if x has another number of axes or is not f32; WINDOW_SIZE if the window does not fit; POOL_PADDING if a window sees padding only. ValueError WINDOW_SETTING or WINDOW_PADDING if an option is out of range.
 * @example
 * const x = reshape(constant([1, 2, 3, 4]), [1, 2, 2, 1]);
 * evaluate(maxPool2d(x, 2)).data; // → [4]
 */
export function maxPool2d(
  x: FloatNode,
  window: number | readonly [number, number],
  options: WindowOptions2d = {},
): FloatNode {
  const where = "maxPool2d(x, window, options)";
  checkLayout(where, "x", x, ["N", "H", "W", "C"]);
  return maxPool(x, poolWindow(where, x, pair(window), options));
}

/**
 * The mean of every window along one axis.
 *
 * @shapes x: f32[N, L, C] -> f32[N, O, C], O = ⌊(L + padding - dilation (window - 1) - 1) / stride⌋ + 1
 * @param window - how many elements, ≥ 1
 * @param options - stride is the window's size, padding "valid", dilation 1 and countPadding false unless given
 * @throws ShapeError WINDOW_INPUT if x has another number of axes or is not f32; WINDOW_SIZE if the window does not fit; POOL_PADDING if a window sees padding only. ValueError WINDOW_SETTING or WINDOW_PADDING if an option is out of range.
 * @example
 * evaluate(averagePool1d(constant([[[1], [3], [2], [-1]]]), 2)).data; // → [2, 0.5]
 */
export function averagePool1d(x: FloatNode, window: number, options: WindowOptions1d & AverageOptions = {}): FloatNode {
  const where = "averagePool1d(x, window, options)";
  checkLayout(where, "x", x, ["N", "L", "C"]);
  return averagePool(x, poolWindow(where, x, [window], options), options);
}

/**
 * The mean of every window along two axes.
 *
 * @shapes x: f32[N, H, W, C] -> f32[N, OH, OW, C]
 * @param window - how many elements along H and W, ≥ 1; one number for both, or one each
 * @param options - stride is the window's size, padding "valid", dilation 1 and countPadding false unless given
 * @throws ShapeError WINDOW_INPUT if x has another number of axes or is not f32; WINDOW_SIZE if the window does not fit; POOL_PADDING if a window sees padding only. ValueError WINDOW_SETTING or WINDOW_PADDING if an option is out of range.
 * @example
 * const x = reshape(constant([1, 2, 3, 4]), [1, 2, 2, 1]);
 * evaluate(averagePool2d(x, 2)).data; // → [2.5]
 */
export function averagePool2d(
  x: FloatNode,
  window: number | readonly [number, number],
  options: WindowOptions2d & AverageOptions = {},
): FloatNode {
  const where = "averagePool2d(x, window, options)";
  checkLayout(where, "x", x, ["N", "H", "W", "C"]);
  return averagePool(x, poolWindow(where, x, pair(window), options), options);
}

/** A window, and how many elements of x each of its positions sees. */
interface Pool {
  readonly window: Window;
  /** How many windows along each axis. */
  readonly counts: readonly number[];
  readonly seen: readonly number[];
}

function poolWindow(
  where: string,
  x: FloatNode,
  kernel: readonly number[],
  options: WindowOptions1d | WindowOptions2d,
): Pool {
  const window = resolveWindow(where, x, kernel, { stride: kernel, ...options });
  const size = x.shape.slice(1, -1);
  const counts = windowCounts(where, x.shape, `x = ${describe(x)}`, window);
  const area = sizeOf(kernel);
  const offsets = windowOffsets(size, counts, window);
  const seen = Array.from(
    { length: sizeOf(counts) },
    (_, i) => offsets.subarray(i * area, (i + 1) * area).filter((offset) => offset >= 0).length,
  );
  if (seen.every((count) => count > 0)) return { window, counts, seen };
  throw new ShapeError({
    code: "POOL_PADDING",
    where,
    rule: "every window must see an element of x",
    got: `x = ${describe(x)}: window ${seen.indexOf(0)} of ${seen.length} sees padding only`,
  });
}

function maxPool(x: FloatNode, { window }: Pool): FloatNode {
  const widths = window.kernel.map((_, axis) => ({
    axis: axis + 1,
    before: window.before[axis]!,
    after: window.after[axis]!,
  }));
  const isPadded = widths.some(({ before, after }) => before + after > 0);
  const padded = isPadded ? pad(x, widths, -Infinity) : x;
  const { kernel, stride, dilation } = window;
  return max(extractPatches(padded, { kernel, stride, dilation }), { axes: windowAxes(window) });
}

function averagePool(
  x: FloatNode,
  { window, counts, seen }: Pool,
  { countPadding = false }: AverageOptions,
): FloatNode {
  const total = sum(extractPatches(x, window), { axes: windowAxes(window) });
  const area = sizeOf(window.kernel);
  if (countPadding || seen.every((count) => count === area)) return div(total, area);
  return div(total, constant(ndArray(seen, { shape: [...counts, 1] })));
}

/** The axes of patches that belong to the window: after the batch and the positions. */
function windowAxes({ kernel }: Window): number[] {
  return kernel.map((_, axis) => 1 + kernel.length + axis);
}

function pair(window: number | readonly [number, number]): readonly [number, number] {
  return typeof window === "number" ? [window, window] : window;
}
