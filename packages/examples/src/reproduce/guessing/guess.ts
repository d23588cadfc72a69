/** Random weight guessing: networks are drawn until one of them is right. */
import { createRuntime, uniformStream } from "@unfold/rnn";
import { mean } from "../../statistics.js";
import { guessedAnswers, type GuessedNetwork } from "./guessed-network.js";
import type { LabeledSequences } from "./long-sequences.js";

/** Weights are drawn from [-RANGE, RANGE]. */
const RANGE = 100;
/** Guesses that are looked at side by side, and sequences that all of them read; only those that are right read the others. */
const GUESSES = 256;
const SCREENED = 8;

/** A problem that guessing may solve. */
export interface GuessingProblem {
  readonly network: GuessedNetwork;
  /** T of the longest sequence. */
  readonly steps: number;
  /** Sequences that a network must get right. */
  readonly training: LabeledSequences;
  readonly test: LabeledSequences;
  /** An answer closer to its target than this is right. */
  readonly tolerance: number;
}

/** What some searches found. */
export interface Guessed {
  /** Networks that were right on all training sequences. */
  readonly found: number;
  /** Networks drawn until the last of them was found, or until the end. */
  readonly drawn: number;
  /** The share of test sequences that they get right; NaN if there is none. */
  readonly testAccuracy: number;
}

/** Draws networks until so many searches have ended with one that is right, or until so many have been drawn. */
export async function guess(
  problem: GuessingProblem,
  { seed, searches, atMost }: Readonly<Record<"seed" | "searches" | "atMost", number>>,
): Promise<Guessed> {
  const { network, training, test, tolerance } = problem;
  const uniform = uniformStream(seed, "guesses");
  const isRight = await judge(problem);
  const accuracies: number[] = [];
  let drawn = 0;
  while (drawn < atMost && accuracies.length < searches) {
    const start = drawn * network.weights;
    const weights = Float32Array.from(
      { length: network.weights * GUESSES },
      (_, i) => RANGE * (2 * uniform(start + i) - 1),
    );
    const likely = isRight.screen(weights);
    for (let g = 0; g < GUESSES && accuracies.length < searches; g++) {
      drawn++;
      if (!likely[g]) continue;
      const own = Float32Array.from({ length: network.weights }, (_, w) => weights[w * GUESSES + g]!);
      if (shareRight(isRight.answers(own, training), training, tolerance) < 1) continue;
      accuracies.push(shareRight(isRight.answers(own, test), test, tolerance));
    }
  }
  return { found: accuracies.length, drawn, testAccuracy: mean(accuracies) };
}

/** Runs networks: many on the first sequences, one on all. */
async function judge({ network, steps, training, tolerance }: GuessingProblem) {
  const count = training.targets.length;
  const runtime = await createRuntime();
  const many = guessedAnswers(network, { steps, sequences: SCREENED, guesses: GUESSES });
  const one = guessedAnswers(network, { steps, sequences: count, guesses: 1 });
  const screening = await runtime.compile({ inputs: many.inputs, outputs: { answer: many.answer } });
  const looking = await runtime.compile({ inputs: one.inputs, outputs: { answer: one.answer } });
  const first = firstOf(training, SCREENED, network.inputs);
  return {
    /** For each guess whether it is right on the first sequences. */
    screen: (weights: Float32Array): boolean[] => {
      const { data } = screening.run({ x: first.x, lengths: first.lengths, weights }).answer;
      return Array.from({ length: GUESSES }, (_, g) =>
        first.targets.every((target, s) => Math.abs(data[s * GUESSES + g]! - target) < tolerance),
      );
    },
    answers: (weights: Float32Array, { x, lengths }: LabeledSequences) =>
      looking.run({ x, lengths, weights }).answer.data,
  };
}

function shareRight(answers: ArrayLike<number>, { targets }: LabeledSequences, tolerance: number): number {
  return targets.filter((target, s) => Math.abs(answers[s]! - target) < tolerance).length / targets.length;
}

function firstOf({ x, lengths, targets }: LabeledSequences, count: number, features: number): LabeledSequences {
  const all = targets.length;
  const steps = x.length / (all * features);
  return {
    x: Float32Array.from({ length: steps * count * features }, (_, i) => {
      const [t, rest] = [Math.floor(i / (count * features)), i % (count * features)];
      return x[t * all * features + rest]!;
    }),
    lengths: lengths.slice(0, count),
    targets: targets.slice(0, count),
  };
}
