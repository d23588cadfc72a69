/**
 * Truncated backpropagation through time: windows whose first state counts as given. Values are those of the whole
 * recurrence; what a loss learns of the past ends where its window begins.
 */
import {
  GraphError,
  reshape,
  scan as scanSequences,
  stopGradient,
  type Checkpoint,
  type FloatNode,
  type Node,
} from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { mapValues } from "./map-values.js";
import { runOrder } from "./run-order.js";
import { initialOf, scanSteps, type ScannedSteps } from "./scan-steps.js";

/**
 * Where backpropagation through time ends: every k1 steps it goes back through k2 steps.
 *
 * What step t yields reaches back to step ⌊t / k1⌋ k1 + k1 - k2, or to step 0; with k2 ≥ T always to step 0.
 *
 * @example
 * const x = input("x", [4, 1, 1]);
 * const cell = elman({ inputs: 1, units: 1, seed: 1 });
 * const { last } = cell.scan(x, {}, { truncate: { every: 2, through: 3 } });
 * const [dx] = gradient(sum(last.h), [x]);
 * evaluate(dx, { x: [[[1]], [[1]], [[1]], [[1]]] }).data[0]; // → 0
 * @source Williams & Peng 1990, "An efficient gradient-based algorithm for on-line training of recurrent network trajectories": BPTT(h; h') with h = k2, h' = k1
 */
export interface Truncation {
  /** k1, a whole number ≥ 1. */
  readonly every: number;
  /** k2, a whole number ≥ k1. */
  readonly through: number;
}

/** How the steps run. */
export interface TruncatedSteps {
  readonly truncate: Truncation;
  /** T. */
  readonly steps: number;
  readonly reverse: boolean;
  readonly checkpoint: Checkpoint | undefined;
  readonly sequences: Readonly<Record<string, Node>>;
}

/** The values of every delay at some time, by name. */
type State = Readonly<Record<string, Node>>;

/**
 * T steps in windows. Up to k2 steps nothing is cut; then a scan over windows of k2 steps, of which the last k1 are
 * yielded, starts each from where the one before it was after k1 steps; a shorter window is left over.
 */
export function truncatedScan<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  { truncate, steps, reverse, checkpoint, sequences }: TruncatedSteps,
): ScannedSteps<O> {
  checkTruncation(folded.name, truncate);
  const { every, through } = truncate;
  const run = (initial: State, count: number, read: Readonly<Record<string, Node>>): ScannedSteps<O> =>
    scanSteps(folded, { steps: count, reverse, checkpoint, sequences: read, initial });
  if (through >= steps) return run(initialOf(folded), steps, sequences);
  const order = runOrder(reverse);
  const part = (start: number, stop: number): Record<string, Node> =>
    mapValues(sequences, (sequence) => order.cut(sequence, start, stop));

  const whole = Math.floor(through / every) * every;
  const cutAt = whole + every - through;
  const count = Math.floor((steps - whole) / every);
  const parts = [run(initialOf(folded), cutAt, part(0, cutAt))];
  if (whole > cutAt) parts.push(run(parts[0]!.final, whole - cutAt, part(cutAt, whole)));
  let state: State = parts[0]!.final;
  if (count > 0) {
    const windows = mapValues(sequences, (sequence) =>
      order.windows(sequence, { start: cutAt, count, every, size: through }),
    );
    const scanned = scanWindows(run, windows, { initial: state, end: parts.at(-1)!.final }, count, truncate, reverse);
    parts.push(scanned);
    state = scanned.state;
  }
  const begun = cutAt + count * every;
  const done = whole + count * every;
  if (done < steps) {
    const rest = run(mapValues(state, stopGradient), steps - begun, part(begun, steps));
    parts.push({ ...rest, outputs: mapValues(rest.outputs, (node) => order.end(node, steps - done)) as O });
  }
  const names = Object.keys(folded.outputs);
  const outputs = names.map((name) => [name, order.join(parts.map((one) => one.outputs[name]!))] as const);
  return { outputs: Object.fromEntries(outputs) as O, final: parts.at(-1)!.final };
}

/** One scan over all windows of full length: two scans in each step, of k1 and of k2 - k1 steps. */
function scanWindows<O extends Readonly<Record<string, Node>>>(
  run: (initial: State, count: number, read: Readonly<Record<string, Node>>) => ScannedSteps<O>,
  windows: Readonly<Record<string, Node>>,
  { initial, end }: Readonly<Record<"initial" | "end", State>>,
  count: number,
  { every, through }: Truncation,
  reverse: boolean,
): ScannedSteps<O> & { readonly state: State } {
  const order = runOrder(reverse);
  const names = Object.keys(initial);
  const carried = (prefix: string, state: State): (readonly [string, { readonly initial: FloatNode }])[] =>
    names.map((name) => [
      `${prefix} ${name}`,
      { initial: reshape(state[name]!, [1, ...state[name]!.shape]) as FloatNode },
    ]);
  const { outputs, final } = scanSequences({
    steps: count,
    reverse,
    sequences: windows,
    delays: Object.fromEntries([...carried("state", initial), ...carried("end", end)]),
    step: (read) => {
      const state = Object.fromEntries(names.map((name) => [name, stopGradient(read.delays[`state ${name}`]!)]));
      const first = run(
        state,
        every,
        mapValues(read.sequences, (window) => order.cut(window, 0, every)),
      );
      const both = [first];
      if (through > every) {
        const later = mapValues(read.sequences, (window) => order.cut(window, every, through));
        both.push(run(first.final, through - every, later));
      }
      const yielded = Object.keys(first.outputs).map((name) => {
        const all = order.join(both.map((one) => one.outputs[name]!));
        return [name, order.end(all, every)] as const;
      });
      const next = names.flatMap((name) => [
        [`state ${name}`, first.final[name]!] as const,
        [`end ${name}`, both.at(-1)!.final[name]!] as const,
      ]);
      return { outputs: Object.fromEntries(yielded), next: Object.fromEntries(next) };
    },
  });
  const last = (prefix: string): Record<string, FloatNode> =>
    Object.fromEntries(names.map((name) => [name, reshape(final[`${prefix} ${name}`]!, initial[name]!.shape)]));
  const flat = (node: Node): Node => reshape(node, [count * every, ...node.shape.slice(2)]);
  return {
    outputs: mapValues(outputs as O, flat) as O,
    final: last("end"),
    state: last("state"),
  };
}

function checkTruncation(name: string, truncate: Partial<Truncation>): void {
  const { every: k1, through: k2 } = truncate;
  if (Number.isInteger(k1) && Number.isInteger(k2) && k1! >= 1 && k2! >= k1!) return;
  throw new GraphError({
    code: "TRUNCATION",
    where: `scan("${name}", T, sequences, { truncate })`,
    rule: "truncate must be { every: k1, through: k2 } with whole numbers 1 ≤ k1 ≤ k2",
    got: `every: ${String(k1)}, through: ${String(k2)}`,
    fix: "With through equal to every, windows do not overlap",
  });
}
