/** One convolution or pooling. What is read is a parameter, so that nothing is copied from run to run. */
import {
  averagePool1d,
  averagePool2d,
  conv1d,
  conv2d,
  gradient,
  initializedParam,
  maxPool1d,
  maxPool2d,
} from "@unfold/rnn";
import { mean, square, zeros, type FloatNode } from "@unfold/rnn";
import type { WindowWorkload } from "../workloads/convolutions.js";
import { SEED } from "../workloads/workload.js";
import type { Model } from "./model.js";

/** The graph of the operation, or of its mean square with the gradient by everything it reads. */
export function windowModel(workload: WindowWorkload): Model {
  const { operation, isDifferentiated, shape, window, channels } = workload;
  const x = initializedParam("x", shape, zeros, SEED);
  const K = initializedParam("K", [...window, shape.at(-1)!, channels], zeros, SEED);
  const value = operation === "convolution" ? convolve(x, K) : pool(x, workload);
  const factors = operation === "convolution" ? [x, K] : [x];
  const result = isDifferentiated ? mean(square(value)) : value;
  return {
    inputs: {},
    result,
    updates: () => {
      if (!isDifferentiated) return [];
      const slopes = gradient(result, factors);
      return slopes.map((slope, i) => [initializedParam(`gradient/${i}`, slope.shape, zeros, SEED), slope] as const);
    },
    weights: ({ weights, x: read }) => [
      [x, read!.data],
      ...(operation === "convolution" ? [[K, weights["K"]!.data] as const] : []),
    ],
    feed: () => ({}),
  };
}

function convolve(x: FloatNode, K: FloatNode): FloatNode {
  return x.shape.length === 3 ? conv1d(x, K) : conv2d(x, K);
}

function pool(x: FloatNode, { operation, window }: WindowWorkload): FloatNode {
  const [first, second] = window as [number, number?];
  if (second === undefined) return operation === "max" ? maxPool1d(x, first) : averagePool1d(x, first);
  return operation === "max" ? maxPool2d(x, [first, second]) : averagePool2d(x, [first, second]);
}
