/** An encoder and a decoder learn to add numbers of two digits as strings. */
import {
  adam,
  broadcastTo,
  createRuntime,
  crossEntropy,
  dense,
  input,
  lstm,
  oneHot,
  randomPermutation,
  uniformStream,
  type FloatNode,
  type RecurrentCell,
} from "@unfold/rnn";
import { indexOfLargest, mean, percent } from "../../statistics.js";
import { FRESH_SEEDS, type Row } from "../row.js";
import { mut1, type Mut1Options } from "../tasks/mut1.js";
import { CHARACTERS, sumLengths, sums, type Sum } from "../tasks/string-addition.js";

const [DIGITS, EXAMPLES, EPOCHS, UNITS] = [2, 5000, 55, 128];
/** Sums that are kept apart, a tenth. */
const HELD_OUT = EXAMPLES / 10;
const LENGTHS = sumLengths(DIGITS);

/** The program of August 2015, of which 99 % was written. */
export const stringAddition = row("string-addition", {
  ...{ cellOf: mut1, batch: 128, learnsAll: true },
  remark:
    "the program that the 99 % were written of, Keras 0.1.2: its cell is JZS1 (MUT1), its minibatches are of 128, and it learns the tenth that it keeps apart for testing too",
});

/** The program as it is now; the sentence has stayed, only the name of the cell in it was replaced. */
export const stringAdditionLstm = row("string-addition-lstm", {
  ...{ cellOf: lstm, batch: 32, learnsAll: false },
  remark:
    "the program as it has been since 2020: LSTM, minibatches of 32, and the tenth kept apart is not learned. The sentence that says 99 % is older: it was written of another cell, in a program that had learned what it tested with",
});

interface Case {
  readonly cellOf: (options: Mut1Options) => RecurrentCell<{ readonly h: FloatNode }>;
  readonly batch: number;
  /** Whether sums that are kept apart are learned all the same. */
  readonly learnsAll: boolean;
  readonly remark: string;
}

function row(name: string, { cellOf, batch, learnsAll, remark }: Case): Row {
  return {
    name,
    published: "99 % of the characters right, trained on or not, after 55 epochs of 5,000 sums",
    source: "Keras, example addition_rnn",
    seeds: FRESH_SEEDS,
    isLong: true,
    run: async (seed) => {
      const all = sums(EXAMPLES, DIGITS, seed);
      const { train, accuracyOn } = await network(cellOf, batch, seed);
      const training = learnsAll ? all : all.slice(HELD_OUT);
      for (let epoch = 0; epoch < EPOCHS; epoch++) {
        const order = randomPermutation(training.length, uniformStream(seed, `epoch ${epoch}`));
        for (let start = 0; start < order.length; start += batch)
          train(Array.from(order.subarray(start, start + batch), (i) => training[i]!));
      }
      const [known, unknown] = [all.slice(HELD_OUT, 2 * HELD_OUT), all.slice(0, HELD_OUT)].map(accuracyOn) as [
        number,
        number,
      ];
      return {
        obtained: `${percent(known)} of sums of the training set, ${percent(unknown)} of the tenth kept apart`,
        holds: known >= 0.985 && unknown >= 0.985,
        remark,
      };
    },
  };
}

/** Reads a question, and writes an answer from what it remembers of it. */
async function network(cellOf: Case["cellOf"], most: number, seed: number) {
  const encoder = cellOf({ name: "encoder", inputs: CHARACTERS.length, units: UNITS, seed });
  const decoder = cellOf({ name: "decoder", inputs: UNITS, units: UNITS, seed });
  const readout = dense({ name: "readout", inputs: UNITS, units: CHARACTERS.length, seed });
  const graphOf = (batch: number) => {
    const question = input("question", [LENGTHS.question, batch], "i32");
    const answer = input("answer", [LENGTHS.answer, batch], "i32");
    const isThere = input("isThere", [batch], "bool");
    const { h } = encoder.scan(oneHot(question, CHARACTERS.length)).last;
    const scores = readout.apply(decoder.scan(broadcastTo(h, [LENGTHS.answer, batch, UNITS])).outputs.h);
    const mask = broadcastTo(isThere, [LENGTHS.answer, batch]);
    return { inputs: { question, answer, isThere }, scores, loss: crossEntropy(scores, answer, { mask }) };
  };
  const [some, many] = [graphOf(most), graphOf(HELD_OUT)];
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs: some.inputs,
    updates: adam({ learningRate: 0.001 }).minimize(some.loss),
  });
  const look = await runtime.compile({ inputs: { question: many.inputs.question }, outputs: { scores: many.scores } });
  return {
    /** Learns from at most so many sums. */
    train: (batch: readonly Sum[]) => {
      const full = Array.from({ length: most }, (_, b) => batch[b] ?? batch[0]!);
      step.run({
        question: numbers(full, "question"),
        answer: numbers(full, "answer"),
        isThere: full.map((_, b) => b < batch.length),
      });
    },
    /** The share of characters of HELD_OUT answers that are right. */
    accuracyOn: (batch: readonly Sum[]): number => {
      const { data } = look.run({ question: numbers(batch, "question") }).scores;
      const size = CHARACTERS.length;
      return mean(
        numbers(batch, "answer").map((character, slot) =>
          Number(indexOfLargest([...data.subarray(slot * size, (slot + 1) * size)]) === character),
        ),
      );
    },
  };
}

/** Characters as numbers, `[T, B]`. */
function numbers(batch: readonly Sum[], part: keyof Sum): number[] {
  return Array.from({ length: LENGTHS[part] }, (_, t) => batch.map((sum) => CHARACTERS.indexOf(sum[part][t]!))).flat();
}
