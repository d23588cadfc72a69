/**
 * The two-sequence problem: the first N elements, all 1 or all -1, say which class a sequence is of; noise follows, and at the
 * end the class is to be said.
 *
 * @source Bengio, Simard & Frasconi 1994, "Learning long-term dependencies with gradient descent is difficult"; as in Hochreiter & Schmidhuber 1997, experiment 3
 */
import { uniformStream } from "@unfold/rnn";
import { normalStream } from "./normal-stream.js";

/** What is asked. */
export interface TwoSequenceTask {
  /** T; a sequence has T to 1.1 T elements. */
  readonly lag: number;
  /** N, elements that say which class. */
  readonly informative: number;
  /** What is to be said of class -1 and of class 1. */
  readonly targets: readonly [number, number];
  /** Deviation of the noise on the targets of training sequences. */
  readonly targetDeviation: number;
}

/** Sequences side by side, padded at the end. */
export interface TwoSequenceBatch {
  /** `[1.1 T, B, 1]` */
  readonly x: Float32Array;
  readonly lengths: Int32Array;
  /** `[B, 1]`, noise included. */
  readonly y: Float32Array;
  /** What y is without noise. */
  readonly truth: readonly number[];
}

/** Elements of the longest sequence. */
export function longestOf({ lag }: TwoSequenceTask): number {
  return Math.floor(1.1 * lag);
}

/** A source of sequences; the same seed and path give the same ones. */
export function twoSequences(task: TwoSequenceTask, seed: number, path: string): (batch: number) => TwoSequenceBatch {
  const uniform = uniformStream(seed, `two sequences/${path}`);
  const normal = normalStream(seed, `two sequences/${path}/noise`);
  let [u, n] = [0, 0];
  const longest = longestOf(task);
  const deviation = Math.sqrt(0.2);
  return (batch) => {
    const x = new Float32Array(longest * batch);
    const truth: number[] = [];
    const lengths = Int32Array.from({ length: batch }, (_, b) => {
      const klass = uniform(u++) < 0.5 ? 0 : 1;
      truth.push(task.targets[klass]);
      const length = task.lag + Math.floor(uniform(u++) * (longest - task.lag + 1));
      for (let t = 0; t < length; t++)
        x[t * batch + b] = t < task.informative ? 2 * klass - 1 : deviation * normal(n++);
      return length;
    });
    return { x, lengths, truth, y: Float32Array.from(truth, (target) => target + task.targetDeviation * normal(n++)) };
  };
}
