/** Minibatches of sequences: which ones come at a step depends on the seed and the step alone, so that a resumed run reads on exactly. */
import { ValueError, randomPermutation, uniformStream } from "@unfold/rnn";

/** B sequences of T characters, and for each character the one that follows it. Time-major `[T, B]`. */
export interface Minibatch {
  readonly characters: Int32Array;
  readonly next: Int32Array;
}

/** T, B and the seed of the order. */
export interface MinibatchOptions {
  readonly length: number;
  readonly batch: number;
  readonly seed: number;
}

/**
 * The minibatch of every step.
 *
 * The text is cut into sequences of T characters that do not overlap; each epoch visits every sequence once, in an order
 * of its own. A minibatch may end one epoch and begin the next.
 *
 * @param text - character numbers of the training part
 * @returns a function of the step, 0, 1, …; its arrays are overwritten by the next call
 * @throws ValueError TEXT_SHORT if the text has fewer than T + 1 characters.
 */
export function minibatches(text: Int32Array, { length, batch, seed }: MinibatchOptions): (step: number) => Minibatch {
  const sequences = Math.floor((text.length - 1) / length);
  if (sequences < 1) {
    throw new ValueError({
      code: "TEXT_SHORT",
      where: "minibatches(text, { length })",
      rule: `the text must have at least length + 1 = ${length + 1} characters`,
      got: `${text.length}`,
      fix: "Use a smaller --length",
    });
  }
  const orderOf = lastOrders(sequences, seed);
  const characters = new Int32Array(length * batch);
  const next = new Int32Array(length * batch);
  return (step) => {
    for (let b = 0; b < batch; b++) {
      const visit = step * batch + b;
      const start = (orderOf(Math.floor(visit / sequences))[visit % sequences] ?? 0) * length;
      for (let t = 0; t < length; t++) {
        characters[t * batch + b] = text[start + t] ?? 0;
        next[t * batch + b] = text[start + t + 1] ?? 0;
      }
    }
    return { characters, next };
  };
}

/** The order of an epoch, made when first asked for. One is kept: steps ask for epochs in turn. */
function lastOrders(sequences: number, seed: number): (epoch: number) => Int32Array {
  let kept: { readonly epoch: number; readonly order: Int32Array } = { epoch: -1, order: new Int32Array() };
  return (epoch) => {
    if (kept.epoch !== epoch) {
      kept = { epoch, order: randomPermutation(sequences, uniformStream(seed, `minibatches/${epoch}`)) };
    }
    return kept.order;
  };
}
