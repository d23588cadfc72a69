/** The embedded Reber grammar without ends: strings follow each other, and nothing resets a network but its own mistakes. */
import {
  add,
  broadcastTo,
  createRuntime,
  dense,
  input,
  lengthMask,
  meanSquaredError,
  mul,
  oneHot,
  reshape,
  sgd,
  sigmoid,
  type RecurrentCell,
} from "@unfold/rnn";
import { mean, median } from "../../statistics.js";
import { FRESH_SEEDS, type Row } from "../row.js";
import { embeddedReber, ranksLegalFirst, SYMBOLS } from "../tasks/embedded-reber.js";
import { lstmVariant } from "../tasks/lstm-variant.js";

/** Symbols between two updates. */
const WINDOW = 20;
/** Updates, and how many there are between two tests. */
const [UPDATES, BETWEEN] = [30_000, 2000];
/** Streams of a test, and symbols of each. */
const [STREAMS, LENGTH] = [10, 20_000];
/** Symbols without a mistake, on average, from which the paper calls a solution good. */
const GOOD = 1000;
/** Of the units, two by two; forget gates start from the same numbers without their signs. */
const GATE_BIASES = [-0.5, -0.5, -1, -1, -1.5, -1.5, -2, -2];
/** Symbols of the longest string; one in some thousand is longer, and drawn again. */
const LONGEST = 41;
/** Networks of each kind. */
const NETWORKS = 5;
const REMARK = `as in the paper a network learns online (rate 0.5), its gradient goes back along cell states only, a mistake ends a stream, in training too, and a mean of ${GOOD.toLocaleString("en-US")} symbols without a mistake is called good. Judged is the median of ${NETWORKS} networks: good with forget gates, and not without. Other than there, test streams have ${LENGTH.toLocaleString("en-US")} symbols instead of a million, each of the 8 cells has gates of its own, and weights change every ${WINDOW} symbols, ${UPDATES.toLocaleString("en-US")} times at most. With Adam and the whole gradient networks without forget gates learn it too`;

/** With forget gates and without. */
export const continualReber: Row = {
  name: "continual-reber",
  published: "with forget gates it is solved, without them it is not",
  source: "Gers, Schmidhuber & Cummins 2000, Learning to forget, table 2",
  seeds: FRESH_SEEDS,
  run: async (seed) => {
    const [forgetting, keeping]: [number[], number[]] = [[], []];
    for (let network = seed * NETWORKS; network < (seed + 1) * NETWORKS; network++) {
      forgetting.push(await symbolsUntilWrong(cellOf(true, network), network));
      keeping.push(await symbolsUntilWrong(cellOf(false, network), network));
    }
    const counts = [forgetting, keeping] as const;
    const [withGates, without] = counts.map(median) as [number, number];
    const [good, goodWithout] = counts.map((list) => list.filter((count) => count > GOOD).length);
    return {
      obtained: `symbols until a mistake, median of ${NETWORKS}: ${withGates.toFixed(0)} with, ${without.toFixed(0)} without; good: ${good!} and ${goodWithout!}`,
      holds: withGates > GOOD && without <= GOOD,
      remark: REMARK,
    };
  },
};

function cellOf(forgetGate: boolean, seed: number): RecurrentCell {
  return lstmVariant({
    ...{ name: "lstm", inputs: SYMBOLS.length, units: GATE_BIASES.length, seed, forgetGate, truncated: true },
    biases: { input: GATE_BIASES, output: GATE_BIASES, forget: GATE_BIASES.map((bias) => -bias) },
  });
}

/** How many symbols a cell foresees without a mistake, on average, when it is at its best. */
async function symbolsUntilWrong(cell: RecurrentCell, seed: number): Promise<number> {
  const reader = await readerOf(cell, seed);
  let best = 0;
  let [read, state] = [streamOf(seed, "training/0"), reader.start];
  for (let [update, streams] = [1, 1]; update <= UPDATES && best < LENGTH; update++) {
    const window = read();
    const found = reader.read(window, state);
    reader.learn(window, state, found.right);
    if (found.right === WINDOW) state = found.state;
    else [read, state] = [streamOf(seed, `training/${streams++}`), reader.start];
    if (update % BETWEEN === 0) best = Math.max(best, test(reader, seed));
  }
  return best;
}

/** How many symbols of a stream are foreseen before the first mistake, on average. */
function test(reader: Reader, seed: number): number {
  const counts = Array.from({ length: STREAMS }, (_, stream) => {
    const read = streamOf(seed, `test/${stream}`);
    let [count, state] = [0, reader.start];
    while (count < LENGTH) {
      const found = reader.read(read(), state);
      count += found.right;
      if (found.right < WINDOW) return count;
      state = found.state;
    }
    return count;
  });
  return mean(counts);
}

/** h and c. */
type State = Readonly<Record<"h" | "c", readonly number[]>>;
type Reader = Awaited<ReturnType<typeof readerOf>>;
/** Symbols, and those that may come after each; one more than are read at once. */
type Window = readonly { readonly symbol: string; readonly legal: string }[];

/** A network that reads windows of a stream, each from the state that the one before left. */
async function readerOf(cell: RecurrentCell, seed: number) {
  const [symbols, next] = [input("symbols", [WINDOW, 1], "i32"), input("next", [WINDOW, 1], "i32")];
  const lengths = input("lengths", [1], "i32");
  const initial = { h: input("h", [1, cell.units]), c: input("c", [1, cell.units]) };
  const x = oneHot(symbols, SYMBOLS.length);
  const values = cell.scan(x, initial);
  const readout = dense({ name: "readout", inputs: cell.units, units: SYMBOLS.length, seed });
  // What follows from the symbol before goes past the cells.
  const direct = dense({ name: "direct", inputs: SYMBOLS.length, units: SYMBOLS.length, seed, bias: false });
  const scores = add(readout.apply(values.outputs["h"]!), direct.apply(x));
  const target = oneHot(next, SYMBOLS.length);
  const isRead = reshape(lengthMask(lengths, WINDOW), [WINDOW, 1, 1]);
  const mask = broadcastTo(isRead, target.shape);
  const loss = mul(0.5, meanSquaredError(sigmoid(scores), target, { mask, reduction: "sum" }));
  const runtime = await createRuntime();
  const look = await runtime.compile({
    inputs: { symbols, ...initial },
    outputs: { scores, h: values.last["h"]!, c: values.last["c"]! },
  });
  const step = await runtime.compile({
    inputs: { symbols, next, lengths, ...initial },
    updates: sgd({ learningRate: 0.5 }).minimize(loss),
  });
  const numbers = (window: Window): number[] => window.map(({ symbol }) => SYMBOLS.indexOf(symbol));
  const zero = new Array<number>(cell.units).fill(0);
  return {
    start: { h: zero, c: zero } as State,
    /** How many symbols are foreseen before the first mistake, and the state at the end. */
    read: (window: Window, state: State) => {
      const found = look.run({ symbols: numbers(window.slice(0, WINDOW)), h: [...state.h], c: [...state.c] });
      const wrong = window.slice(0, WINDOW).findIndex(({ legal }, t) => {
        const start = t * SYMBOLS.length;
        return !ranksLegalFirst(legal, found.scores.data.subarray(start, start + SYMBOLS.length));
      });
      return { right: wrong === -1 ? WINDOW : wrong, state: { h: [...found.h.data], c: [...found.c.data] } };
    },
    /** Learns from a window up to its first mistake. */
    learn: (window: Window, state: State, right: number) => {
      const [read, come] = [numbers(window.slice(0, WINDOW)), numbers(window.slice(1))];
      const lengths = [Math.min(right + 1, WINDOW)];
      step.run({ symbols: read, next: come, lengths, h: [...state.h], c: [...state.c] });
    },
  };
}

/** A stream of strings, each after the last one's end: the next window each time it is called. */
function streamOf(seed: number, path: string): () => Window {
  const draw = embeddedReber(seed, path, LONGEST);
  let ahead: Window = [];
  return () => {
    while (ahead.length <= WINDOW) {
      const { symbols, legal } = draw();
      ahead = [...ahead, ...Array.from(symbols, (symbol, t) => ({ symbol, legal: legal[t] ?? "B" }))];
    }
    const window = ahead.slice(0, WINDOW + 1);
    ahead = ahead.slice(WINDOW);
    return window;
  };
}
