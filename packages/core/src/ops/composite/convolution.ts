/** Convolution along one or two axes: patches times a matrix, so that it is closed under differentiation. */
import { ShapeError, ValueError } from "../../errors.js";
import { describe, type FloatNode } from "../../graph/node.js";
import { sizeOf } from "../../tensor/shape.js";
import { matmul } from "../matmul.js";
import { extractPatches } from "../patches.js";
import { reshape } from "../reshape.js";
import { transpose } from "../transpose.js";
import { checkLayout, resolveWindow, type WindowOptions1d, type WindowOptions2d } from "./window-options.js";

/** Channels in groups. */
export interface GroupOptions {
  /** Into how many groups the channels are divided, each convolved by itself; C for a depthwise convolution. Default 1. */
  readonly groups?: number;
}

/**
 * The convolution along one axis; in mathematics a cross-correlation, since the kernel is not reversed.
 *
 * y[n, o, d] = Σ over k, c of x[n, o stride + k dilation - before, c] kernel[k, c, d], with zeros outside x
 *
 * With groups, output channel d reads the C / groups channels of its group only.
 *
 * @shapes x: f32[N, L, C], kernel: f32[K, C / groups, D] -> f32[N, O, D], O = ⌊(L + padding - dilation (K - 1) - 1) / stride⌋ + 1
 * @param x - channels last; a time-major sequence `[T, B, F]` is read as `transpose(x, [1, 0, 2])`
 * @param options - stride 1, padding "valid", dilation 1 and groups 1 unless given
 * @throws ShapeError WINDOW_INPUT if x or kernel has another number of axes or is not f32; CONVOLUTION_CHANNELS if their channels differ; WINDOW_SIZE if the kernel does not fit. ValueError WINDOW_SETTING, WINDOW_PADDING or CONVOLUTION_GROUPS if an option is out of range.
 * @example
 * const x = constant([[[1], [2], [4], [8]]]);
 * const difference = constant([[[-1]], [[1]]]);
 * evaluate(conv1d(x, difference)).data; // → [1, 2, 4]
 * evaluate(conv1d(x, difference, { padding: "causal" })).data; // → [1, 1, 2, 4]
 * @source causal and dilated: van den Oord et al. 2016, "WaveNet: a generative model for raw audio", section 2.1
 */
export function conv1d(x: FloatNode, kernel: FloatNode, options: WindowOptions1d & GroupOptions = {}): FloatNode {
  const where = "conv1d(x, kernel, options)";
  checkLayout(where, "x", x, ["N", "L", "C"]);
  checkLayout(where, "kernel", kernel, ["K", "C / groups", "D"]);
  return convolve(where, x, kernel, options);
}

/**
 * The convolution along two axes; in mathematics a cross-correlation, since the kernel is not reversed.
 *
 * y[n, o, p, d] = Σ over k, l, c of x[n, o stride + k dilation - before, p stride + l dilation - before, c] kernel[k, l, c, d], with zeros outside x
 *
 * With groups, output channel d reads the C / groups channels of its group only.
 *
 * @shapes x: f32[N, H, W, C], kernel: f32[KH, KW, C / groups, D] -> f32[N, OH, OW, D]
 * @param options - stride 1, padding "valid", dilation 1 and groups 1 unless given; pairs are [along H, along W]
 * @throws ShapeError WINDOW_INPUT if x or kernel has another number of axes or is not f32; CONVOLUTION_CHANNELS if their channels differ; WINDOW_SIZE if the kernel does not fit. ValueError WINDOW_SETTING, WINDOW_PADDING or CONVOLUTION_GROUPS if an option is out of range.
 * @example
 * const x = reshape(constant([1, 2, 3, 4, 5, 6, 7, 8, 9]), [1, 3, 3, 1]);
 * const box = reshape(constant([1, 1, 1, 1]), [2, 2, 1, 1]);
 * evaluate(conv2d(x, box)).data; // → [12, 16, 24, 28]
 * @source LeCun et al. 1998, "Gradient-based learning applied to document recognition", section II
 */
export function conv2d(x: FloatNode, kernel: FloatNode, options: WindowOptions2d & GroupOptions = {}): FloatNode {
  const where = "conv2d(x, kernel, options)";
  checkLayout(where, "x", x, ["N", "H", "W", "C"]);
  checkLayout(where, "kernel", kernel, ["KH", "KW", "C / groups", "D"]);
  return convolve(where, x, kernel, options);
}

function convolve(
  where: string,
  x: FloatNode,
  kernel: FloatNode,
  { groups = 1, ...options }: (WindowOptions1d | WindowOptions2d) & GroupOptions,
): FloatNode {
  checkChannels(where, x, kernel, groups);
  const window = resolveWindow(where, x, kernel.shape.slice(0, -2), options);
  const patches = extractPatches(x, window);
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number];
  const area = sizeOf(window.kernel);
  const positions = patches.shape.slice(0, 1 + window.kernel.length);
  const rows = sizeOf(positions);
  if (groups === 1) {
    const product = matmul(reshape(patches, [rows, area * inputs]), reshape(kernel, [area * inputs, outputs]));
    return reshape(product, [...positions, outputs]);
  }
  const grouped = transpose(reshape(patches, [rows, area, groups, inputs]), [2, 0, 1, 3]);
  const kernels = transpose(reshape(kernel, [area, inputs, groups, outputs / groups]), [2, 0, 1, 3]);
  const product = matmul(
    reshape(grouped, [groups, rows, area * inputs]),
    reshape(kernels, [groups, area * inputs, outputs / groups]),
  );
  return reshape(transpose(product, [1, 0, 2]), [...positions, outputs]);
}

function checkChannels(where: string, x: FloatNode, kernel: FloatNode, groups: number): void {
  const channels = x.shape.at(-1)!;
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number];
  if (!Number.isInteger(groups) || groups < 1 || outputs % groups !== 0) {
    throw new ValueError({
      code: "CONVOLUTION_GROUPS",
      where,
      rule: "groups must be a whole number ≥ 1 that divides the last axis of kernel",
      got: `${groups} for kernel = ${describe(kernel)}`,
    });
  }
  if (channels === groups * inputs) return;
  throw new ShapeError({
    code: "CONVOLUTION_CHANNELS",
    where,
    rule: `the last axis of x must equal ${groups === 1 ? "" : `${groups} groups of `}the second-to-last axis of kernel`,
    got: `x = ${describe(x)} and kernel = ${describe(kernel)}: ${channels} ≠ ${groups === 1 ? "" : `${groups} · `}${inputs}`,
    details: { channels, groups, inputs },
  });
}
