/** Trains on pairs of spelling and pronunciation; the decoder reads what should have been said (teacher forcing). */
import {
  adam,
  bucketByLength,
  cosineDecay,
  createTrainer,
  crossEntropy,
  Dataset,
  lengthMask,
  padSequences,
  type IntNode,
  type Runtime,
} from "@unfold/rnn";
import { END, LONGEST, phonemes, type Entry } from "./dictionary.js";
import type { Network, Spellings } from "./network.js";
import { spell } from "./spell.js";

/** Pairs per update. */
export const BATCH = 64;
/** Pairs are padded to the first of these that is long enough: a program each, and little padding. */
const LENGTHS = [6, 8, 10, 12, LONGEST];
const LEARNING_RATE = 0.005;

/** How to train. */
export interface NetworkTraining {
  readonly seed: number;
  readonly epochs: number;
  /** After each update, of `steps` in all. */
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

type Pair = Readonly<{ word: string; said: readonly string[] }>;
/** What was said before each step, what should be said at it, and the number of steps. */
type Sayings = Readonly<Record<"before" | "after" | "steps", IntNode>>;

/** Trains for some epochs. */
export async function trainNetwork(
  runtime: Runtime,
  network: Network,
  words: readonly Entry[],
  { seed, epochs, onStep }: NetworkTraining,
): Promise<void> {
  const pairs = words.flatMap(({ word, pronunciations }) => pronunciations.map((said): Pair => ({ word, said })));
  const steps = Math.ceil((pairs.length * epochs) / BATCH);
  const trainer = createTrainer(runtime, {
    build: ({ before, after, steps: counts, ...spellings }: Spellings & Sayings) => {
      const { cell, initial } = network.decoderOf(spellings);
      const { h } = cell.scan(network.embed(before), initial).outputs;
      return { loss: crossEntropy(network.logits(h), after, { mask: lengthMask(counts, after.shape[0]!) }) };
    },
    optimizer: adam({ learningRate: cosineDecay({ rate: LEARNING_RATE, steps }) }),
    minimize: { clipGlobalNorm: 1 },
  });
  const data = bucketByLength(Dataset.from(pairs).shuffle({ seed }).repeat(epochs), {
    lengthOf,
    boundaries: LENGTHS,
    size: BATCH,
    dropLast: true,
  });
  let step = 0;
  for await (const batch of data.map(padded)) {
    const { loss } = await trainer.step(batch);
    onStep(++step, steps, loss);
  }
}

function lengthOf({ word, said }: Pair): number {
  return Math.max(word.length, said.length + 1);
}

function padded(pairs: readonly Pair[]) {
  const length = LENGTHS.find((bound) => pairs.every((pair) => lengthOf(pair) <= bound))!;
  const pad = (sayings: readonly (readonly string[])[]) =>
    padSequences(
      sayings.map((said) => phonemes.encode(said)),
      { length, dtype: "i32" },
    );
  const after = pad(pairs.map(({ said }) => [...said, END]));
  return {
    ...spell(
      pairs.map(({ word }) => word),
      length,
    ),
    before: pad(pairs.map(({ said }) => [END, ...said])).values,
    after: after.values,
    steps: after.lengths,
  };
}
