/** The workloads as published: shapes and settings that every implementation measured against Unfold uses too. */
import type { ConvNetWorkload, WindowWorkload } from "./convolutions.js";
import type { MnistWorkload } from "./mnist.js";
import type { Named, Training } from "./setting.js";

/** Sizes of a recurrent network. */
export interface Recurrent {
  /** Features per step, after the embedding if there is one. */
  readonly inputs: number;
  /** Hidden units. */
  readonly units: number;
  /** T. */
  readonly steps: number;
  /** B. */
  readonly batch: number;
  /** What the dense layer gives: classes, or numbers. */
  readonly outputs: number;
}

/** An Elman network with a class at each step; it reads vectors, or tokens as rows of its input weight. */
export interface ElmanWorkload extends Named, Training, Recurrent {
  readonly kind: "elman";
  readonly tokens?: number;
}

/** Embedding, LSTM, and a class at each step. */
export interface LstmWorkload extends Named, Training, Recurrent {
  readonly kind: "lstm";
  readonly tokens: number;
}

/** A GRU that resets after the product, with two biases; numbers after the last step, mean squared error. */
export interface GruWorkload extends Named, Training, Recurrent {
  readonly kind: "gru";
}

/** A multilayer perceptron with rectifiers and one class. */
export interface MlpWorkload extends Named, Training {
  readonly kind: "mlp";
  readonly sizes: readonly [number, number, number, number];
  readonly batch: number;
}

/** One step of an LSTM without training: a token in, the likeliest next token out, which is read by the next run. */
export interface LstmTokenWorkload extends Named, Omit<Recurrent, "steps" | "batch"> {
  readonly kind: "lstm-token";
  readonly tokens: number;
}

/** A product of two square matrices. */
export interface ProductWorkload extends Named {
  readonly kind: "product";
  readonly size: number;
}

/** Anything that can be timed. */
export type Workload = FloorWorkload | ProductWorkload | MnistWorkload | ConvNetWorkload | WindowWorkload;
/** Workloads that the program written by hand knows. */
export type FloorWorkload = ElmanWorkload | LstmWorkload | GruWorkload | MlpWorkload | LstmTokenWorkload;

/** min-char-rnn. */
export const W1: ElmanWorkload = {
  name: "W1",
  kind: "elman",
  ...{ tokens: 65, inputs: 65, units: 100, steps: 25, batch: 1, outputs: 65 },
  ...{ optimizer: "adagrad", learningRate: 0.01, flops: 2_475_000 },
};

/** Batches of real vectors. */
export const W2: ElmanWorkload = {
  name: "W2",
  kind: "elman",
  ...{ inputs: 64, units: 128, steps: 50, batch: 32, outputs: 10 },
  ...{ optimizer: "adam", learningRate: 0.001, flops: 222_003_200 },
};

/** A character model. */
export const W3: LstmWorkload = {
  name: "W3",
  kind: "lstm",
  ...{ tokens: 65, inputs: 64, units: 256, steps: 64, batch: 32, outputs: 65 },
  ...{ optimizer: "adam", learningRate: 0.001, flops: 4_231_004_160 },
};

/** One number for a sequence. */
export const W4: GruWorkload = {
  name: "W4",
  kind: "gru",
  ...{ inputs: 32, units: 128, steps: 100, batch: 16, outputs: 1 },
  ...{ optimizer: "adam", learningRate: 0.001, flops: 550_514_688 },
};

/** Digits of 28 × 28 points. */
export const W5: MlpWorkload = {
  name: "W5",
  kind: "mlp",
  ...{ sizes: [784, 256, 128, 10], batch: 64 },
  ...{ optimizer: "sgd", learningRate: 0.01, flops: 64_487_424 },
};

/** Writing with the network of W3. */
export const W6: LstmTokenWorkload = {
  name: "W6",
  kind: "lstm-token",
  ...{ tokens: 65, inputs: 64, units: 256, outputs: 65, flops: 688_640 },
};

/** Products alone, which all others are made of. */
export const W7: readonly ProductWorkload[] = [
  { name: "W7a", kind: "product", size: 512, flops: 2 * 512 ** 3 },
  { name: "W7b", kind: "product", size: 128, flops: 2 * 128 ** 3 },
];

/** The network of W2 at growing lengths. */
export const W8: readonly ElmanWorkload[] = [25, 100, 400, 1600].map((steps) => ({
  ...W2,
  name: `W8_${steps}`,
  steps,
  flops: (W2.flops / W2.steps) * steps,
}));

/** All published ones. */
export const WORKLOADS: readonly Workload[] = [W1, W2, W3, W4, W5, W6, ...W7, ...W8];

/** Of all initial weights of ours, which the data of the workload replace. */
export const SEED = 1;
