/** What all implementations of a workload start from: the same weights and the same minibatch. */
import { readDigits } from "./digits.js";
import { Draws } from "./draws.js";
import type { Recurrent, Workload } from "./workload.js";

/** Numbers in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The data of a workload. */
export interface WorkloadData {
  /** Initial weights by the names they have in equations, in the order in which programs take them. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /** What is read: `[T, B]` tokens, `[T, B, F]` vectors, `[B, F]`; nothing where runs feed themselves. */
  readonly x?: Tensor;
  /** Classes or numbers to be learned. */
  readonly y?: Tensor;
}

/** The data of a workload, the same whenever it is called. */
export function dataOf(workload: Workload): WorkloadData {
  const draws = new Draws();
  /** A weight that keeps the size of what it multiplies. */
  const weight = (...shape: readonly [number, number]): Tensor => ({
    shape,
    data: draws.normals(shape[0] * shape[1], 1 / Math.sqrt(shape[0])),
  });
  const vectors = (...shape: readonly number[]): Tensor => ({ shape, data: draws.normals(sizeOf(shape)) });
  const labels = (below: number, ...shape: readonly number[]): Tensor => ({
    shape,
    data: draws.integers(sizeOf(shape), below),
  });
  /** A kernel as channels last has it, with numbers of the size that a product of its patches has. */
  const kernel = (window: readonly number[], inputs: number, outputs: number): Tensor => {
    const { shape, data } = weight(sizeOf(window) * inputs, outputs);
    return { shape: [...window, inputs, shape[1]!], data };
  };
  // The order of the lines is the order of the draws.
  switch (workload.kind) {
    case "elman": {
      const { tokens, steps, batch, inputs, outputs } = workload;
      const weights = cell(workload, 1, weight, ["b"]);
      const x = tokens === undefined ? vectors(steps, batch, inputs) : labels(tokens, steps, batch);
      return { weights, x, y: labels(outputs, steps, batch) };
    }
    case "lstm": {
      const { tokens, steps, batch, inputs, outputs } = workload;
      const weights = { E: weight(tokens, inputs), ...cell(workload, 4, weight, ["b"]) };
      return { weights, x: labels(tokens, steps, batch), y: labels(outputs, steps, batch) };
    }
    case "lstm-token":
      return { weights: { E: weight(workload.tokens, workload.inputs), ...cell(workload, 4, weight, ["b"]) } };
    case "gru": {
      const { steps, batch, inputs, outputs } = workload;
      const weights = cell(workload, 3, weight, ["b", "bh"]);
      return { weights, x: vectors(steps, batch, inputs), y: vectors(batch, outputs) };
    }
    case "mlp":
    case "mnist": {
      const { sizes, batch } = workload;
      const [inputs, first, second, outputs] = sizes;
      const W0 = weight(inputs, first);
      const W1 = weight(first, second);
      const W2 = weight(second, outputs);
      const weights = { W0, W1, W2, b0: zeros(first), b1: zeros(second), b2: zeros(outputs) };
      if (workload.kind === "mlp") return { weights, x: vectors(batch, inputs), y: labels(outputs, batch) };
      const { images, labels: shown } = readDigits();
      const count = workload.steps * batch;
      return {
        weights,
        x: { shape: [count, inputs], data: images.subarray(0, count * inputs) },
        y: { shape: [count], data: shown.subarray(0, count) },
      };
    }
    case "conv-net": {
      const { batch, size, window, channels, outputs } = workload;
      const [first, second] = channels;
      const K0 = kernel([window, window], 1, first);
      const K1 = kernel([window, window], first, second);
      const pooled = (extent: number): number => (extent - window + 1) / 2;
      const Wy = weight(second * pooled(pooled(size)) ** 2, outputs);
      const weights = { K0, b0: zeros(first), K1, b1: zeros(second), Wy, by: zeros(outputs) };
      return { weights, x: vectors(batch, size, size, 1), y: labels(outputs, batch) };
    }
    case "window": {
      const { operation, shape, window, channels } = workload;
      const weights = operation === "convolution" ? { K: kernel(window, shape.at(-1)!, channels) } : {};
      return { weights, x: vectors(...shape) };
    }
    case "product":
      return {
        weights: { a: vectors(workload.size, workload.size), b: vectors(workload.size, workload.size) },
      };
  }
}

/** The weights of a cell with gates side by side, and of the dense layer that reads it. */
function cell(
  { inputs, units, outputs }: Pick<Recurrent, "inputs" | "units" | "outputs">,
  gates: number,
  weight: (rows: number, columns: number) => Tensor,
  biases: readonly string[],
): Record<string, Tensor> {
  const width = gates * units;
  const Wx = weight(inputs, width);
  const Wh = weight(units, width);
  const Wy = weight(units, outputs);
  return { Wx, Wh, ...Object.fromEntries(biases.map((name) => [name, zeros(width)])), Wy, by: zeros(outputs) };
}

function zeros(size: number): Tensor {
  return { shape: [size], data: new Float32Array(size) };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
