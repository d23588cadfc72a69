/** A recurrent network that reads a name letter by letter and says after each from which language it may come. */
import {
  accuracy,
  adam,
  confusionMatrix,
  createRuntime,
  createTrainer,
  crossEntropy,
  Dataset,
  dense,
  dropout,
  embedding,
  fit,
  gru,
  input,
  padSequences,
  softmax,
  trainingMode,
  Vocabulary,
  type EpochRecord,
  type FitResult,
  type IntNode,
  type Runtime,
  type TrainingMode,
} from "@unfold/rnn";
import { languages, type Surname } from "./names.js";

/** How to train. */
export interface ClassifierOptions {
  readonly seed: number;
  readonly units: number;
  readonly epochs: number;
  readonly onEpoch: (record: EpochRecord) => void;
}

/** A trained network. */
export interface Classifier {
  readonly training: FitResult;
  /** The share of names that are right, and how many of language i were taken for language j. */
  readonly measure: (
    names: readonly Surname[],
  ) => Promise<{ readonly accuracy: number; readonly confusion: readonly (readonly number[])[] }>;
  /** The probability of each language, after each letter of each name. */
  readonly read: (names: readonly string[]) => Promise<readonly (readonly (readonly number[])[])[]>;
}

type Network = ReturnType<typeof networkOf>;

const LETTERS = Vocabulary.of("abcdefghijklmnopqrstuvwxyz' -");
const BATCH = 64;
/** The share of its inputs, and of its last state, that the network does without while it trains. */
const DROPPED = 0.4;

/** Trains until the validation names get no better, and keeps the best weights. */
export async function trainClassifier(
  names: Readonly<Record<"training" | "validation" | "test", readonly Surname[]>>,
  { seed, units, epochs, onEpoch }: ClassifierOptions,
): Promise<Classifier> {
  const network = networkOf(seed, units);
  const runtime = await createRuntime();
  const mode = trainingMode(seed);
  const trainer = createTrainer(runtime, {
    build: ({ letters, length, language }: Record<"letters" | "length" | "language", IntNode>) => {
      const loss = crossEntropy(network(letters, length, mode).last, language, { labelSmoothing: 0.1 });
      const { last } = network(letters, length);
      const metrics = { accuracy: accuracy(last, language), confusion: confusionMatrix(last, language) };
      return { loss, updates: mode.updates(), metrics };
    },
    optimizer: adam({ learningRate: 0.003 }),
    minimize: { clipGlobalNorm: 1 },
  });
  // All batches have one shape, so that the step is compiled once.
  const longest = Math.max(...Object.values(names).flatMap((part) => part.map(({ name }) => name.length)));
  const examples = (part: readonly Surname[]) =>
    Dataset.from(part).map(({ name, language }) => ({
      letters: padded([name], longest).letters.data,
      length: name.length,
      language,
    }));
  const batches = { axis: { letters: 1 }, dtypes: { letters: "i32", length: "i32", language: "i32" } } as const;
  const training = await fit(trainer, {
    data: examples(names.training)
      .shuffle({ seed })
      .batch(BATCH, { ...batches, dropLast: true }),
    validation: examples(names.validation).batch(BATCH, batches),
    epochs,
    earlyStopping: { metric: "accuracy", goal: "rise", patience: 8 },
    keepBest: true,
    callbacks: [
      {
        onEpoch: (record) => {
          onEpoch(record);
          return undefined;
        },
      },
    ],
  });
  return {
    training,
    measure: (part) => trainer.evaluate(examples(part).batch(BATCH, batches)),
    read: (texts) => read(runtime, network, texts),
  };
}

/** One set of weights; logits after every letter, `[T, B, languages]`, and after the last one of each name. */
function networkOf(seed: number, units: number) {
  const table = embedding({ tokens: LETTERS.tokens.length, units: 16, seed });
  const cell = gru({ inputs: 16, units, seed });
  const readout = dense({ name: "readout", inputs: units, units: languages.length, seed });
  const drop = dropout({ rate: DROPPED });
  return (letters: IntNode, lengths: IntNode, mode?: TrainingMode) => {
    const { outputs, last } = cell.scan(drop.apply(table.apply(letters), mode), {}, { lengths });
    return { each: readout.apply(outputs.h), last: readout.apply(drop.apply(last.h, mode)) };
  };
}

function padded(names: readonly string[], length: number) {
  const { values, lengths } = padSequences(
    names.map((name) => LETTERS.encode(name)),
    { length, dtype: "i32" },
  );
  return { letters: values, length: lengths };
}

async function read(runtime: Runtime, network: Network, names: readonly string[]) {
  const { letters, length } = padded(names, Math.max(...names.map((name) => name.length)));
  const inputs = { letters: input("letters", letters.shape, "i32"), length: input("length", length.shape, "i32") };
  const probabilities = softmax(network(inputs.letters, inputs.length).each);
  const look = await runtime.compile({ inputs, outputs: { probabilities } });
  const { data } = look.run({ letters, length }).probabilities;
  return names.map((name, b) =>
    Array.from(name, (_, t) => {
      const at = (t * names.length + b) * languages.length;
      return [...data.subarray(at, at + languages.length)];
    }),
  );
}
