/**
 * What a model must beat: the bits per character of models that count. Counts come from the training part, the cost is
 * measured on the held-out part; both add one to every count, so that nothing is impossible (Laplace's rule).
 */

/** Bits per character on the held-out part. */
export interface Baselines {
  readonly unigram: number;
  readonly bigram: number;
}

/**
 * The mean cost of every held-out character but the first, which no model is asked to predict.
 *
 * unigram: p(c) = (n_c + 1) / (N + V); bigram: p(c | b) = (n_bc + 1) / (n_b + V), n_b counting the b that have a successor.
 *
 * @param training - character numbers to count
 * @param heldOut - character numbers to measure, at least two
 * @param size - V, characters of the vocabulary
 * @returns mean of -log2 p
 */
export function baselines(training: Int32Array, heldOut: Int32Array, size: number): Baselines {
  const counts = new Float64Array(size).fill(1);
  const pairs = new Float64Array(size * size).fill(1);
  const firsts = new Float64Array(size).fill(size);
  training.forEach((character, i) => {
    counts[character]! += 1;
    const before = training[i - 1];
    if (before === undefined) return;
    pairs[before * size + character]! += 1;
    firsts[before]! += 1;
  });
  const total = training.length + size;
  return {
    unigram: meanCost(heldOut, (_, character) => counts[character]! / total),
    bigram: meanCost(heldOut, (before, character) => pairs[before * size + character]! / firsts[before]!),
  };
}

function meanCost(text: Int32Array, probability: (before: number, character: number) => number): number {
  let bits = 0;
  for (let i = 1; i < text.length; i++) bits -= Math.log2(probability(text[i - 1]!, text[i]!));
  return bits / (text.length - 1);
}
