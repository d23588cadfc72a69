/** The equations of LSTM and GRU in plain numbers, one unit at a time. */
import type { NdArray } from "@unfold/rnn";
import type { Sizes, Values } from "./freed-cell.js";

type Weight = Pick<NdArray, "data" | "shape">;
type Outputs = Record<string, number[]>;

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const row = (values: ArrayLike<number>, i: number, length: number): number[] =>
  Array.from({ length }, (_, k) => values[i * length + k]!);
/** Σ_k x_k W[k, column]. */
const product = (x: readonly number[], { data, shape }: Weight, column: number): number =>
  x.reduce((total, element, k) => total + element * data[k * shape[1]! + column]!, 0);
const bias = (values: Values, name: string, column: number): number => values[name]?.data[column] ?? 0;

/** i, f, g, o: PyTorch's documentation of nn.LSTM. Biases that are not among the values count as 0. */
export function plainLstm(values: Values, { steps, batch, inputs, units }: Sizes): Outputs {
  const outputs: Outputs = { h: [], c: [] };
  let h = values["initial/h"]!.data as ArrayLike<number>;
  let c = values["initial/c"]!.data as ArrayLike<number>;
  for (let t = 0; t < steps; t++) {
    const [nextH, nextC]: [number[], number[]] = [[], []];
    for (let b = 0; b < batch; b++) {
      const [x, last] = [row(values["x"]!.data, t * batch + b, inputs), row(h, b, units)];
      for (let j = 0; j < units; j++) {
        const gate = (k: number): number =>
          product(x, values["inputWeight"]!, k * units + j) +
          product(last, values["recurrentWeight"]!, k * units + j) +
          ["bias", "inputBias", "recurrentBias"].reduce((sum, name) => sum + bias(values, name, k * units + j), 0);
        const cell = sigma(gate(1)) * c[b * units + j]! + sigma(gate(0)) * Math.tanh(gate(2));
        nextC.push(cell);
        nextH.push(sigma(gate(3)) * Math.tanh(cell));
      }
    }
    [h, c] = [nextH, nextC];
    outputs["h"]!.push(...nextH);
    outputs["c"]!.push(...nextC);
  }
  return outputs;
}

/** r, z, n: PyTorch's documentation of nn.GRU if the reset gate acts after the product, else Cho et al. 2014, equations 5 to 8. */
export function plainGru(values: Values, { steps, batch, inputs, units }: Sizes, resetAfter: boolean): Outputs {
  const outputs: Outputs = { h: [] };
  let h = values["initial/h"]!.data as ArrayLike<number>;
  for (let t = 0; t < steps; t++) {
    const nextH: number[] = [];
    for (let b = 0; b < batch; b++) {
      const [x, last] = [row(values["x"]!.data, t * batch + b, inputs), row(h, b, units)];
      const fromInput = (column: number): number =>
        product(x, values["inputWeight"]!, column) + bias(values, resetAfter ? "inputBias" : "bias", column);
      const fromLast = (state: readonly number[], column: number): number =>
        product(state, values["recurrentWeight"]!, column) + bias(values, "recurrentBias", column);
      const gate = (k: number, j: number): number => sigma(fromInput(k * units + j) + fromLast(last, k * units + j));
      const forgetful = last.map((element, j) => gate(0, j) * element);
      for (let j = 0; j < units; j++) {
        const column = 2 * units + j;
        const recurrent = resetAfter ? gate(0, j) * fromLast(last, column) : fromLast(forgetful, column);
        const candidate = Math.tanh(fromInput(column) + recurrent);
        nextH.push((1 - gate(1, j)) * candidate + gate(1, j) * last[j]!);
      }
    }
    h = nextH;
    outputs["h"]!.push(...nextH);
  }
  return outputs;
}
