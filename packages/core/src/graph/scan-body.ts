/** What a scan holds: one step of a recurrence, drawn once and closed, and what is read of all its steps. */
import type { TensorType } from "../tensor/tensor-type.js";
import type { FloatNode, Node } from "./node.js";

/**
 * One step of a scan, closed: everything from outside arrives through placeholders; only constants may stand inside.
 * Scans with the same step object and the same inputs compute the same, so their results can be read from one.
 */
export interface ScanStep {
  /** T ≥ 1. */
  readonly steps: number;
  /** Whether the steps run from T - 1 down to 0; elements keep their places. */
  readonly reverse: boolean;
  /**
   * Whether a derivative keeps of each step only what its delays read, and computes the rest once more: memory for time.
   * Then nothing leaves the scan that would be kept for every step.
   */
  readonly recompute: boolean;
  /** What stands for element t of each sequence `[T, …S]`. */
  readonly sequences: readonly Node[];
  readonly delays: readonly ScanDelay[];
  /** What stands for values that are the same at every step. */
  readonly invariants: readonly Node[];
}

/** A value from k steps ago, counted in the order in which the steps run. */
export interface ScanDelay {
  /** What stands for the delayed value inside the step. */
  readonly placeholder: FloatNode;
  /** k ≥ 1. */
  readonly steps: number;
  /** The value of this step, to be read k steps later. */
  readonly next: FloatNode;
}

/** What is read of a scan: a value of every step, `[T, …S]`, or the last k values of a delay, `[k, …S]`, oldest first. */
export type ScanResult =
  { readonly kind: "stack"; readonly node: Node } | { readonly kind: "final"; readonly delay: number };

/** A step and its results: the setting of a scan node. */
export interface ScanBody {
  readonly step: ScanStep;
  readonly results: readonly ScanResult[];
}

/** The setting of every scan node. */
export type ScanAttrs = Readonly<{ body: ScanBody }>;

/** Whether a setting of a node is the body of a scan. */
export function isScanBody(value: unknown): value is ScanBody {
  return typeof value === "object" && value !== null && "step" in value && "results" in value;
}

/** The body of a scan node; undefined for any other node. */
export function scanBodyOf(node: Node): ScanBody | undefined {
  return node.op.kind === "scan" ? (node.attrs as ScanAttrs).body : undefined;
}

/** The type of a result. */
export function scanResultType({ steps, delays }: ScanStep, result: ScanResult): TensorType {
  if (result.kind === "stack") return { dtype: result.node.dtype, shape: [steps, ...result.node.shape] };
  const { placeholder, steps: reach } = delays[result.delay]!;
  return { dtype: placeholder.dtype, shape: [reach, ...placeholder.shape] };
}

/** The node of a scan's step whose values a node is, one of each step; undefined if it is none of those. */
export function stackedNode({ op, inputs, attrs }: Node): Node | undefined {
  if (op.kind !== "result") return undefined;
  const result = scanBodyOf(inputs[0]!)!.results[attrs["index"] as number]!;
  return result.kind === "stack" ? result.node : undefined;
}

/** Whether two results of one step are the same value. */
export function sameScanResult(a: ScanResult, b: ScanResult): boolean {
  return a.kind === "stack" ? b.kind === "stack" && a.node === b.node : b.kind === "final" && a.delay === b.delay;
}

/** Everything a step reads: sequences, delays, invariants, in the order of a scan's inputs. */
export function placeholdersOf({ sequences, delays, invariants }: ScanStep): Node[] {
  return [...sequences, ...delays.map(({ placeholder }) => placeholder), ...invariants];
}

/** Everything a step must compute: what is stacked, and what its delays will read. */
export function computedBy({ step, results }: ScanBody): Node[] {
  return [
    ...results.flatMap((result) => (result.kind === "stack" ? [result.node] : [])),
    ...step.delays.map(({ next }) => next),
  ];
}
