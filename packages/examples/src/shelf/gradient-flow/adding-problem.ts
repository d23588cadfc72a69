/**
 * The adding problem: a sequence of numbers, two of which are marked, one in each half; the answer is their sum. Whoever
 * does not remember answers 1 at best, a mean squared error of 1/6.
 *
 * @source Hochreiter & Schmidhuber 1997, "Long short-term memory", experiment 4; with numbers in [0, 1) and their sum as in Le, Jaitly & Hinton 2015, "A simple way to initialize recurrent networks of rectified linear units"
 */
import { uniformStream } from "@unfold/rnn";

/** Per step: the number, and whether it is marked. */
export const FEATURES = 2;

/** Sequences side by side. */
export interface Minibatch {
  /** `[T, B, 2]` */
  readonly x: Float32Array<ArrayBuffer>;
  /** The sums, `[B, 1]`. */
  readonly y: Float32Array<ArrayBuffer>;
}

/** A source of minibatches of T steps; the same seed and path give the same ones. */
export function addingProblem(seed: number, path: string, steps: number): (batch: number) => Minibatch {
  const uniform = uniformStream(seed, `adding problem/${path}`);
  let drawn = 0;
  const draw = (): number => uniform(drawn++);
  const half = Math.floor(steps / 2);
  return (batch) => {
    const [x, y] = [new Float32Array(steps * batch * FEATURES), new Float32Array(batch)];
    for (let b = 0; b < batch; b++) {
      const marked = [Math.floor(draw() * half), half + Math.floor(draw() * (steps - half))];
      for (let t = 0; t < steps; t++) {
        const at = (t * batch + b) * FEATURES;
        x[at] = draw();
        if (!marked.includes(t)) continue;
        x[at + 1] = 1;
        y[b]! += x[at];
      }
    }
    return { x, y };
  };
}

/** The numbers and marks of the first sequence, `[T, 1, 2]`. */
export function firstSequence({ x, y }: Minibatch, steps: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: steps * FEATURES }, (_, i) => {
    return x[Math.floor(i / FEATURES) * y.length * FEATURES + (i % FEATURES)]!;
  });
}
