/**
 * Work on all steps of a checkpointed scan moved into its loop: heads, losses and their sums. What they compute of each
 * segment is then computed anew with the segment when a derivative gets there, instead of being kept for all steps.
 */
import { placeholder } from "../../graph/leaves.js";
import { withSite } from "../../graph/build-site.js";
import type { FloatNode, Node } from "../../graph/node.js";
import { scanBodyOf, type ScanResult, type ScanStep } from "../../graph/scan-body.js";
import { substitute } from "../../graph/substitute.js";
import { topologicalOrder } from "../../graph/walk.js";
import { add } from "../../ops/add.js";
import { zeros } from "../../ops/composite/zeros.js";
import { reshape } from "../../ops/reshape.js";
import { applyScan } from "../../ops/scan.js";
import { buildScan, type Binding, type DrawnScan } from "../../ops/scan/drawn-scan.js";
import { slice } from "../../ops/slice-pad.js";
import { sum, sumOp } from "../../ops/sum-broadcast.js";
import { make, type Pass } from "../pass.js";
import { attrsOf } from "../pattern.js";
import { attrsForRows, hasRows, repeatedRows } from "./rows.js";
import { segmentStacks, type SegmentStack } from "./segment-stacks.js";

/**
 * A loss of the same value, with the work that follows checkpointed scans step by step inside their loops, where it takes
 * memory for one segment instead of all steps: the work of which only sums over steps are read. The sums are added in
 * another order. Differentiate what comes back; the result itself where there is nothing to move.
 *
 * @param result - a node such as a loss, `[]`
 * @example
 * const { outputs } = scan({
 *   steps: 9,
 *   checkpoint: "sqrt",
 *   sequences: { x: input("x", [9]) },
 *   delays: { h: { initial: constant([0]) } },
 *   step: ({ sequences, delays }) => {
 *     const h = tanh(add(delays.h, sequences.x));
 *     return { next: { h }, outputs: { h } };
 *   },
 * });
 * const loss = mean(square(outputs.h));
 * const sunk = sinkIntoScans(loss);
 * const x = Array.from({ length: 9 }, () => 0.5);
 * Math.abs(evaluate(sunk, { x }).item() - evaluate(loss, { x }).item()) < 1e-12; // → true
 * @source the opposite of push-out in PyTensor's scan
 */
export function sinkIntoScans<N extends Node>(result: N): N {
  return substitute([result], replacementsIn([result], [planFor(result)]))[0] as N;
}

/**
 * Moves into checkpointed scans what a loss among the results reads sums of, and lets all results read from there. It does
 * nothing if the derivative is that of the loss as it was: the recurrence would run twice.
 */
export const sinkIntoScan: Pass = {
  name: "sink-into-scan",
  inexact: true,
  run: (results) => {
    const losses = results.filter(({ dtype, shape }) => dtype === "f32" && shape.length === 0);
    const plans = losses.map(planFor);
    const replacements = replacementsIn(results, plans);
    if (replacements.size === 0) return results;
    const sunk = substitute(results, replacements);
    const before = new Set(plans.flatMap(({ scans }) => Array.from(scans.keys(), (scan) => scanBodyOf(scan)!.step)));
    return topologicalOrder(sunk).some((node) => before.has(scanBodyOf(node)?.step as ScanStep)) ? results : sunk;
  },
};

/** What becomes of a graph. */
interface Plan {
  /** Sums over all steps, by what stands for them. */
  readonly sums: ReadonlyMap<Node, Node>;
  /** Scans, by the results of those that do more. */
  readonly scans: ReadonlyMap<Node, readonly Node[]>;
}

const NOTHING: Plan = { sums: new Map(), scans: new Map() };
const known = new WeakMap<Node, Plan>();

/** Kept, so that a loss and its gradient read from one scan. */
function planFor(result: Node): Plan {
  const found = known.get(result) ?? planOf(result);
  known.set(result, found);
  return found;
}

/** The plan for the first scan whose stacks nobody reads any more afterwards. */
function planOf(result: Node): Plan {
  const order = topologicalOrder([result]);
  const stacks = segmentStacks(order);
  for (const scan of new Set(Array.from(stacks.values(), (stack) => stack.scan))) {
    const own = new Map([...stacks].filter(([, stack]) => stack.scan === scan));
    const { sums, results } = new SinkingScan(order, scan, own).sunk();
    const isRead = new Set(topologicalOrder(substitute([result], sums)));
    if (sums.size > 0 && ![...own.keys()].some((stack) => isRead.has(stack)))
      return { sums, scans: new Map([[scan, results]]) };
  }
  return NOTHING;
}

/** What stands for nodes that the results depend on. */
function replacementsIn(results: readonly Node[], plans: readonly Plan[]): Map<Node, Node> {
  const scans = new Map(plans.flatMap((plan) => [...plan.scans]));
  const replacements = new Map(plans.flatMap(({ sums }) => [...sums]));
  if (scans.size === 0) return replacements;
  for (const node of topologicalOrder(results)) {
    const values = node.op.kind === "result" ? scans.get(node.inputs[0]!) : undefined;
    if (values !== undefined) replacements.set(node, values[node.attrs["index"] as number]!);
  }
  return replacements;
}

/** Rows of a node: as they are in a segment, and of the steps left over. */
interface Parts {
  readonly inside: Node;
  readonly rest: Node | undefined;
}

/** One scan into which work is moved. */
class SinkingScan {
  readonly #order: readonly Node[];
  readonly #scan: Node;
  readonly #stacks: ReadonlyMap<Node, SegmentStack>;
  readonly #shape: SegmentStack;
  readonly #segments: number;
  readonly #parts = new Map<Node, Parts>();
  readonly #sequences: Binding[] = [];
  /** Nodes that depend on what the scan yields. */
  readonly #later = new Set<Node>();

  constructor(order: readonly Node[], scan: Node, stacks: ReadonlyMap<Node, SegmentStack>) {
    this.#order = order;
    this.#scan = scan;
    this.#stacks = stacks;
    this.#shape = [...stacks.values()][0]!;
    this.#segments = scanBodyOf(scan)!.step.steps;
  }

  /** What stands for sums over all steps, and the results of the scan that does more; nothing if no sum can be moved. */
  sunk(): { readonly sums: Map<Node, Node>; readonly results: readonly Node[] } {
    const { results } = scanBodyOf(this.#scan)!;
    const totals: { readonly node: Node; readonly inside: FloatNode; readonly rest: FloatNode | undefined }[] = [];
    for (const node of this.#order) {
      const stack = this.#stacks.get(node);
      if (node === this.#scan || node.inputs.some((input) => this.#later.has(input))) this.#later.add(node);
      if (stack !== undefined) {
        const result = results[stack.index]!;
        if (result.kind === "stack") this.#parts.set(node, { inside: result.node, rest: stack.rest?.node });
        continue;
      }
      withSite(node.site, () => {
        const total = this.#sumOf(node);
        if (total !== undefined) totals.push({ node, ...total });
        const parts = total === undefined ? this.#partsOf(node) : undefined;
        if (parts !== undefined) this.#parts.set(node, parts);
      });
    }
    return totals.length === 0 ? { sums: new Map(), results: [] } : this.#built(totals);
  }

  /** The sum over all rows of a node, as sums over the rows of its parts. */
  #sumOf(node: Node): { readonly inside: FloatNode; readonly rest: FloatNode | undefined } | undefined {
    const parts = node.op === sumOp && node.dtype === "f32" ? this.#parts.get(node.inputs[0]!) : undefined;
    if (parts === undefined || !attrsOf(sumOp, node).axes.includes(0)) return undefined;
    const { axes } = attrsOf(sumOp, node);
    const over = (part: Node): FloatNode => sum(part as FloatNode, { axes });
    return { inside: over(parts.inside), rest: parts.rest && over(parts.rest) };
  }

  /** The rows of a node, if it is computed row by row from rows. */
  #partsOf(node: Node): Parts | undefined {
    if (!node.inputs.some((input) => this.#parts.has(input))) return undefined;
    const [rows] = node.shape;
    if (rows === undefined || rows % this.#shape.steps !== 0) return undefined;
    const perStep = rows / this.#shape.steps;
    const inSegment = (perStep * this.#shape.inSegments) / this.#segments;
    const left = perStep * (this.#shape.steps - this.#shape.inSegments);
    const attrs = [attrsForRows(node, inSegment), attrsForRows(node, left)];
    const operands = node.inputs.map((input, i) => (hasRows(node, i) ? this.#rowsOf(input) : this.#whole(input)));
    if (attrs.includes(undefined) || operands.includes(undefined)) return undefined;
    const inside = make(
      node.op,
      operands.map((operand) => operand!.inside),
      attrs[0],
    );
    const rest =
      left === 0
        ? undefined
        : make(
            node.op,
            operands.map((operand) => operand!.rest!),
            attrs[1],
          );
    return { inside, rest };
  }

  /** An operand that is the same for all rows. */
  #whole(operand: Node): Parts | undefined {
    return this.#later.has(operand) ? undefined : { inside: operand, rest: operand };
  }

  /** The rows of an operand: moved as well, repeated, or read from a sequence. */
  #rowsOf(operand: Node): Parts | undefined {
    const known_ = this.#parts.get(operand);
    const [rows] = operand.shape;
    if (known_ !== undefined || this.#later.has(operand)) return known_;
    const { steps, inSegments, rest } = this.#shape;
    if (rows === undefined || rows % steps !== 0) return undefined;
    const perStep = rows / steps;
    const [main, left] = [perStep * inSegments, perStep * (steps - inSegments)];
    const repeated = repeatedRows(operand, main / this.#segments);
    const start = rest?.isFirst === true ? left : 0;
    const restOf = (): Node | undefined =>
      left === 0
        ? undefined
        : slice(operand, { axis: 0, start: start === 0 ? main : 0, stop: start === 0 ? rows : left });
    if (repeated !== undefined) return { inside: repeated, rest: left === 0 ? undefined : repeatedRows(operand, left) };
    const shape = [main / this.#segments, ...operand.shape.slice(1)];
    const inside = placeholder(operand.label ?? operand.op.name, shape, operand.dtype);
    const segments = left === 0 ? operand : slice(operand, { axis: 0, start, stop: start + main });
    this.#sequences.push({ placeholder: inside, value: reshape(segments, [this.#segments, ...shape]) });
    const parts = { inside, rest: restOf() };
    this.#parts.set(operand, parts);
    return parts;
  }

  #built(
    totals: readonly { readonly node: Node; readonly inside: FloatNode; readonly rest: FloatNode | undefined }[],
  ): ReturnType<SinkingScan["sunk"]> {
    const drawn = drawnAgain(this.#scan);
    const accumulators = totals.map(({ node, inside }) => {
      const last = placeholder(node.label ?? "total", node.shape);
      return { placeholder: last, steps: 1, next: add(last, inside), initial: zeros([1, ...node.shape]) };
    });
    const values = buildScan(
      {
        ...drawn,
        sequences: [...drawn.sequences, ...this.#sequences],
        delays: [...drawn.delays, ...accumulators],
        results: [
          ...drawn.results,
          ...accumulators.map((_, i): ScanResult => ({ kind: "final", delay: drawn.delays.length + i })),
        ],
      },
      applyScan,
    );
    const sums = totals.map(({ node, rest }, i) => {
      const total = reshape(values[drawn.results.length + i] as FloatNode, node.shape);
      return [node, rest === undefined ? total : add(total, rest)] as const;
    });
    return { sums: new Map<Node, Node>(sums), results: values };
  }
}

/** A scan as it can be drawn with more in its step. */
function drawnAgain(scan: Node): DrawnScan {
  const { step, results } = scanBodyOf(scan)!;
  const { inputs } = scan;
  const first = { delay: step.sequences.length, invariant: step.sequences.length + step.delays.length };
  return {
    ...step,
    sequences: step.sequences.map((node, i) => ({ placeholder: node, value: inputs[i]! })),
    delays: step.delays.map((delay, i) => ({ ...delay, initial: inputs[first.delay + i] as FloatNode })),
    invariants: step.invariants.map((node, i) => ({ placeholder: node, value: inputs[first.invariant + i]! })),
    results,
  };
}
