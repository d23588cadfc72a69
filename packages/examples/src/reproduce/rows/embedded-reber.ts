/** The embedded Reber grammar: who can carry one symbol over a string of chance. */
import {
  adam,
  createRuntime,
  crossEntropy,
  dense,
  elman,
  input,
  lengthMask,
  lstm,
  oneHot,
  padSequences,
  type RecurrentCell,
  type Truncation,
} from "@unfold/rnn";
import { FRESH_SEEDS, type Found, type Row } from "../row.js";
import { embeddedReber, ranksLegalFirst, SYMBOLS, type ReberString } from "../tasks/embedded-reber.js";

/** Symbols of the longest string; one in some thousand is longer, and drawn again. */
const LONGEST = 41;
const BATCH = 4;
/** Strings that must all be predicted right: every symbol that may come above every one that may not. */
const TEST = 256;
/** Strings between two tests. */
const BETWEEN = 800;
const REMARK = "minibatches of 4 and Adam instead of one string at a time, so the numbers of strings do not compare";

/** Long short-term memory. */
export const reberLstm: Row = {
  name: "embedded-reber-lstm",
  published: "97 to 100 % of runs succeed, after 8,440 to 39,740 strings",
  source: "Hochreiter & Schmidhuber 1997, experiment 1, table 1",
  seeds: FRESH_SEEDS,
  run: async (seed) => {
    const strings = await stringsUntilRight(lstm({ inputs: SYMBOLS.length, units: 8, seed }), seed, 39_740);
    return {
      obtained: strings === undefined ? "not within 39,740 strings" : `right after ${strings} strings`,
      holds: strings !== undefined,
      remark: REMARK,
    };
  },
};

/** Elman's network, as it was trained then: the gradient reaches back one step. */
export const reberElman: Row = {
  name: "embedded-reber-elman",
  published: "0 % of runs succeed within 200,000 strings",
  source: "Hochreiter & Schmidhuber 1997, experiment 1, table 1, after Cleeremans et al. 1989",
  seeds: FRESH_SEEDS,
  run: (seed) => findElman(seed, { every: 1, through: 1 }, REMARK),
};

/** The same network with a gradient that reaches back to the beginning of a string. */
export const reberElmanThroughTime: Row = {
  ...reberElman,
  name: "embedded-reber-elman-through-time",
  run: (seed) =>
    findElman(
      seed,
      undefined,
      "what failed then is not the network but the gradient of one step: with backpropagation through time, and Adam, it learns strings of this length",
    ),
};

async function findElman(seed: number, truncate: Truncation | undefined, remark: string): Promise<Found> {
  const cell = elman({ inputs: SYMBOLS.length, units: 15, seed });
  const strings = await stringsUntilRight(cell, seed, 200_000, truncate);
  return {
    obtained: strings === undefined ? "not within 200,000 strings" : `right after ${strings} strings`,
    holds: strings === undefined,
    remark,
  };
}

/** How many strings a network learns from until it predicts all test strings right; undefined if it never does. */
async function stringsUntilRight(
  cell: RecurrentCell,
  seed: number,
  atMost: number,
  truncate?: Truncation,
): Promise<number | undefined> {
  const readout = dense({ name: "readout", inputs: cell.units, units: SYMBOLS.length, seed });
  const graphOf = (batch: number) => {
    const inputs = {
      symbols: input("symbols", [LONGEST - 1, batch], "i32"),
      next: input("next", [LONGEST - 1, batch], "i32"),
      lengths: input("lengths", [batch], "i32"),
    };
    const { h } = cell.scan(
      oneHot(inputs.symbols, SYMBOLS.length),
      {},
      { lengths: inputs.lengths, ...(truncate && { truncate }) },
    ).outputs;
    return { inputs, scores: readout.apply(h!), mask: lengthMask(inputs.lengths, LONGEST - 1) };
  };
  const [some, all] = [graphOf(BATCH), graphOf(TEST)];
  const loss = crossEntropy(some.scores, some.inputs.next, { mask: some.mask });
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs: some.inputs,
    updates: adam({ learningRate: 0.01 }).minimize(loss, { clipGlobalNorm: 1 }),
  });
  const look = await runtime.compile({ inputs: all.inputs, outputs: { scores: all.scores } });
  const next = embeddedReber(seed, "training", LONGEST);
  const tested = embeddedReber(seed, "test", LONGEST);
  const test = Array.from({ length: TEST }, tested);
  for (let read = 0; read + BATCH <= atMost;) {
    step.run(fed(Array.from({ length: BATCH }, next)));
    read += BATCH;
    if (read % BETWEEN === 0 && allRight(test, look.run(fed(test)).scores.data)) return read;
  }
  return undefined;
}

/** Strings as a network reads them: their symbols, and those that come next. */
function fed(strings: readonly ReberString[]) {
  const numbers = strings.map(({ symbols }) => Array.from(symbols, (symbol) => SYMBOLS.indexOf(symbol)));
  const options = { length: LONGEST - 1, dtype: "i32" } as const;
  const { values, lengths } = padSequences(
    numbers.map((string) => string.slice(0, -1)),
    options,
  );
  return {
    symbols: values,
    lengths,
    next: padSequences(
      numbers.map((string) => string.slice(1)),
      options,
    ).values,
  };
}

/** Whether at every step every legal symbol has a higher score than every other. @param scores - `[T, B, 7]` */
function allRight(strings: readonly ReberString[], scores: Float32Array | Float64Array): boolean {
  return strings.every(({ legal }, b) =>
    legal.every((symbols, t) => {
      const start = (t * strings.length + b) * SYMBOLS.length;
      return ranksLegalFirst(symbols, scores.subarray(start, start + SYMBOLS.length));
    }),
  );
}
