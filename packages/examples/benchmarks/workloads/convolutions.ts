/** Small image work: a network of LeNet's kind, and its operations one by one. The sizes are those of handwritten digits. */
import type { Named, Training } from "./setting.js";

/** Two convolutions, each with rectifier and largest-of-window pooling by two, and a dense layer that names a class. */
export interface ConvNetWorkload extends Named, Training {
  readonly kind: "conv-net";
  /** Otherwise only the scores are computed. */
  readonly isTrained: boolean;
  readonly batch: number;
  /** Rows and columns, of one channel. */
  readonly size: number;
  /** Rows and columns of both kernels. */
  readonly window: number;
  readonly channels: readonly [number, number];
  readonly outputs: number;
}

/** One operation on a sliding window: of its values, or of their mean square and its gradient. */
export interface WindowWorkload extends Named {
  readonly kind: "window";
  readonly operation: "convolution" | "max" | "average";
  readonly isDifferentiated: boolean;
  /** `[N, L, C]` or `[N, H, W, C]`. */
  readonly shape: readonly number[];
  /** Along each spatial axis; windows of pooling do not overlap. */
  readonly window: readonly number[];
  /** Channels of the result: as many as it reads, of pooling. */
  readonly channels: number;
}

/** Of the products of one pass through the network. */
const FIRST = 2 * 32 * 24 * 24 * (5 * 5 * 1) * 8;
const SECOND = 2 * 32 * 8 * 8 * (5 * 5 * 8) * 16;
const DENSE = 2 * 32 * 256 * 10;

const NET: Omit<ConvNetWorkload, "name" | "isTrained" | "flops"> = {
  kind: "conv-net",
  ...{ batch: 32, size: 28, window: 5, channels: [8, 16], outputs: 10 },
  ...{ optimizer: "adam", learningRate: 0.001 },
};

/** The values only. */
const OPERATIONS: readonly WindowWorkload[] = [
  { ...operation("conv2d", "convolution", [32, 12, 12, 8], [5, 5], 16), flops: SECOND },
  { ...operation("conv1d", "convolution", [32, 128, 64], [5], 64), flops: 2 * 32 * 124 * (5 * 64) * 64 },
  // One comparison or addition for each element that is read.
  { ...operation("max_pool", "max", [32, 24, 24, 8], [2, 2], 8), flops: 32 * 24 * 24 * 8 },
  { ...operation("average_pool", "average", [32, 24, 24, 8], [2, 2], 8), flops: 32 * 24 * 24 * 8 },
];

function operation(
  name: string,
  what: WindowWorkload["operation"],
  shape: readonly number[],
  window: readonly number[],
  channels: number,
): Omit<WindowWorkload, "flops"> {
  return { name, kind: "window", operation: what, isDifferentiated: false, shape, window, channels };
}

/** All of them; a gradient takes as much again for each factor of a product, and once for the elements of a window. */
export const CONVOLUTIONS: readonly (ConvNetWorkload | WindowWorkload)[] = [
  { ...NET, name: "conv_net", isTrained: true, flops: 2 * FIRST + 3 * (SECOND + DENSE) },
  { ...NET, name: "conv_net_scores", isTrained: false, flops: FIRST + SECOND + DENSE },
  ...OPERATIONS.flatMap((workload): WindowWorkload[] => [
    workload,
    {
      ...workload,
      name: `${workload.name}_gradient`,
      isDifferentiated: true,
      flops: (workload.operation === "convolution" ? 3 : 2) * workload.flops,
    },
  ]),
];
