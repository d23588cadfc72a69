/**
 * History compression: a network that sees only what another one could not foresee.
 *
 * @source Schmidhuber 1992, "Learning complex, extended sequences using the principle of history compression", Neural Computation 4(2)
 */
import {
  adam,
  add,
  binaryCrossEntropy,
  carriedRecurrence,
  createRuntime,
  crossEntropy,
  dense,
  elman,
  input,
  oneHot,
  padSequences,
  scan,
  softmax,
  uniformStream,
  type Truncation,
} from "@unfold/rnn";
import { FRESH_SEEDS, type Row } from "../row.js";

/** a, x and b1 … b20; a sequence is a or x, then all the b. */
const [SYMBOLS, STEPS] = [22, 21];
/** Streams side by side, and units of each network. */
const [STREAMS, UNITS] = [8, 20];
/** Sequences in a row, each before anything is learned from it, that must be right for the task to count as solved. */
const IN_A_ROW = 400;
/** A symbol that was given less than this probability is news. */
const FORESEEN = 0.95;
/** As in the paper the gradient goes back through three steps, though the lag is twenty. */
const SHORT: Truncation = { every: 1, through: 3 };
const RATE = 0.01;
const SOURCE = "Schmidhuber 1992, Learning complex, extended sequences using the principle of history compression";

/** Both networks: one foresees the next symbol, one says at the end how the sequence began. */
export const chunker: Row = {
  name: "chunker",
  published: "13 of 17 runs solve it within 5,000 sequences, the others within 35,000",
  source: SOURCE,
  seeds: FRESH_SEEDS,
  run: async (seed) => {
    const solved = sequencesUntilSolved(await compressing(seed), seed, 35_000);
    return {
      obtained: said(solved, 35_000),
      holds: solved !== undefined,
      remark:
        "streams side by side and Adam (0.01); what answers is the chunker, so that the automatizer need not learn to foresee the chunker's state. Solved: 400 sequences in a row right before they are learned from",
    };
  },
};

/** One network, with a gradient through the whole sequence. */
export const chunkerAlone: Row = {
  name: "chunker-alone",
  published: "a conventional network: no improvement in 1,000,000 sequences",
  source: SOURCE,
  seeds: FRESH_SEEDS,
  run: async (seed) => {
    const solved = sequencesUntilSolved(await conventional(seed), seed, 200_000);
    return {
      obtained: said(solved, 200_000),
      holds: solved === undefined,
      remark: "Elman's network with backpropagation through the 21 steps of a sequence and Adam (0.01)",
    };
  },
};

function said(solved: number | undefined, atMost: number): string {
  const count = (sequences: number): string => sequences.toLocaleString("en-US");
  return solved === undefined ? `not within ${count(atMost)} sequences` : `solved after ${count(solved)} sequences`;
}

/** The next sequence of every stream: which of them begin with a. */
type Block = readonly boolean[];
/** Answers for each stream whether its sequence began with a, then learns from the sequences. */
type Learner = (block: Block, next: Block) => readonly boolean[];

/** How many sequences a learner reads until it is right so often in a row; undefined if it never is. */
function sequencesUntilSolved(learn: Learner, seed: number, atMost: number): number | undefined {
  const uniform = uniformStream(seed, "chunker");
  const draw = (block: number): Block => Array.from({ length: STREAMS }, (_, b) => uniform(block * STREAMS + b) < 0.5);
  let inARow = 0;
  for (let block = 0; block * STREAMS < atMost; block++) {
    const truth = draw(block);
    const answers = learn(truth, draw(block + 1));
    inARow = answers.every((answer, b) => answer === truth[b]) ? inARow + STREAMS : 0;
    if (inARow >= IN_A_ROW) return (block + 1) * STREAMS;
  }
  return undefined;
}

/** Symbol t of each stream. */
function symbolsAt(block: Block, t: number): number[] {
  return block.map((isA) => (t > 0 ? t + 1 : Number(!isA)));
}

/** What an automatizer reads and foresees, `[T, B]`. */
function read(block: Block, next: Block) {
  return {
    symbols: Array.from({ length: STEPS }, (_, t) => symbolsAt(block, t)),
    next: Array.from({ length: STEPS }, (_, t) => (t + 1 < STEPS ? symbolsAt(block, t + 1) : symbolsAt(next, 0))),
    isA: block.map((one) => [Number(one)]),
  };
}

/** A network that reads symbols, foresees the next one, and says at the end how the sequence began. */
function reader(name: string, seed: number, truncate?: Truncation) {
  const cell = elman({ name, inputs: SYMBOLS, units: UNITS, seed });
  const carried = carriedRecurrence(cell.fold(STREAMS));
  const symbols = input("symbols", [STEPS, STREAMS], "i32");
  const lengths = input("lengths", [STREAMS], "i32");
  const isA = input("isA", [STREAMS, 1]);
  const toAnswer = dense({ name: `${name}/answer`, inputs: UNITS, units: 1, seed });
  const over = (options: { readonly isPadded: boolean }) => {
    const x = oneHot(symbols, SYMBOLS);
    const values = scan(
      carried.folded,
      STEPS,
      { x },
      { ...(truncate && { truncate }), ...(options.isPadded && { lengths }) },
    );
    const answer = toAnswer.apply(values.last.h);
    return { h: values.outputs.h, answer, loss: binaryCrossEntropy(answer, isA), updates: carried.updates(values) };
  };
  return { symbols, lengths, isA, over };
}

/** A network that learns everything itself. */
async function conventional(seed: number): Promise<Learner> {
  const { symbols, isA, over } = reader("network", seed);
  const next = input("next", [STEPS, STREAMS], "i32");
  const { h, answer, loss, updates } = over({ isPadded: false });
  const foresee = dense({ name: "foresee", inputs: UNITS, units: SYMBOLS, seed });
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs: { symbols, next, isA },
    outputs: { answer },
    updates: [
      ...adam({ learningRate: RATE }).minimize(add(loss, crossEntropy(foresee.apply(h), next)), { clipGlobalNorm: 1 }),
      ...updates,
    ],
  });
  return (block, following) => answersOf(step.run(read(block, following)).answer.data);
}

/** An automatizer that foresees symbols, and a chunker that reads those it did not foresee. */
async function compressing(seed: number): Promise<Learner> {
  const automatizer = reader("automatizer", seed, SHORT);
  const next = input("next", [STEPS, STREAMS], "i32");
  const seen = automatizer.over({ isPadded: false });
  const scores = dense({ name: "foresee", inputs: UNITS, units: SYMBOLS, seed }).apply(seen.h);
  const chunking = reader("chunker", seed, SHORT);
  const compressed = chunking.over({ isPadded: true });
  const runtime = await createRuntime();
  const foresee = await runtime.compile({
    inputs: { symbols: automatizer.symbols, next },
    outputs: { chances: softmax(scores) },
    updates: [
      ...adam({ learningRate: RATE }).minimize(crossEntropy(scores, next), { clipGlobalNorm: 1 }),
      ...seen.updates,
    ],
  });
  const chunk = await runtime.compile({
    inputs: { symbols: chunking.symbols, lengths: chunking.lengths, isA: chunking.isA },
    outputs: { answer: compressed.answer },
    updates: [
      ...adam({ name: "adam of the chunker", learningRate: RATE }).minimize(compressed.loss, { clipGlobalNorm: 1 }),
      ...compressed.updates,
    ],
  });
  // What the automatizer said of the first symbols, at the end of the sequences before.
  let before: readonly number[] = new Array<number>(STREAMS).fill(0);
  return (block, following) => {
    const { symbols, next: come, isA } = read(block, following);
    const { data } = foresee.run({ symbols, next: come }).chances;
    const chances = come.map((row, t) => row.map((symbol, b) => data[(t * STREAMS + b) * SYMBOLS + symbol]!));
    const news = block.map((_, b) => {
      const list = symbols.map((row) => row[b]!).filter((__, t) => (t === 0 ? before : chances[t - 1]!)[b]! < FORESEEN);
      // Who is never surprised is told the last symbol.
      return list.length > 0 ? list : [SYMBOLS - 1];
    });
    before = chances[STEPS - 1]!;
    const { values, lengths } = padSequences(news, { length: STEPS, dtype: "i32" });
    return answersOf(chunk.run({ symbols: values, lengths, isA }).answer.data);
  };
}

function answersOf(logits: ArrayLike<number>): boolean[] {
  return Array.from(logits, (logit) => logit > 0);
}
