/** Weights of gates side by side, put into another order. */
import type { Tensor } from "../workloads/data.js";

/** Where the gates of the LSTM cell are among those of the data: the data have input, forget, output, candidate. */
export const LSTM_ORDER: readonly number[] = [0, 1, 3, 2];

/** The columns of gates in another order: gate k of the result is gate `order[k]` of the tensor. */
export function reorderGates({ shape, data }: Tensor, order: readonly number[]): Float32Array {
  const width = shape.at(-1)!;
  const units = width / order.length;
  return Float32Array.from(data, (_, i) => {
    const column = i % width;
    return data[i - column + order[Math.floor(column / units)]! * units + (column % units)]!;
  });
}
