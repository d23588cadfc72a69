/** Networks whose weights are guessed: many guesses side by side, over many sequences at once. */
import {
  add,
  foldedGraph,
  input,
  mul,
  reshape,
  scan,
  sigmoid,
  slice,
  sum,
  tanh,
  type FloatNode,
  type FoldedGraph,
  type IntNode,
} from "@unfold/rnn";

/** A kind of network, for any number of guesses. */
export interface GuessedNetwork {
  /** Features of an element. */
  readonly inputs: number;
  /** Weights of one network. */
  readonly weights: number;
  /** The step over S sequences and G guesses: weights `[W, G]`; reads `x` `[S, F, 1]`, yields `answer` `[S, G]`. */
  readonly fold: (sequences: number, weights: FloatNode) => FoldedGraph<{ readonly answer: FloatNode }>;
}

/** What each guess answers at the end of each sequence, `[S, G]`: inputs `x` `[T, S, F]`, `lengths` `[S]` and `weights` `[W, G]`. */
export function guessedAnswers(
  network: GuessedNetwork,
  { steps, sequences, guesses }: Readonly<Record<"steps" | "sequences" | "guesses", number>>,
) {
  const x = input("x", [steps, sequences, network.inputs]);
  const lengths: IntNode = input("lengths", [sequences], "i32");
  const weights = input("weights", [network.weights, guesses]);
  const read = reshape(x, [steps, sequences, network.inputs, 1]);
  const { answer } = scan(network.fold(sequences, weights), steps, { x: read }, { lengths }).last;
  return { inputs: { x, lengths, weights }, answer };
}

/** A single tanh unit with a weight to itself; each feature has a weight of its own, or is added as it is. */
export function latchUnit(features: readonly ("weighted" | "added")[], hasBias: boolean): GuessedNetwork {
  const weighted = features.filter((kind) => kind === "weighted").length;
  return {
    inputs: features.length,
    weights: 1 + weighted + Number(hasBias),
    fold: (sequences, weights) =>
      foldedGraph("latch", ({ sequence, delay }) => {
        const take = weightsOf(weights);
        const h = delay("h", [sequences, weights.shape[1]!], { initial: 0 });
        const element = sequence("x", [sequences, features.length, 1]);
        const read = features.map((kind, f) => {
          const feature = reshape(slice(element, { axis: 1, start: f, stop: f + 1 }), [sequences, 1]);
          return kind === "weighted" ? mul(take(1), feature) : feature;
        });
        const net = [...read, ...(hasBias ? [take(1)] : [])].reduce(add, mul(take(1), h));
        const next = tanh(net);
        return { next: { h: next }, outputs: { answer: next } };
      }),
  };
}

/** Which connections a network has besides those from the input to all units and from hidden units to the output. */
export interface Connections {
  /** Hidden units. */
  readonly units: number;
  /** What hidden units see of each other's last activations. */
  readonly hidden: "all" | "self" | "none";
  /** Whether the output sees its own last activation. */
  readonly outputSeesItself: boolean;
  readonly outputHasBias: boolean;
}

/** Hochreiter and Schmidhuber's A1: fully connected; hidden units have a bias. */
export function fullyConnected(units: number): Connections {
  return { units, hidden: "all", outputSeesItself: true, outputHasBias: false };
}

/** Their A2: ten hidden units that see the input, the output and themselves; all units have a bias. */
export const LESS_CONNECTED: Connections = {
  units: 10,
  hidden: "self",
  outputSeesItself: false,
  outputHasBias: true,
};

/**
 * A network of logistic units with one input and one output. Hidden units see the last activations; the output sees the
 * hidden units as they are now.
 *
 * @source Schmidhuber, Hochreiter & Bengio 2001, "Evaluating long-term dependency benchmark problems by random guessing", section 2
 */
export function logisticNetwork({ units, hidden, outputSeesItself, outputHasBias }: Connections): GuessedNetwork {
  const among = hidden === "all" ? units * units : hidden === "self" ? units : 0;
  return {
    inputs: 1,
    weights: 3 * units + among + units + 1 + Number(outputSeesItself) + Number(outputHasBias),
    fold: (sequences, weights) =>
      foldedGraph("logistic network", ({ sequence, delay }) => {
        const guesses = weights.shape[1]!;
        const take = weightsOf(weights);
        const x = sequence("x", [sequences, 1, 1]);
        const h = delay("h", [sequences, units, guesses], { initial: 0 });
        const out = delay("out", [sequences, 1, guesses], { initial: 0 });
        const fromOutside = add(add(mul(take(units), x), mul(take(units), out)), take(units));
        const toHidden = {
          all: () => amongAll(h, take(units * units)),
          self: () => mul(take(units), h),
          none: undefined,
        };
        const net = toHidden[hidden] === undefined ? fromOutside : add(fromOutside, toHidden[hidden]());
        const nextH = sigmoid(net);
        const fromHidden = add(sum(mul(take(units), nextH), { axes: 1, keepDims: true }), mul(take(1), x));
        const fromItself = outputSeesItself ? add(fromHidden, mul(take(1), out)) : fromHidden;
        const nextOut = sigmoid(outputHasBias ? add(fromItself, take(1)) : fromItself);
        return {
          next: { h: nextH, out: nextOut },
          outputs: { answer: reshape(nextOut, [sequences, guesses]) },
        };
      }),
  };
}

/** Gives the next rows of `[W, G]` each time it is called. */
function weightsOf(weights: FloatNode): (rows: number) => FloatNode {
  let start = 0;
  return (rows) => {
    start += rows;
    return slice(weights, { axis: 0, start: start - rows, stop: start });
  };
}

/** Σ_k U_kj h_k for every guess. @shapes h: [S, n, G], U: [n n, G] -> [S, n, G] */
function amongAll(h: FloatNode, U: FloatNode): FloatNode {
  const [sequences, units, guesses] = h.shape as [number, number, number];
  const spread = reshape(h, [sequences, units, 1, guesses]);
  return sum(mul(spread, reshape(U, [units, units, guesses])), { axes: 1 });
}
