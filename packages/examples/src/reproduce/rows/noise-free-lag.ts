/**
 * Two sequences without noise that differ in their first symbol only, and end with it: y a₁ … a₉₉ y and x a₁ … a₉₉ x.
 *
 * @source Hochreiter & Schmidhuber 1997, "Long short-term memory", task 2a, p = 100
 */
import {
  adam,
  add,
  createRuntime,
  crossEntropy,
  dense,
  elman,
  input,
  lstm,
  oneHot,
  slice,
  softmax,
  type RecurrentCell,
} from "@unfold/rnn";
import { FRESH_SEEDS, type Found, type Row } from "../row.js";

/** p, steps between the first symbol and its return. */
const LAG = 100;
/** a₁ … a₉₉, then x and y. */
const SYMBOLS = LAG + 1;
/** Time-major: both sequences side by side. */
const READ = Array.from({ length: LAG }, (_, t) => (t === 0 ? [LAG - 1, LAG] : [t - 1, t - 1]));
const NEXT = [...READ.slice(1), READ[0]!];
/** Sequences that each network may read. */
const AT_MOST = 40_000;
const SOURCE = "Hochreiter & Schmidhuber 1997, experiment 2a, table 2";
const REMARK =
  "both sequences in each update, Adam, 40,000 sequences at most; the cell has forget gates that begin open (bias 5), which the paper's had not, and most runs take longer than that";

/** Long short-term memory. */
export const lagLstm: Row = {
  name: "noise-free-lag-lstm",
  published: "100 % of runs succeed, after 5,040 sequences",
  source: SOURCE,
  seeds: FRESH_SEEDS,
  run: async (seed) =>
    found(await sequencesUntilRight(lstm({ inputs: SYMBOLS, units: 8, seed, forgetBias: 5 }), seed), true),
};

/** A network with backpropagation through time. */
export const lagElman: Row = {
  name: "noise-free-lag-elman",
  published: "backpropagation through time: 0 % of runs succeed",
  source: SOURCE,
  seeds: FRESH_SEEDS,
  run: async (seed) => found(await sequencesUntilRight(elman({ inputs: SYMBOLS, units: 8, seed }), seed), false),
};

function found(sequences: number | undefined, isToLearn: boolean): Found {
  return {
    obtained: sequences === undefined ? `not within ${AT_MOST} sequences` : `right after ${sequences} sequences`,
    holds: (sequences !== undefined) === isToLearn,
    remark: REMARK,
  };
}

/** How many sequences a network reads until it gives both last symbols more than 3/4; undefined if it never does. */
async function sequencesUntilRight(cell: RecurrentCell, seed: number): Promise<number | undefined> {
  const readout = dense({ name: "readout", inputs: cell.units, units: SYMBOLS, seed });
  // What follows from the symbol before goes past the cell.
  const direct = dense({ name: "direct", inputs: SYMBOLS, units: SYMBOLS, seed, bias: false });
  const inputs = { read: input("read", [LAG, 2], "i32"), next: input("next", [LAG, 2], "i32") };
  const x = oneHot(inputs.read, SYMBOLS);
  const { h } = cell.scan(x).outputs;
  const scores = add(readout.apply(h!), direct.apply(x));
  const loss = crossEntropy(scores, inputs.next);
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs,
    outputs: { shares: softmax(slice(scores, { axis: 0, start: LAG - 1 })) },
    updates: adam({ learningRate: 0.01 }).minimize(loss, { clipGlobalNorm: 1 }),
  });
  for (let sequences = 0; sequences < AT_MOST; sequences += 2) {
    const { data } = step.run({ read: READ, next: NEXT }).shares;
    if (data[LAG - 1]! > 0.75 && data[SYMBOLS + LAG]! > 0.75) return sequences;
  }
  return undefined;
}
