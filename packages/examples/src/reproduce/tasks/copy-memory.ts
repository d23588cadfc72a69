/**
 * The copy memory task: ten symbols are to be said again after T blanks, when a signal comes.
 *
 * @source Hochreiter & Schmidhuber 1997; Arjovsky, Shah & Bengio 2016, "Unitary evolution recurrent neural networks", section 5.1; as in Bai, Kolter & Koltun 2018, "An empirical evaluation of generic convolutional and recurrent networks for sequence modeling"
 */
import { uniformStream } from "@unfold/rnn";

/** Symbols to be remembered. */
export const REMEMBERED = 10;
/** Symbols that may have to be remembered, 1 … 8; 0 is the blank and 9 the signal. */
const KINDS = 8;
/** All symbols. */
export const SYMBOLS = KINDS + 2;

/** Steps of a sequence. */
export function copySteps(lag: number): number {
  return lag + 2 * REMEMBERED;
}

/** Cross-entropy of one who remembers nothing and knows when to answer, in nats per step: 10 ln 8 / (T + 20). */
export function memoryless(lag: number): number {
  return (REMEMBERED * Math.log(KINDS)) / copySteps(lag);
}

/** A source of sequences side by side, `[T + 20, B]`: what is read and what is to be said. */
export function copyMemory(seed: number, path: string, lag: number) {
  const uniform = uniformStream(seed, `copy memory/${path}`);
  const steps = copySteps(lag);
  let drawn = 0;
  return (batch: number): { readonly read: Int32Array; readonly wanted: Int32Array } => {
    const [read, wanted] = [new Int32Array(steps * batch), new Int32Array(steps * batch)];
    for (let b = 0; b < batch; b++)
      for (let t = 0; t < REMEMBERED; t++) {
        const symbol = 1 + Math.floor(KINDS * uniform(drawn++));
        read[t * batch + b] = symbol;
        read[(steps - 1 - t) * batch + b] = SYMBOLS - 1;
        wanted[(steps - REMEMBERED + t) * batch + b] = symbol;
      }
    return { read, wanted };
  };
}
