/**
 * Elman's first experiment: exclusive or in time. A stream of bits, every third the XOR of the two before it; the network
 * reads a bit and predicts the next. Only every third bit can be predicted, and only by remembering one bit.
 *
 * @source Elman 1990, "Finding structure in time", Cognitive Science 14, the section "Exclusive-OR" and figure 3
 */
import {
  adam,
  createRuntime,
  dense,
  elman,
  input,
  meanSquaredError,
  sigmoid,
  textTable,
  type FloatNode,
  type Runtime,
} from "@unfold/rnn";
import { figure, lineChart } from "@unfold/report";
import { mean } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { isXor, pieces, xorStream } from "./xor-stream.js";

/** Bits per cycle of the paper's figure: four XORs. */
const CYCLE = 12;
/** Bits the network reads from a fresh hidden state, a whole number of cycles. */
const PIECE = 5 * CYCLE;
/** Pieces of the stream to train on: 3,000 bits. */
const TRAINING_PIECES = 50;
/** Pieces to measure on: with the first cycle of each left out, 1,200 cycles. */
const MEASURED_PIECES = 300;
/** Of Adam. */
const LEARNING_RATE = 0.05;

export const example = defineExample({
  title: "Elman's network learns exclusive or in time",
  settings: {
    seed: SEED,
    passes: { about: "through the 3,000 bits, one update of the weights each", value: 600, min: 1, max: 1_000_000 },
  },
  run: async ({ seed, passes }, { update }) => {
    const predict = network(seed);
    const runtime = await createRuntime();
    const bits = input("bits", [PIECE, TRAINING_PIECES, 1]);
    const next = input("next", [PIECE, TRAINING_PIECES, 1]);
    const loss = meanSquaredError(predict(bits), next);
    const step = await runtime.compile({
      inputs: { bits, next },
      outputs: { loss },
      updates: adam({ learningRate: LEARNING_RATE }).minimize(loss),
    });
    const training = pieces(xorStream(seed, "training", PIECE * TRAINING_PIECES + 1), PIECE, TRAINING_PIECES);
    const losses: number[] = [];
    for (let pass = 1; pass <= passes; pass++) {
      losses.push(step.run(training).loss.item());
      update(pass, passes, `mean squared error ${losses.at(-1)!.toFixed(3)}`);
    }
    const errorByPosition = await measure(runtime, predict, seed);
    const predictableError = mean(errorByPosition.filter((_, position) => isXor(position)));
    const unpredictableError = mean(errorByPosition.filter((_, position) => !isXor(position)));
    return {
      figures: { errorByPosition, predictableError, unpredictableError },
      text: [
        table(errorByPosition),
        `Random bits: ${unpredictableError.toFixed(3)}; guessing one half gives 0.250, being right on every third bit costs a little more.`,
        `Every third bit: ${predictableError.toFixed(3)}.`,
      ].join("\n"),
      parts: [
        figure(
          lineChart({
            x: { name: "bit of the cycle" },
            y: { name: "mean squared error", min: 0 },
            curves: [{ name: "error of the prediction", points: errorByPosition.map((error, i) => [i + 1, error]) }],
            levels: [{ y: 0.25, text: "guessing" }],
          }),
          "Elman's figure 3: the error drops at every third bit, which is the exclusive or of the two before it.",
        ),
        figure(
          lineChart({
            x: { name: "pass" },
            y: { name: "mean squared error", min: 0.15 },
            curves: [{ name: "all bits, training", points: losses }],
            levels: [{ y: 0.25 * (2 / 3), text: "best possible" }],
          }),
          "Two thirds of the bits cannot be predicted: the best possible mean is 2/3 of 0.25.",
        ),
      ],
    };
  },
});

/** One set of weights; every unfolding made with it shares them. */
function network(seed: number): (bits: FloatNode) => FloatNode {
  const cell = elman({ inputs: 1, units: 2, seed });
  const readout = dense({ name: "readout", inputs: 2, units: 1, seed });
  return (bits) => sigmoid(readout.apply(cell.over(bits).outputs.h));
}

/** The mean squared error of the prediction of each bit of a cycle, on bits that were not trained on. */
async function measure(runtime: Runtime, predict: (bits: FloatNode) => FloatNode, seed: number): Promise<number[]> {
  const bits = input("bits", [PIECE, MEASURED_PIECES, 1]);
  const next = input("next", [PIECE, MEASURED_PIECES, 1]);
  const errors = meanSquaredError(predict(bits), next, { reduction: "none" });
  const look = await runtime.compile({ inputs: { bits, next }, outputs: { errors } });
  const stream = xorStream(seed, "measured", PIECE * MEASURED_PIECES + 1);
  const { data } = look.run(pieces(stream, PIECE, MEASURED_PIECES)).errors;
  const totals = Array.from({ length: CYCLE }, () => 0);
  // Reading bit t predicts bit t + 1; the first cycle of a piece tells the beginning of the stream from its middle.
  for (let predicted = CYCLE; predicted < PIECE; predicted++) {
    const errorsOfBit = data.subarray((predicted - 1) * MEASURED_PIECES, predicted * MEASURED_PIECES);
    totals[predicted % CYCLE]! += mean([...errorsOfBit]);
  }
  return totals.map((total) => total / (PIECE / CYCLE - 1));
}

function table(errorByPosition: readonly number[]): string {
  const cells = errorByPosition.map((error) => error.toFixed(3));
  const rows = Array.from({ length: CYCLE / 3 }, (_, i) => [
    `bits ${3 * i + 1} to ${3 * i + 3}`,
    ...cells.slice(3 * i, 3 * i + 3),
  ]);
  return textTable([["mean squared error", "random", "random", "XOR of the two"], ...rows], (column) => column > 0);
}
