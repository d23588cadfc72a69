/** The embedded Reber grammar without ends: strings follow each other, and nothing resets the network. */
import {
  adam,
  carriedRecurrence,
  createRuntime,
  crossEntropy,
  dense,
  input,
  oneHot,
  scan,
  type RecurrentCell,
} from "@unfold/rnn";
import { indexOfLargest, percent } from "../../statistics.js";
import { FRESH_SEEDS, type Row } from "../row.js";
import { embeddedReber, SYMBOLS } from "../tasks/embedded-reber.js";
import { lstmVariant } from "../tasks/lstm-variant.js";

/** Streams side by side, and symbols of each that an update looks at. */
const [STREAMS, WINDOW] = [8, 50];
const [UPDATES, TESTED] = [6000, 400];
/** Symbols of the longest string; one in some thousand is longer, and drawn again. */
const LONGEST = 41;

/** With forget gates and without. */
export const continualReber: Row = {
  name: "continual-reber",
  published: "with forget gates it is solved, without them it is not",
  source: "Gers, Schmidhuber & Cummins 2000, Learning to forget, table 2",
  seeds: FRESH_SEEDS,
  run: async (seed) => {
    const cellOf = (forgetGate: boolean): RecurrentCell =>
      lstmVariant({ name: "lstm", inputs: SYMBOLS.length, units: 8, seed, forgetGate });
    const [forgetting, keeping] = [await trained(cellOf(true), seed), await trained(cellOf(false), seed)];
    return {
      obtained: `T or P foreseen: ${percent(forgetting.accuracy)} with, ${percent(keeping.accuracy)} without; norm of the cell state ${forgetting.norm.toFixed(1)} and ${keeping.norm.toFixed(1)}`,
      holds: forgetting.accuracy > 0.99 && keeping.accuracy < 0.9,
      remark: `without forget gates the cell state grows without end, as the paper says, and yet the network foresees T and P: it learns from ${STREAMS} streams at once, with Adam (0.01) and gradients that go back through up to ${WINDOW} symbols instead of one. ${UPDATES.toLocaleString("en-US")} updates, states carried on; what counts is the T or P before the last symbol of a string`,
    };
  },
};

/** How a cell foresees the symbols it has to remember, once trained, and how large its state is then. */
async function trained(cell: RecurrentCell, seed: number): Promise<{ accuracy: number; norm: number }> {
  const symbols = input("symbols", [WINDOW, STREAMS], "i32");
  const next = input("next", [WINDOW, STREAMS], "i32");
  const readout = dense({ name: "readout", inputs: cell.units, units: SYMBOLS.length, seed });
  const carried = carriedRecurrence(cell.fold(STREAMS));
  const values = scan(carried.folded, WINDOW, { x: oneHot(symbols, SYMBOLS.length) });
  const scores = readout.apply(values.outputs["h"]!);
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs: { symbols, next },
    updates: [
      ...adam({ learningRate: 0.01 }).minimize(crossEntropy(scores, next), { clipGlobalNorm: 1 }),
      ...carried.updates(values),
    ],
  });
  const look = await runtime.compile({
    inputs: { symbols },
    outputs: { scores, c: values.final["c"]! },
    updates: carried.updates(values),
  });
  const windows = streams(seed);
  for (let update = 0; update < UPDATES; update++) {
    const { symbols: read, next: come } = windows();
    step.run({ symbols: read, next: come });
  }
  let [right, asked, norm] = [0, 0, 0];
  for (let window = 0; window < TESTED; window++) {
    const { symbols: read, next: come, isRemembered } = windows();
    const found = look.run({ symbols: read });
    for (const [slot, isAsked] of isRemembered.entries()) {
      if (!isAsked) continue;
      const start = slot * SYMBOLS.length;
      asked++;
      right += Number(indexOfLargest([...found.scores.data.subarray(start, start + SYMBOLS.length)]) === come[slot]);
    }
    norm += Math.hypot(...found.c.data) / Math.sqrt(STREAMS) / TESTED;
  }
  return { accuracy: right / asked, norm };
}

/** Windows of all streams, `[T, B]`, each going on where the last one ended. */
function streams(seed: number) {
  const sources = Array.from({ length: STREAMS }, (_, stream) => {
    const draw = embeddedReber(seed, `stream ${stream}`, LONGEST);
    let [symbols, at] = ["", 0];
    return () => {
      if (at === symbols.length) [symbols, at] = [draw().symbols, 0];
      // The symbol before the last repeats the second.
      const isRemembered = at === symbols.length - 2;
      return { symbol: SYMBOLS.indexOf(symbols[at++]!), isRemembered };
    };
  });
  let last = sources.map((source) => source().symbol);
  return () => {
    const rows = Array.from({ length: WINDOW }, () => {
      const come = sources.map((source) => source());
      const row = { read: last, come };
      last = come.map(({ symbol }) => symbol);
      return row;
    });
    return {
      symbols: rows.flatMap(({ read }) => read),
      next: rows.flatMap(({ come }) => come.map(({ symbol }) => symbol)),
      isRemembered: rows.flatMap(({ come }) => come.map((one) => one.isRemembered)),
    };
  };
}
