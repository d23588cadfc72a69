/** A scan as the interpreter runs it: a loop over one prepared step; beside sequences and stacks its memory does not depend on T. */
import type { Node } from "../graph/node.js";
import { computedBy, scanBodyOf, scanResultType, type ScanDelay } from "../graph/scan-body.js";
import type { NdArray } from "../tensor/nd-array.js";
import type { Setting } from "./interpreter-setting.js";

/** What prepares a graph; handed in, since preparing a graph prepares the scans in it. */
type PrepareNodes = (
  results: readonly Node[],
  known: ReadonlyMap<Node, NdArray>,
  setting: Setting,
) => { readonly valueOf: (node: Node) => NdArray; run(): void };

/** A scan made ready to run. */
export interface ScanLoop {
  /** Where its results are after `run`. */
  readonly results: readonly NdArray[];
  readonly run: () => void;
}

/** The last k values of a delay: slot i mod k holds what iteration i reads, and then what it leaves. */
interface History {
  readonly delay: ScanDelay;
  readonly slots: NdArray["data"];
  readonly initial: NdArray["data"];
  /** What the step reads. */
  readonly read: NdArray["data"];
}

/** A function that runs the scan over its operands: sequences, initial values and invariants. */
export function scanLoop(scan: Node, operands: readonly NdArray[], setting: Setting, prepare: PrepareNodes): ScanLoop {
  const { make } = setting;
  const running = { scan, t: 0 };
  const body = scanBodyOf(scan)!;
  const { step } = body;
  const known = new Map<Node, NdArray>();
  const buffer = (node: Node): NdArray["data"] => {
    const array = make(node.type);
    known.set(node, array);
    return array.data;
  };
  const sequences = step.sequences.map((node, i) => ({ whole: operands[i]!.data, element: buffer(node) }));
  const histories = step.delays.map((delay, i): History => {
    const initial = operands[sequences.length + i]!;
    return { delay, initial: initial.data, slots: make(initial.type).data, read: buffer(delay.placeholder) };
  });
  step.invariants.forEach((node, i) => known.set(node, operands[sequences.length + histories.length + i]!));
  const prepared = prepare(computedBy(body), known, { ...setting, scans: [...setting.scans, running] });
  const nexts = histories.map(({ delay }) => prepared.valueOf(delay.next).data);
  const results = body.results.map((result) => make(scanResultType(step, result)));
  const stacks = body.results.flatMap((result, i) =>
    result.kind === "stack" ? [{ whole: results[i]!.data, element: prepared.valueOf(result.node).data }] : [],
  );

  const run = (): void => {
    for (const { slots, initial } of histories) slots.set(initial);
    for (let i = 0; i < step.steps; i++) {
      const t = step.reverse ? step.steps - 1 - i : i;
      running.t = t;
      for (const { whole, element } of sequences) read(whole, t, element);
      for (const { slots, read: value, delay } of histories) read(slots, i % delay.steps, value);
      prepared.run();
      for (const { whole, element } of stacks) whole.set(element, t * element.length);
      for (const [d, { slots, delay }] of histories.entries())
        slots.set(nexts[d]!, (i % delay.steps) * nexts[d]!.length);
    }
    for (const [r, result] of body.results.entries()) {
      if (result.kind === "final") readFinal(histories[result.delay]!, step.steps, results[r]!.data);
    }
  };
  return { results, run };
}

/** Element `index` along the first axis. */
function read(whole: NdArray["data"], index: number, element: NdArray["data"]): void {
  element.set(whole.subarray(index * element.length, (index + 1) * element.length));
}

/** The slots from the oldest on: the one that the next iteration would read. */
function readFinal({ slots, delay, read: { length } }: History, steps: number, final: NdArray["data"]): void {
  for (let i = 0; i < delay.steps; i++) {
    const slot = (steps + i) % delay.steps;
    final.set(slots.subarray(slot * length, (slot + 1) * length), i * length);
  }
}
