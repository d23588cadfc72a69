/**
 * A decoder as the format of `@magenta/sketch` means it, in plain numbers: what its file holds, one LSTM step, and the mixture.
 *
 * @source `SketchRNN` of @magenta/sketch 0.2.0: `instantiateFromJSON`, `update`, `getPDF`; TensorFlow's BasicLSTMCell
 */

import type { MagentaDecoder, MagentaDistribution, MagentaState } from "../../../src/check-sketch/magenta-decoder.js";

/** What the file says, and nothing of what wrote it. */
export type Checkpoint = readonly [
  { readonly scale_factor: number },
  readonly (readonly number[])[],
  readonly string[],
];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** All of it in double precision. */
export class PlainMagenta implements MagentaDecoder {
  readonly units: number;
  readonly #scale: number;
  /** Rows. */
  readonly #outputs: number[][];
  readonly #outputBias: number[];
  /** Of the stroke's 5 numbers, then of the state's. */
  readonly #kernel: number[][];
  readonly #bias: number[];

  constructor([{ scale_factor: scale }, shapes, strings]: Checkpoint) {
    const weights = strings.map((text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      return Array.from(new Int16Array(bytes.buffer), (integer) => (10 * integer) / 32767);
    });
    const rows = (i: number): number[][] => {
      const [count, width] = shapes[i] as [number, number];
      return Array.from({ length: count }, (_, row) => weights[i]!.slice(row * width, (row + 1) * width));
    };
    this.units = shapes[0]![0]!;
    this.#scale = scale;
    this.#outputs = rows(0);
    this.#outputBias = weights[1]!;
    this.#kernel = [...rows(2), ...rows(3)];
    this.#bias = weights[4]!;
  }

  zeroState(): MagentaState {
    const zeros = Array.from({ length: this.units }, () => 0);
    return { c: zeros, h: zeros };
  }

  update([dx, dy, ...pen]: readonly number[], { c, h }: MagentaState): MagentaState {
    const read = [dx! / this.#scale, dy! / this.#scale, ...pen, ...Array.from(h)];
    const gates = product(read, this.#kernel, this.#bias);
    const gate = (k: number, i: number): number => gates[k * this.units + i]!;
    // Input, candidate, forget, output; the forget gate is 1 more open than its bias says.
    const nextC = Array.from(c).map(
      (old, i) => old * sigmoid(gate(2, i) + 1) + sigmoid(gate(0, i)) * Math.tanh(gate(1, i)),
    );
    return { c: nextC, h: nextC.map((value, i) => Math.tanh(value) * sigmoid(gate(3, i))) };
  }

  getPDF({ h }: MagentaState, temperature: number, softmaxTemperature: number): MagentaDistribution {
    const z = product(Array.from(h), this.#outputs, this.#outputBias);
    const part = (i: number): number[] => z.slice(3 + 20 * i, 23 + 20 * i);
    const deviations = (i: number): number[] => part(i).map((value) => Math.exp(value) * Math.sqrt(temperature));
    const shares = (logits: readonly number[]): number[] => softmax(logits.map((logit) => logit / softmaxTemperature));
    return {
      pen: shares(z.slice(0, 3)),
      pi: shares(part(0)),
      muX: part(1),
      muY: part(2),
      sigmaX: deviations(3),
      sigmaY: deviations(4),
      corr: part(5).map(Math.tanh),
    };
  }
}

function product(vector: readonly number[], rows: readonly (readonly number[])[], bias: readonly number[]): number[] {
  return bias.map((start, column) => vector.reduce((sum, value, row) => sum + value * rows[row]![column]!, start));
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
