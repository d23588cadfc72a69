/** The workloads as published: shapes and settings that every implementation measured against Unfold uses too. */

/** min-char-rnn: one-hot characters, read as rows of a weight; the loss is the mean cross-entropy of all steps. */
export const W1 = { name: "W1", vocabulary: 65, units: 100, steps: 25, batch: 1, learningRate: 0.01 } as const;

/** An Elman network on batches of real vectors, with a class at each step; trained with Adam on mean cross-entropy. */
export const W2 = {
  name: "W2",
  inputs: 64,
  units: 128,
  steps: 50,
  batch: 32,
  classes: 10,
  learningRate: 0.001,
} as const;

/** The network of W2 at doubling lengths, unfolded and differentiated but not run: work must grow as the length. */
export const W8 = { ...W2, name: "W8", lengths: [200, 400, 800, 1600] } as const;

/** Of all weights and data. */
export const SEED = 1;
