/** Sequences of 500 to 600 elements in two classes, as random weight guessing was tried on. */
import { uniformStream } from "@unfold/rnn";
import { normalStream } from "../tasks/normal-stream.js";

/** T of the longest sequence. */
export const LONGEST = 600;
const SHORTEST = 500;
/** Of training, and of test. */
const COUNT = 100;

/** Random numbers, the next ones each time they are asked for. */
export interface Draw {
  readonly uniform: () => number;
  readonly normal: () => number;
}

/** What the elements of a class are. */
export interface Kind {
  /** Features of an element. */
  readonly features: number;
  /** Answers wanted at the end: of class 0 and of class 1. */
  readonly targets: readonly [number, number];
  /** A sequence of a class, or undefined if the one drawn is of the other class; then another is drawn. */
  readonly sequence: (klass: 0 | 1, length: number, draw: Draw) => readonly (number | readonly number[])[] | undefined;
}

/** Sequences to be classified, classes in turn. */
export interface LabeledSequences {
  /** `[T, S, F]` */
  readonly x: Float32Array;
  readonly lengths: readonly number[];
  readonly targets: readonly number[];
}

/** A hundred sequences, classes in turn. */
export function longSequences(kind: Kind, seed: number, path: string): LabeledSequences {
  const [uniforms, normals] = [uniformStream(seed, `${path}/uniform`), normalStream(seed, `${path}/normal`)];
  let [u, n] = [0, 0];
  const draw = { uniform: () => uniforms(u++), normal: () => normals(n++) };
  const classes = Array.from({ length: COUNT }, (_, i) => (i % 2) as 0 | 1);
  const sequences = classes.map((klass) => {
    const length = SHORTEST + Math.floor(draw.uniform() * (LONGEST - SHORTEST + 1));
    for (;;) {
      const sequence = kind.sequence(klass, length, draw);
      if (sequence !== undefined) return sequence;
    }
  });
  const x = new Float32Array(LONGEST * COUNT * kind.features);
  for (const [s, sequence] of sequences.entries())
    for (const [t, element] of sequence.entries()) x.set([element].flat(), (t * COUNT + s) * kind.features);
  return {
    x,
    lengths: sequences.map(({ length }) => length),
    targets: classes.map((klass) => kind.targets[klass]),
  };
}
