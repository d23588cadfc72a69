/** Two cells over one sequence: one reads it from the start, one from the end. */
import {
  add,
  checkArgument,
  checkKeys,
  concat,
  GraphError,
  mul,
  ValueError,
  type FloatNode,
  type Node,
} from "@unfold/core";
import type { ScanOptions } from "../unfold/scan.js";
import type { UnfoldOptions } from "../unfold/unfold.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";
import { partOf, prefixed } from "./prefixed.js";
import type { HiddenCell } from "./stacked.js";

/** How what two directions yield becomes one. */
export type BidirectionalMerge = "concat" | "sum" | "mean";

/** How two cells read. */
export interface BidirectionalOptions {
  /** From the first element to the last. */
  readonly forward: HiddenCell;
  /** From the last element to the first. */
  readonly backward: HiddenCell;
  /** "concat" (default): beside each other, forward first. "sum" and "mean" need one shape. */
  readonly merge?: BidirectionalMerge;
  /** Default "bidirectional". */
  readonly name?: string;
}

/** What two cells yield over one sequence. */
export interface BidirectionalValues {
  /** Both directions merged, of every step. */
  readonly outputs: { readonly h: FloatNode };
  /** Both merged, each of the last step that it ran: of the last element, and of the first. */
  readonly last: { readonly h: FloatNode };
  readonly forward: RecurrenceValues<HiddenOutputs>;
  readonly backward: RecurrenceValues<HiddenOutputs>;
}

type HiddenOutputs = Readonly<Record<string, FloatNode>> & { readonly h: FloatNode };

/** Initial values of both cells' delays, `forward/h` and `backward/h`. */
type Initial = Readonly<Record<string, Node | number>>;

/** A bidirectional layer. It reads a whole sequence, so that it has no step of its own. */
export interface Bidirectional {
  readonly name: string;
  readonly inputs: number;
  /** Size of the last axis of what it yields. */
  readonly units: number;
  readonly parameters: Readonly<Record<string, FloatNode>>;
  /** Both cells unfolded. @shapes x: f32[T, B, F] -> h: f32[T, B, units] */
  readonly over: (x: FloatNode, initial?: Initial, options?: Omit<UnfoldOptions, "reverse">) => BidirectionalValues;
  /** Both cells as scans. @shapes x: f32[T, B, F] -> h: f32[T, B, units] */
  readonly scan: (x: FloatNode, initial?: Initial, options?: Omit<ScanOptions, "reverse">) => BidirectionalValues;
}

/**
 * A layer of two cells, one for each direction of time. With `lengths`, each sequence is read backwards from its own end.
 *
 * h_t = merge(forward_t, backward_t); forward_t reads x_0 … x_t, backward_t reads x_{T-1} … x_t
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H_forward + H_backward], or [T, B, H]
 * @throws ValueError BIDIRECTIONAL if the cells read different features, have one name, or yield what cannot be merged, or merge is none of the three. GraphError INITIAL_UNKNOWN, from over and scan, if an initial value is of neither cell.
 * @example
 * const layer = bidirectional({
 *   forward: lstm({ name: "forward", inputs: 3, units: 4, seed: 1 }),
 *   backward: lstm({ name: "backward", inputs: 3, units: 4, seed: 2 }),
 * });
 * layer.scan(input("x", [5, 1, 3])).outputs.h.shape; // → [5, 1, 8]
 * @source Schuster & Paliwal 1997, "Bidirectional recurrent neural networks"
 */
export function bidirectional(options: BidirectionalOptions): Bidirectional {
  checkKeys("bidirectional(options)", "options", options, { forward: true, backward: true, merge: true, name: true });
  const { forward, backward, merge = "concat", name = "bidirectional" } = options;
  checkCells(`bidirectional("${name}")`, options);
  const join = MERGES[merge];
  const [ahead, back] = [forward.hiddenShape.at(-1)!, backward.hiddenShape.at(-1)!];
  const both = (a: RecurrenceValues<HiddenOutputs>, b: RecurrenceValues<HiddenOutputs>): BidirectionalValues => ({
    outputs: { h: join(a.outputs.h, b.outputs.h) },
    last: { h: join(a.last.h, b.last.h) },
    forward: a,
    backward: b,
  });
  return {
    name,
    inputs: forward.inputs,
    units: merge === "concat" ? ahead + back : ahead,
    parameters: { ...prefixed(forward.name, forward.parameters), ...prefixed(backward.name, backward.parameters) },
    over: (x, initial = {}, settings = {}) => {
      checkInitial(name, initial);
      return both(
        forward.over(x, partOf("forward", initial), settings),
        backward.over(x, partOf("backward", initial), { ...settings, reverse: true }),
      );
    },
    scan: (x, initial = {}, settings = {}) => {
      checkInitial(name, initial);
      return both(
        forward.scan(x, partOf("forward", initial), settings),
        backward.scan(x, partOf("backward", initial), { ...settings, reverse: true }),
      );
    },
  };
}

/** What belongs to neither cell would silently not be read. */
function checkInitial(name: string, initial: Initial): void {
  const unknown = Object.keys(initial).find((key) => !/^(forward|backward)\//.test(key));
  if (unknown === undefined) return;
  const where = `bidirectional("${name}")`;
  const rule = 'initial values must be named after delays of one cell: "forward/…" or "backward/…"';
  throw new GraphError({ code: "INITIAL_UNKNOWN", where, rule, got: `"${unknown}"` });
}

const MERGES: Readonly<Record<BidirectionalMerge, (a: FloatNode, b: FloatNode) => FloatNode>> = {
  concat: (a, b) => concat([a, b], -1),
  sum: add,
  mean: (a, b) => mul(add(a, b), 0.5),
};

function checkCells(where: string, { forward, backward, merge = "concat" }: BidirectionalOptions): void {
  for (const [part, cell] of Object.entries({ forward, backward }))
    checkArgument(where, `${part} must be a cell`, cell, { members: ["inputShape", "hiddenShape", "scan"] });
  const problem = (rule: string, got: string): ValueError =>
    new ValueError({ code: "BIDIRECTIONAL", where, rule, got });
  const shapes = (part: "inputShape" | "hiddenShape"): string =>
    [forward, backward].map((cell) => `[${cell[part].join(", ")}]`).join(" and ");
  if (!Object.hasOwn(MERGES, merge))
    throw problem(`merge must be one of ${Object.keys(MERGES).join(", ")}`, JSON.stringify(merge));
  if (forward.inputShape.join() !== backward.inputShape.join())
    throw problem("both cells must read one sequence", shapes("inputShape"));
  if (forward.name === backward.name) throw problem("the cells must have two names", `"${forward.name}" twice`);
  // Elements stand beside each other along the last axis.
  const [a, b] = [forward, backward].map((cell) => cell.hiddenShape.slice(0, merge === "concat" ? -1 : undefined));
  if (a!.join() !== b!.join())
    throw problem(`what both cells yield must have one shape for "${merge}"`, shapes("hiddenShape"));
}
