/** What checkpointed scans yield for all steps: stacks of their segments behind each other, and of the steps left over. */
import type { Node } from "../../graph/node.js";
import { scanBodyOf } from "../../graph/scan-body.js";
import { concatOp } from "../../ops/concat.js";
import { reshapeOp } from "../../ops/reshape.js";

/** A value of all T steps, most of which a scan of segments computes. */
export interface SegmentStack {
  readonly scan: Node;
  /** Number of the result among the scan's. */
  readonly index: number;
  /** T, and how many of the steps are in segments. */
  readonly steps: number;
  readonly inSegments: number;
  /** The value of the steps left over, and whether these come first; undefined if there are none. */
  readonly rest: { readonly node: Node; readonly isFirst: boolean } | undefined;
}

/** The stacks among the nodes of a graph, those that are parts of others left out. */
export function segmentStacks(order: readonly Node[]): Map<Node, SegmentStack> {
  const stacks = new Map<Node, SegmentStack>();
  for (const node of order) {
    const whole = wholeStack(node);
    if (whole !== undefined) stacks.set(node, whole);
  }
  for (const node of order) {
    const joined = node.op === concatOp && node.attrs["axis"] === 0 ? joinedStack(node, stacks) : undefined;
    if (joined === undefined) continue;
    stacks.set(node, joined.stack);
    stacks.delete(joined.part);
  }
  return stacks;
}

/** `[segments, steps, …S]` read as `[segments · steps, …S]`. */
function wholeStack(node: Node): SegmentStack | undefined {
  const [result] = node.inputs;
  if (node.op !== reshapeOp || result?.op.kind !== "result") return undefined;
  const scan = result.inputs[0]!;
  const body = scanBodyOf(scan)!;
  const index = result.attrs["index"] as number;
  const [segments, every] = result.shape;
  const isStack = body.step.recompute && body.results[index]!.kind === "stack";
  if (!isStack || segments === undefined || every === undefined || node.shape[0] !== segments * every) return undefined;
  return { scan, index, steps: segments * every, inSegments: segments * every, rest: undefined };
}

/** The stack of segments with the steps left over before or behind it. */
function joinedStack(
  { inputs }: Node,
  stacks: ReadonlyMap<Node, SegmentStack>,
): { readonly stack: SegmentStack; readonly part: Node } | undefined {
  const [first, second] = inputs as [Node, Node];
  if (inputs.length !== 2) return undefined;
  for (const [part, rest] of [
    [first, second],
    [second, first],
  ] as const) {
    const stack = stacks.get(part);
    if (stack === undefined || stack.rest !== undefined || stacks.has(rest)) continue;
    const steps = stack.steps + rest.shape[0]!;
    return { stack: { ...stack, steps, rest: { node: rest, isFirst: rest === first } }, part };
  }
  return undefined;
}
