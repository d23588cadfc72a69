/** Random weight guessing: benchmarks of long time lags that chance solves. */
import { guess, type Guessed } from "../guessing/guess.js";
import {
  fullyConnected,
  latchUnit,
  LESS_CONNECTED,
  logisticNetwork,
  type GuessedNetwork,
} from "../guessing/guessed-network.js";
import { firstElement, freeInputs, parity, tomita } from "../guessing/kinds.js";
import { LONGEST, longSequences, type Kind, type LabeledSequences } from "../guessing/long-sequences.js";
import { FRESH_SEEDS, type Row } from "../row.js";

const PAPER =
  "Schmidhuber, Hochreiter & Bengio 2001, Evaluating long-term dependency benchmark problems by random guessing";
/** A mean of 40 numbers of trials, as many as the paper's, has a standard error of 16 %. */
const SEARCHES = 40;
/** More networks than this for each that is published are not drawn. */
const AT_MOST = 3;
/** As the noise is said to be, and as the published numbers say it was. */
const [AS_SAID, AS_IT_WAS] = [Math.sqrt(0.2), 0.2];
const NOISE_REMARK =
  "with noise of variance 0.2, as the paper says, it takes more trials; with noise of deviation 0.2 it takes about as many as published. A mean counts as the same from half to twice the published one";

/** A problem, the networks that are drawn for it, and how many the paper says it takes. */
interface Attempt {
  readonly title: string;
  readonly network: GuessedNetwork;
  readonly kind: Kind;
  readonly published: number;
  /** An aside explains the others and is not judged. */
  readonly isAside?: boolean;
}

/** The first element is to be kept; what it is belongs to the weights. */
export const latchFree = row({
  name: "latch-guessing",
  // A saturated unit is 0.2 away from 0.8: what counts is the sign.
  tolerance: 0.8,
  attempts: [
    {
      title: "",
      network: latchUnit(["added", "weighted", "weighted"], false),
      kind: freeInputs(AS_SAID),
      published: 6,
    },
  ],
  remark: "an answer counts if it has the target's sign, ±0.8",
});

/** The first element is -1 or 1. */
export const latchFixed = row({
  name: "latch-guessing-fixed",
  attempts: ([false, true] as const).map((isAside) => ({
    title: isAside ? "deviation 0.2: " : "",
    network: latchUnit(["weighted"], true),
    kind: firstElement(isAside ? AS_IT_WAS : AS_SAID, [-1, 1]),
    published: 22,
    isAside,
  })),
  remark: NOISE_REMARK,
});

/** The same for a network with a hidden unit. */
export const twoSequences = row({
  name: "two-sequence-guessing",
  attempts: ([false, true] as const).map((isAside) => ({
    title: isAside ? "deviation 0.2: " : "",
    network: logisticNetwork(fullyConnected(1)),
    kind: firstElement(isAside ? AS_IT_WAS : AS_SAID, [0, 1]),
    published: 718,
    isAside,
  })),
  remark: NOISE_REMARK,
});

/** Whether 500 to 600 bits have an odd number of ones. */
export const parityGuessing = row({
  name: "parity-guessing",
  attempts: [
    { title: "", network: logisticNetwork({ ...LESS_CONNECTED, hidden: "none" }), kind: parity, published: 250 },
  ],
  remark: "A2 whose hidden units do not see themselves",
});

/** The same with more connections. */
export const parityGuessingConnected = row({
  name: "parity-guessing-connected",
  searches: 20,
  attempts: [
    { title: "A1 ", network: logisticNetwork(fullyConnected(1)), kind: parity, published: 2906 },
    { title: "A2 ", network: logisticNetwork(LESS_CONNECTED), kind: parity, published: 2797 },
  ],
  remark:
    "A1 with one hidden unit takes about twice as many as published. Of its output the paper does not say whether it has a bias, nor which activations it sees: here it has none, and sees the hidden unit as it is now; with a bias it takes more than 20,000, and of 60,000 networks whose output sees the unit as it was none is right",
});

const TOMITA_REMARK =
  "how long the strings were, and how those were drawn that are not of the language, the paper's copies do not say; here as for the other problems 500 to 600 symbols, and random bits. A1 with 1, 3 and 2 hidden units for grammars 1, 2 and 4. With strings of at most 10 symbols grammar 4 is harder still: no network in 200,000";

/** Tomita's grammars by their numbers. */
export const [tomita1, tomita2, tomita4] = (
  [
    [1, 1, 182, 288, SEARCHES],
    [2, 3, 1511, 17_953, 10],
    [4, 2, 13_833, 35_610, 2],
  ] as const
).map(([grammar, units, a1, a2, searches]) =>
  row({
    name: `tomita-${grammar}-guessing`,
    searches,
    attempts: [
      { title: "A1 ", network: logisticNetwork(fullyConnected(units)), kind: tomita[grammar], published: a1 },
      { title: "A2 ", network: logisticNetwork(LESS_CONNECTED), kind: tomita[grammar], published: a2 },
    ],
    remark: TOMITA_REMARK,
  }),
) as [Row, Row, Row];

function row({
  name,
  searches = SEARCHES,
  tolerance = 0.1,
  attempts,
  remark,
}: {
  readonly name: string;
  readonly searches?: number;
  readonly tolerance?: number;
  readonly attempts: readonly Attempt[];
  readonly remark: string;
}): Row {
  return {
    name,
    published: attempts
      .filter(({ isAside = false }) => !isAside)
      .map(({ title, published }) => `${title}${published} trials`)
      .join(", "),
    source: PAPER,
    seeds: FRESH_SEEDS,
    run: async (seed) => {
      const results: (Attempt & { readonly guessed: Guessed })[] = [];
      for (const attempt of attempts) {
        const { network, kind, published } = attempt;
        const draw = (path: string): LabeledSequences => longSequences(kind, seed, `${name}/${path}`);
        const guessed = await guess(
          { network, steps: LONGEST, training: draw("training"), test: draw("test"), tolerance },
          { seed, searches, atMost: AT_MOST * searches * published },
        );
        results.push({ ...attempt, guessed });
      }
      return {
        obtained: results.map(({ title, guessed }) => `${title}${said(guessed)}`).join(", "),
        holds: results.every(
          ({ isAside, published, guessed }) =>
            isAside || Math.abs(Math.log2(guessed.drawn / guessed.found / published)) <= 1,
        ),
        remark,
      };
    },
  };
}

function said({ found, drawn }: Guessed): string {
  return found === 0 ? `none in ${drawn}` : `${(drawn / found).toFixed(0)} trials`;
}
