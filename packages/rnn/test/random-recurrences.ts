/** Random recurrences with losses at every step: some states of some sizes and reaches that read each other, gated or not. */
import {
  add,
  foldedGraph,
  input,
  matmul,
  mul,
  sigmoid,
  sin,
  sub,
  sum,
  tanh,
  type FloatNode,
  type FoldedGraph,
  type NdArray,
} from "@unfold/rnn";
import { uniformNumbers } from "@unfold/testkit";
import fc from "fast-check";
import { drawReals } from "./recurrences.js";

/** A random recurrence. */
export interface RandomRecurrence {
  /** Its losses are `[B]`, one of each sequence. */
  readonly folded: FoldedGraph<{ readonly losses: FloatNode }>;
  /** Weights, and initial values of delays: inputs. */
  readonly variables: readonly FloatNode[];
  readonly steps: number;
  /** How many steps each sequence has of its own, the rest being padding. */
  readonly lengths: readonly number[];
  /** Of the sequence x, `[T, B, 2]`, and of the variables. */
  readonly values: Readonly<Record<string, NdArray>>;
}

interface State {
  readonly size: number;
  readonly reach: number;
  readonly activation: keyof typeof ACTIVATIONS;
  readonly isGated: boolean;
  /** Whether its values before step 0 are trained, and not 0. */
  readonly isTrained: boolean;
  /** Which states it reads, one truth value each; all if none. */
  readonly reads: readonly boolean[];
}

const ACTIVATIONS = { tanh, sigmoid, sin, none: (x: FloatNode) => x };
/** F. */
const FEATURES = 2;

const states = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 2 }),
    reach: fc.integer({ min: 1, max: 3 }),
    activation: fc.constantFrom(...(Object.keys(ACTIVATIONS) as State["activation"][])),
    isGated: fc.boolean(),
    isTrained: fc.boolean(),
    reads: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 2 },
);

/** Random recurrences, T, B and values. */
export const randomRecurrences: fc.Arbitrary<RandomRecurrence> = fc
  .record({
    states,
    steps: fc.integer({ min: 1, max: 5 }),
    batch: fc.integer({ min: 1, max: 2 }),
    seed: fc.nat({ max: 1_000_000 }),
  })
  .map(build);

function build(setting: {
  readonly states: readonly State[];
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
}): RandomRecurrence {
  const { steps, batch, seed } = setting;
  const variables: FloatNode[] = [];
  const values: Record<string, NdArray> = { x: drawReals([steps, batch, FEATURES], seed, "x") };
  const trained = (path: string, shape: readonly number[]): FloatNode => {
    const node = input(path, shape);
    variables.push(node);
    values[path] = drawReals(shape, seed, path);
    return node;
  };
  const folded = foldedGraph("random", ({ sequence, delay }) => {
    const x = sequence("x", [batch, FEATURES]);
    const read = setting.states.map(({ size, reach, isTrained }, i) => {
      const initial = isTrained ? trained(`initial ${i}`, [reach, batch, size]) : 0;
      return delay(`s${i}`, [batch, size], { steps: reach, initial });
    });
    const next = setting.states.map(({ size, activation, isGated, reads }, i) => {
      const seen = setting.states.flatMap((other, j) =>
        reads[j] === true || !reads.includes(true) ? [{ ...other, j }] : [],
      );
      const net = (name: string): FloatNode => {
        const terms = seen.map(({ j, size: from }) => matmul(read[j]!, trained(`${name} ${i} ${j}`, [from, size])));
        const own = add(matmul(x, trained(`${name} ${i} x`, [FEATURES, size])), trained(`${name} ${i} bias`, [size]));
        return terms.reduce((total, term) => add(total, term), own);
      };
      const proposed = ACTIVATIONS[activation](net("net"));
      if (!isGated) return proposed;
      const gate = sigmoid(net("gate"));
      return add(mul(gate, read[i]!), mul(sub(1, gate), proposed));
    });
    const scale = trained("scale", []);
    const losses = next
      .map((state, i) => sum(sin(add(mul(scale, state), i)), { axes: [1] }))
      .reduce((total, term) => add(total, term));
    return { next: Object.fromEntries(next.map((state, i) => [`s${i}`, state])), outputs: { losses } };
  });
  const uniform = uniformNumbers(seed, "lengths");
  const lengths = Array.from({ length: batch }, () => 1 + Math.floor(uniform() * steps));
  return { folded, variables, steps, lengths, values };
}
