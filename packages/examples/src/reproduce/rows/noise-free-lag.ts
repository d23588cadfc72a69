/**
 * Two sequences without noise that differ in their first symbol only, and end with it: y a₁ … a₉₉ y and x a₁ … a₉₉ x. At
 * every step the next symbol is to be foreseen.
 *
 * @source Hochreiter & Schmidhuber 1997, "Long short-term memory", task 2a, p = 100
 */
import {
  carriedRecurrence,
  carriedRestarts,
  createRuntime,
  gradient,
  input,
  max,
  oneHot,
  realTimeGradients,
  scan,
  sgd,
  sum,
  uniformStream,
  type FloatNode,
  type Runtime,
} from "@unfold/rnn";
import { mean } from "../../statistics.js";
import { FRESH_SEEDS, type Found, type Row } from "../row.js";
import { memoryCell, oneUnitNetwork, selfRecurrentUnit, type HiddenUnit } from "../tasks/one-unit.js";

/** p, steps between the first symbol and its return. */
const LAG = 100;
/** a₁ … a₉₉, then x and y. */
const SYMBOLS = LAG + 1;
const MIDDLE = Array.from({ length: LAG - 1 }, (_, i) => i);
const [X, Y] = [LAG - 1, LAG];
/** Sequences that each network may read. */
const AT_MOST = 40_000;
/** No output may be further from its target than this. */
const TOLERANCE = 0.25;
/** Sequences between two looks, and sequences over which errors are compared. */
const [BETWEEN, COMPARED] = [20, 100];
const SOURCE = "Hochreiter & Schmidhuber 1997, experiment 2a, table 2";

/** Long short-term memory: one cell with an input gate. */
export const lagLstm: Row = {
  name: "noise-free-lag-lstm",
  published: "100 % of runs succeed, after 5,040 sequences",
  source: SOURCE,
  seeds: FRESH_SEEDS,
  run: async (seed) =>
    found(
      await sequencesUntilRight(memoryCell(SYMBOLS, seed), seed, online),
      true,
      "what is judged is whether it is learned; it takes more sequences than the paper's. The paper's network, one cell with an input gate, which joins when the error of the others has stopped to fall, and its learning: rate 1, squared errors, after every step. The gate is nearly closed at first (-2): from weights around 0 the cell adds up to 25 before its gate has learned to close, outputs that see it are as wrong as they can be, and their gradient is 0",
    ),
};

/** A unit that sees itself, with backpropagation through time. */
export const lagElman: Row = {
  name: "noise-free-lag-elman",
  published: "backpropagation through time: 0 % of runs succeed",
  source: SOURCE,
  seeds: FRESH_SEEDS,
  run: async (seed) =>
    found(
      await sequencesUntilRight(selfRecurrentUnit(SYMBOLS, seed), seed, throughTime),
      false,
      "the paper's network, one logistic unit that sees itself; rate 1; the paper gives up after 5,000,000 sequences",
    ),
};

function found(sequences: number | undefined, isToLearn: boolean, remark: string): Found {
  return {
    obtained: sequences === undefined ? `not within ${AT_MOST} sequences` : `right after ${sequences} sequences`,
    holds: (sequences !== undefined) === isToLearn,
    remark,
  };
}

type Network = ReturnType<typeof oneUnitNetwork>;
/** Learns from the sequence that begins, and ends, with a symbol; answers the error it had. */
type Learner = (first: number) => number;
type Learning = (runtime: Runtime, network: Network, unit: HiddenUnit) => Promise<{ alone: Learner; whole: Learner }>;

/** How many sequences a network reads until it foresees every symbol of both; undefined if it never does. */
async function sequencesUntilRight(unit: HiddenUnit, seed: number, learning: Learning): Promise<number | undefined> {
  const network = oneUnitNetwork(unit, SYMBOLS, seed);
  const runtime = await createRuntime();
  const { inputs, values } = overSequence(network.whole);
  const look = await runtime.compile({ inputs, outputs: { worst: max(values.outputs.worst) } });
  const learners = await learning(runtime, network, unit);
  const uniform = uniformStream(seed, "noise-free lag");
  let learn = learners.alone;
  let [errors, before]: [number[], number] = [[], Infinity];
  for (let sequences = 0; sequences < AT_MOST; sequences++) {
    const isRight = (first: number): boolean => look.run(sequenceOf(first)).worst.item() < TOLERANCE;
    if (sequences % BETWEEN === 0 && isRight(X) && isRight(Y)) return sequences;
    errors.push(learn(uniform(sequences) < 0.5 ? X : Y));
    if (errors.length < COMPARED) continue;
    const now = mean(errors);
    if (now > 0.9 * before) learn = learners.whole;
    [errors, before] = [[], now];
  }
  return undefined;
}

function sequenceOf(first: number) {
  return { read: [first, ...MIDDLE], next: [...MIDDLE, first] };
}

/** The network over steps of a sequence. */
function overSequence(folded: Network["whole"], steps = LAG) {
  const inputs = { read: input("read", [steps, 1], "i32"), next: input("next", [steps, 1], "i32") };
  const x = oneHot(inputs.read, SYMBOLS);
  return { inputs, values: scan(folded, steps, { x, target: oneHot(inputs.next, SYMBOLS) }) };
}

/** Backpropagation through time: weights change once a sequence. */
async function learnerThroughTime(
  runtime: Runtime,
  folded: Network["whole"],
  parameters: readonly FloatNode[],
): Promise<Learner> {
  const { inputs, values } = overSequence(folded);
  const loss = sum(values.outputs.loss);
  const updates = sgd({ learningRate: 1 }).minimize(loss, { parameters });
  const step = await runtime.compile({ inputs, outputs: { loss }, updates });
  return (first) => step.run(sequenceOf(first)).loss.item();
}

async function throughTime(runtime: Runtime, { whole, outputWeights }: Network, unit: HiddenUnit) {
  const learner = await learnerThroughTime(runtime, whole, [...unit.parameters, ...outputWeights]);
  return { alone: learner, whole: learner };
}

/** Real-time recurrent learning: weights change at every step. At first the outputs learn alone. */
async function online(runtime: Runtime, { whole, withoutUnit, outputWeights }: Network, unit: HiddenUnit) {
  const learning = realTimeGradients(whole, { loss: "loss", wrt: unit.parameters });
  const carried = carriedRecurrence(learning.folded);
  const { inputs, values } = overSequence(carried.folded, 1);
  const loss = sum(values.outputs.loss);
  const step = await runtime.compile({
    inputs,
    outputs: { loss },
    updates: [
      ...sgd({ learningRate: 1 }).apply(
        [...unit.parameters, ...outputWeights],
        [...learning.total(values), ...gradient(loss, outputWeights)],
      ),
      ...carried.updates(values),
    ],
  });
  const { reset } = await carriedRestarts(runtime, { network: carried });
  return {
    // No two steps of a sequence use the same weight of the outputs alone.
    alone: await learnerThroughTime(runtime, withoutUnit, [outputWeights[0]]),
    whole: (first: number) => {
      const { read, next } = sequenceOf(first);
      reset();
      return read.reduce((sum_, symbol, t) => sum_ + step.run({ read: [symbol], next: [next[t]!] }).loss.item(), 0);
    },
  };
}
