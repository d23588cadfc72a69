/** A recurrence as one node: a step repeated along the first axis of its sequences. Its derivative is a scan the other way. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { placeholder } from "../graph/leaves.js";
import { describe, requireNode, type FloatNode, type Node } from "../graph/node.js";
import type { ResultOp, ScanOp } from "../graph/op.js";
import { scanBodyOf, scanResultType, type ScanBody, type ScanResult } from "../graph/scan-body.js";
import { checkSteps, verifyScanBody } from "../graph/verify-scan.js";
import { checkScanInputs } from "./scan/check-inputs.js";
import { buildCheckpointed, segmentLength, type Checkpoint } from "./scan/checkpoint.js";
import type { DrawnScan } from "./scan/drawn-scan.js";
import { pushScanForward } from "./scan/jvp.js";
import { pullScanBack } from "./scan/vjp.js";

const WHERE = "scan({ steps, sequences, delays, step })";

export const scanOp: ScanOp = {
  name: "scan",
  kind: "scan",
  parameters: [],
  isVariadic: true,
  inferType: ({ inputs, attrs: { body } }) => {
    verifyScanBody(body);
    checkScanInputs(body.step, inputs);
    return { dtype: "f32", shape: [0] };
  },
  derivative: {
    kind: "scan",
    vjp: (context) => pullScanBack(context, applyScan),
    jvp: (context) => pushScanForward(context, applyScan),
  },
  doc: {
    formula: "scan: h[t] = step(x[t], h[t - k], w); the derivative is a scan that runs the other way",
    source: "Werbos 1990",
  },
};

export const scanResultOp: ResultOp = {
  name: "scanResult",
  kind: "result",
  parameters: ["scan"],
  inferType: ({ inputs: [scan], attrs: { index } }) => {
    const body = scanBodyOf(scan);
    const result = body?.results[index];
    if (body !== undefined && result !== undefined) return scanResultType(body.step, result);
    throw new ShapeError({
      code: "SCAN_RESULT",
      where: "scanResult(scan)",
      rule: "the input must be a scan that has the result",
      got: `${body === undefined ? `${scan.op.name} ${describe(scan)}` : `${body.results.length} results`} and index ${index}`,
    });
  },
  derivative: { kind: "result" },
  doc: { formula: "scanResult(scan) = one of the values that a scan yields" },
};

/** The results of a body applied to inputs; none of a body without results. */
export function applyScan(body: ScanBody, inputs: readonly Node[]): Node[] {
  if (body.results.length === 0) return [];
  const scan = apply(scanOp, inputs, { body });
  return body.results.map((_, index) => apply(scanResultOp, [scan], { index }));
}

/** A value that a step reads from steps ago. */
export interface ScanDelayRequest {
  /** The values before the first step, `[k, …S]`, oldest first. */
  readonly initial: FloatNode;
  /** k ≥ 1. Default 1. */
  readonly steps?: number;
}

/** What a scan is made of. */
export interface ScanRequest<
  S extends Readonly<Record<string, Node>>,
  D extends Readonly<Record<string, ScanDelayRequest>>,
  O extends Readonly<Record<string, Node>>,
> {
  /** T ≥ 1. */
  readonly steps: number;
  /** Whether to run from step T - 1 down to 0; element t is read and written at step t all the same. Default false. */
  readonly reverse?: boolean;
  /**
   * What the derivative keeps of the steps: unless given, all it needs; otherwise only what enters each segment of so many
   * steps, which are run once more when the derivative gets there.
   */
  readonly checkpoint?: Checkpoint;
  /** Nodes `[T, …S]` by name. */
  readonly sequences?: S;
  readonly delays?: D;
  /** Draws one step from element t of every sequence and the value of every delay. It may use any node from outside. */
  readonly step: (read: { readonly sequences: S; readonly delays: { readonly [K in keyof D]: FloatNode } }) => {
    /** For every delay, the value to be read k steps later. */
    readonly next: { readonly [K in keyof D]: FloatNode };
    /** What every step yields. */
    readonly outputs: O;
  };
}

/** What a scan yields. */
export interface ScanValues<D, O> {
  /** What all steps yield, `[T, …S]`, by name. */
  readonly outputs: O;
  /** The last k values of each delay, `[k, …S]`, oldest first. */
  readonly final: { readonly [K in keyof D]: FloatNode };
}

/**
 * A step repeated T times, as one node: neither the graph nor its derivatives grow with T.
 *
 * Step t reads element t of every sequence, and for a delay of k steps the value of k steps before, or initial[i] in the
 * i-th step to run while i < k.
 *
 * @shapes sequences: D[T, ...S] each, initial: f32[k, ...S] each -> outputs: D[T, ...S] each, final: f32[k, ...S] each
 * @throws GraphError SCAN_STEPS, SCAN_DELAY_STEPS, SCAN_DELAY_TYPE, SCAN_NEXT or CHECKPOINT_EVERY. ShapeError SCAN_SEQUENCE or SCAN_INITIAL.
 * @example
 * const { outputs } = scan({
 *   steps: 3,
 *   sequences: { x: constant([1, 2, 3]) },
 *   delays: { total: { initial: constant([0]) } },
 *   step: ({ sequences, delays }) => {
 *     const total = add(delays.total, sequences.x);
 *     return { next: { total }, outputs: { total } };
 *   },
 * });
 * evaluate(outputs.total).data; // → [1, 3, 6]
 * @source Werbos 1990, "Backpropagation through time: what it does and how to do it"
 */
export function scan<
  S extends Readonly<Record<string, Node>> = Record<string, never>,
  D extends Readonly<Record<string, ScanDelayRequest>> = Record<string, never>,
  O extends Readonly<Record<string, Node>> = Record<string, never>,
>(request: ScanRequest<S, D, O>): ScanValues<D, O> {
  const { steps, reverse = false } = request;
  checkSteps(steps);
  const every = segmentLength(request.checkpoint, steps);
  const sequences = Object.entries(request.sequences ?? {}).map(([name, value]) => {
    requireNode(WHERE, `sequence "${name}"`, value);
    return { name, value, placeholder: placeholder(name, value.shape.slice(1), value.dtype) };
  });
  const delays = Object.entries(request.delays ?? {}).map(([name, { initial, steps: reach = 1 }]) => {
    requireNode(WHERE, `the initial value of "${name}"`, initial);
    const read = placeholder(name, initial.shape.slice(1), initial.dtype);
    return { name, initial, steps: reach, placeholder: read };
  });
  const { next, outputs } = request.step({
    sequences: byName(sequences) as S,
    delays: byName(delays) as { readonly [K in keyof D]: FloatNode },
  });
  const results = [
    ...Object.values(outputs).map((node): ScanResult => ({ kind: "stack", node })),
    ...delays.map((_, delay): ScanResult => ({ kind: "final", delay })),
  ];
  const drawn = delays.map((delay) => ({ ...delay, next: nextOf(delay.name, next) }));
  const whole: DrawnScan = { steps, reverse, recompute: false, sequences, delays: drawn, invariants: [], results };
  const values = buildCheckpointed(whole, every, applyScan);
  const names = Object.keys(outputs);
  return {
    outputs: Object.fromEntries(names.map((name, i) => [name, values[i]!])) as O,
    final: Object.fromEntries(delays.map(({ name }, i) => [name, values[names.length + i]!])) as ScanValues<
      D,
      O
    >["final"],
  };
}

function byName(entries: readonly { readonly name: string; readonly placeholder: Node }[]): Record<string, Node> {
  return Object.fromEntries(entries.map(({ name, placeholder: node }) => [name, node]));
}

function nextOf(name: string, next: Readonly<Record<string, FloatNode>>): FloatNode {
  const value = Object.hasOwn(next, name) ? next[name] : undefined;
  requireNode(WHERE, `next.${name}`, value);
  return value!;
}
