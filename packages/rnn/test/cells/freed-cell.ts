/** A cell whose parameters, initial values and sequence are all inputs, so that tests choose every number. */
import {
  evaluateAll,
  input,
  substitute,
  type FloatNode,
  type NdArray,
  type Node,
  type RecurrenceValues,
  type RecurrentCell,
} from "@unfold/rnn";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";

/** T, B, F and H. */
export interface Sizes {
  readonly steps: number;
  readonly batch: number;
  readonly inputs: number;
  readonly units: number;
}

/** Every size from 1, small enough for loops over all elements. */
export const sizes: fc.Arbitrary<Sizes> = fc.record({
  steps: fc.integer({ min: 1, max: 5 }),
  batch: fc.integer({ min: 1, max: 3 }),
  inputs: fc.integer({ min: 1, max: 3 }),
  units: fc.integer({ min: 1, max: 3 }),
});

/** Seeds of drawn values. */
export const seeds = fc.nat({ max: 1_000_000 });

/** Values by the names of the freed inputs: `x`, `initial/h`, and each parameter's key. */
export type Values = Readonly<Record<string, NdArray>>;

/** A cell made of inputs only. */
export interface FreedCell {
  readonly outputs: Readonly<Record<string, FloatNode>>;
  readonly variables: readonly FloatNode[];
  /** Elements in [-1, 1]: weights of this size keep the gates away from their flat ends. */
  draw(seed: number): Values;
}

/** How a cell is run over a sequence. */
export type Over = (cell: RecurrentCell, x: FloatNode, initial: Readonly<Record<string, Node>>) => RecurrenceValues;

const unfolded: Over = (cell, x, initial) => cell.over(x, initial);

/** Initial values of a cell's delays, `[k, …S]` or, for one step, `[…S]`; of counters none. */
export function initialInputs(cell: RecurrentCell, batch: number): Record<string, FloatNode> {
  const delays = Object.entries(cell.fold(batch).delays).filter(([, { isMemory }]) => isMemory);
  return Object.fromEntries(
    delays.map(([name, { placeholder, steps }]) => [
      name,
      input(`initial/${name}`, steps === 1 ? placeholder.shape : [steps, ...placeholder.shape]),
    ]),
  );
}

/** The cell over T steps, its delays starting from inputs. */
export function freeCell(cell: RecurrentCell, { steps, batch }: Sizes, over: Over = unfolded): FreedCell {
  const x = input("x", [steps, batch, ...cell.inputShape]);
  const initial = initialInputs(cell, batch);
  const { outputs } = over(cell, x, initial);
  const freed = Object.entries(cell.parameters).map(
    ([key, parameter]) => [parameter, input(key, parameter.shape)] as const,
  );
  const names = Object.keys(outputs);
  const copies = substitute(Object.values(outputs), new Map<Node, Node>(freed)) as readonly FloatNode[];
  const variables = [x, ...Object.values(initial), ...freed.map(([, variable]) => variable)];
  return {
    outputs: Object.fromEntries(names.map((name, i) => [name, copies[i]!])),
    variables,
    draw: (seed) =>
      Object.fromEntries(
        variables.map(({ label, shape }) => [label!, drawValue(reals(shape, { min: -1, max: 1 }), seed, label!)]),
      ),
  };
}

/** The elements of every output. */
export function run({ outputs }: FreedCell, values: Values): Record<string, number[]> {
  return Object.fromEntries(Object.entries(evaluateAll(outputs, values)).map(([name, { data }]) => [name, [...data]]));
}

/** The largest difference between elements of the same outputs. */
export function distance(a: Readonly<Record<string, number[]>>, b: Readonly<Record<string, number[]>>): number {
  const perOutput = Object.keys(a).map((name) => {
    const [left, right] = [a[name]!, b[name]!];
    if (left.length !== right.length) return Infinity;
    return Math.max(...left.map((element, i) => Math.abs(element - right[i]!)));
  });
  return Math.max(...perOutput);
}
