/**
 * Elman's first experiment: exclusive or in time. A stream of bits, every third the XOR of the two before it; the network
 * reads a bit and predicts the next. Only every third bit can be predicted, and only by remembering one bit.
 *
 * h_t = tanh(x_t W + h_{t-1} U + b), y_t = σ(h_t R + r), error = mean of (y_t - x_{t+1})²; 1 input, 2 hidden, 1 output
 *
 * As in the paper: the sizes, 3,000 bits, 600 passes, errors averaged over 1,200 cycles of 12 bits. Not as in the paper:
 * the gradient reaches back 60 steps instead of one, and Adam uses it. Hidden units of tanh that start at 0 are the
 * paper's logistic units that start at 0.5, shifted and scaled.
 *
 * @source Elman 1990, "Finding structure in time", Cognitive Science 14, the section "Exclusive-OR" and figure 3
 */
import { parseArgs } from "node:util";
import {
  adam,
  createRuntime,
  dense,
  elman,
  input,
  meanSquaredError,
  sigmoid,
  type FloatNode,
  type Runtime,
  uniformStream,
} from "@unfold/rnn";
import Table from "cli-table3";
import { readNumber, refusal } from "./command-line.js";

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
const DEFAULT_SEED = 1;
const DEFAULT_PASSES = 600;

const HELP = `Trains Elman's network of 1990 on exclusive or in time.

Usage: npm run example -- elman-xor [options]

  --seed N    of the weights and the bits (${DEFAULT_SEED})
  --passes N  through the 3,000 bits, one update of the weights each (${DEFAULT_PASSES})
  --json      end with one line of JSON on standard output
  --help      print this`;

/** What was measured on bits that were not trained on. */
export interface XorResult {
  readonly name: "elman-xor";
  readonly seed: number;
  readonly passes: number;
  /** Mean squared error of the prediction of each bit of a cycle; the third, sixth, ninth and twelfth are XORs. */
  readonly errorByPosition: readonly number[];
  /** The mean over the XORs. */
  readonly predictableError: number;
  /** The mean over the random bits. */
  readonly unpredictableError: number;
  readonly seconds: number;
}

/**
 * @param args - the words of the command line
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  const { seed, passes, json, help } = parseOptions(args);
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const result = await trainXor(seed, passes);
  (json ? process.stderr : process.stdout).write(`${asText(result)}\n`);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  return 0;
}

/** Trains on one stream of bits, measures on another. */
export async function trainXor(seed: number, passes: number): Promise<XorResult> {
  const started = performance.now();
  const predict = network(seed);
  const runtime = await createRuntime();
  const bits = input("bits", [PIECE, TRAINING_PIECES, 1]);
  const next = input("next", [PIECE, TRAINING_PIECES, 1]);
  const loss = meanSquaredError(predict(bits), next);
  const step = await runtime.compile({
    inputs: { bits, next },
    updates: adam({ learningRate: LEARNING_RATE }).minimize(loss),
  });
  const training = pieces(xorStream(seed, "training", PIECE * TRAINING_PIECES + 1), TRAINING_PIECES);
  for (let pass = 0; pass < passes; pass++) step.run(training);
  const errorByPosition = await measure(runtime, predict, seed);
  return {
    name: "elman-xor",
    seed,
    passes,
    errorByPosition,
    predictableError: mean(errorByPosition.filter((_, position) => isXor(position))),
    unpredictableError: mean(errorByPosition.filter((_, position) => !isXor(position))),
    seconds: (performance.now() - started) / 1000,
  };
}

/** Bits whose every third is the XOR of the two before it, the others random. */
export function xorStream(seed: number, path: string, count: number): number[] {
  const uniform = uniformStream(seed, `elman-xor/${path}`);
  const stream: number[] = [];
  for (let i = 0; i < count; i++) {
    stream.push(isXor(i) ? stream[i - 1]! ^ stream[i - 2]! : Number(uniform(i) < 0.5));
  }
  return stream;
}

function isXor(position: number): boolean {
  return position % 3 === 2;
}

/** One set of weights; every unfolding made with it shares them. */
function network(seed: number): (bits: FloatNode) => FloatNode {
  const cell = elman({ inputs: 1, units: 2, seed });
  const readout = dense({ name: "readout", inputs: 2, units: 1, seed });
  return (bits) => sigmoid(readout.apply(cell.over(bits).outputs.h));
}

/** A stream cut into pieces side by side, `[T, B, 1]`: what is read, and the bit that follows each. */
function pieces(
  stream: readonly number[],
  count: number,
): { readonly bits: Float32Array; readonly next: Float32Array } {
  const read = (shift: number): Float32Array =>
    Float32Array.from({ length: PIECE * count }, (_, slot) => {
      const [t, piece] = [Math.floor(slot / count), slot % count];
      return stream[piece * PIECE + t + shift]!;
    });
  return { bits: read(0), next: read(1) };
}

/** The mean squared error of the prediction of each bit of a cycle. */
async function measure(runtime: Runtime, predict: (bits: FloatNode) => FloatNode, seed: number): Promise<number[]> {
  const bits = input("bits", [PIECE, MEASURED_PIECES, 1]);
  const next = input("next", [PIECE, MEASURED_PIECES, 1]);
  const errors = meanSquaredError(predict(bits), next, { reduction: "none" });
  const look = await runtime.compile({ inputs: { bits, next }, outputs: { errors } });
  const stream = xorStream(seed, "measured", PIECE * MEASURED_PIECES + 1);
  const { data } = look.run(pieces(stream, MEASURED_PIECES)).errors;
  const totals = Array.from({ length: CYCLE }, () => 0);
  // Reading bit t predicts bit t + 1; the first cycle of a piece tells the beginning of the stream from its middle.
  for (let predicted = CYCLE; predicted < PIECE; predicted++) {
    const errorsOfBit = data.subarray((predicted - 1) * MEASURED_PIECES, predicted * MEASURED_PIECES);
    totals[predicted % CYCLE]! += mean([...errorsOfBit]);
  }
  return totals.map((total) => total / (PIECE / CYCLE - 1));
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function asText({ errorByPosition, predictableError, unpredictableError, seconds }: XorResult): string {
  const table = new Table({
    head: ["mean squared error", "random", "random", "XOR of the two"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const row = (first: number): readonly string[] =>
    errorByPosition.slice(first, first + 3).map((error) => error.toFixed(3));
  for (let first = 0; first < CYCLE; first += 3) table.push([`bits ${first + 1} to ${first + 3}`, ...row(first)]);
  return [
    table.toString(),
    `Random bits: ${unpredictableError.toFixed(3)}; guessing one half gives 0.250, being right on every third bit costs a little more.`,
    `Every third bit: ${predictableError.toFixed(3)}. Took ${seconds.toFixed(1)} s.`,
  ].join("\n");
}

function parseOptions(args: readonly string[]): {
  readonly seed: number;
  readonly passes: number;
  readonly json: boolean;
  readonly help: boolean;
} {
  const { seed, passes, json, help } = read(args);
  const whole = { isWhole: true } as const;
  return {
    seed: readNumber(seed, { option: "--seed", ...whole, min: 0, max: Number.MAX_SAFE_INTEGER }),
    passes: readNumber(passes, { option: "--passes", ...whole, min: 1, max: 1_000_000 }),
    json,
    help,
  };
}

function read(args: readonly string[]): { seed: string; passes: string; json: boolean; help: boolean } {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        seed: { type: "string", default: String(DEFAULT_SEED) },
        passes: { type: "string", default: String(DEFAULT_PASSES) },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw refusal("npm run example -- elman-xor", error);
  }
}
