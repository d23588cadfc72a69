/**
 * A scan as a loop. What a delay carries lies in one buffer per delay: the values of all steps behind each other where
 * somebody wants them all, else only the last. So stacks and previous values are views of it, and nothing is copied.
 */
import { InternalError } from "../../errors.js";
import type { Node } from "../../graph/node.js";
import { computedBy, scanBodyOf, type ScanBody, type ScanDelay, type ScanResult } from "../../graph/scan-body.js";
import { sizeOf } from "../../tensor/shape.js";
import type { Address, LoopId } from "../loop-program.js";
import { contiguous, moved, type Layout } from "./layout.js";
import { scope as makeScope, type BlockRequest, type Scope } from "./scope.js";
import { copyValue, layoutOf } from "./values.js";

/** Where a delay's values are. */
interface Carry {
  readonly delay: ScanDelay;
  /** The k values before the first step, `[k, …S]`, oldest first. */
  readonly initial: Layout;
  /** The last k values after the loop, oldest first. */
  readonly final: Layout;
  /** What a step reads and what it leaves. */
  readonly read: Layout;
  readonly write: Layout;
  /** The values of all steps, by step: read, and left. Only if they are kept. */
  readonly all: { readonly read: Layout; readonly written: Layout } | undefined;
}

/** The loop, with the initial values before it; `resultNodes` are the nodes that read the scan's results. */
export function lowerScan(
  scope: Scope,
  node: Node,
  resultNodes: readonly Node[],
  lowerBlock: (scope: Scope, request: BlockRequest) => void,
): void {
  const body = scanBodyOf(node);
  if (body === undefined) throw new InternalError("lowerScan", `a node of ${node.op.name}`);
  const { step } = body;
  const loop: LoopId = { name: `t${depthOf(scope)}`, scan: node };
  const inner = makeScope(scope.workspace, loop, scope);
  const inputs = node.inputs.map((input) => layoutOf(scope, input));
  step.sequences.forEach((sequence, i) => {
    inner.layouts.set(sequence, elementOf(inputs[i]!, loop, body));
  });
  const initials = node.inputs.slice(step.sequences.length, step.sequences.length + step.delays.length);
  const carries = step.delays.map((delay) => makeCarry(scope, delay, loop, body));
  carries.forEach((carry, i) => {
    copyValue(scope, layoutOf(scope, initials[i]!), carry.initial, initials[i]!);
    inner.layouts.set(carry.delay.placeholder, carry.read);
  });
  step.invariants.forEach((invariant, i) => {
    inner.layouts.set(invariant, inputs[step.sequences.length + step.delays.length + i]!);
  });

  const stacks = placeStacks(scope, body, carries, inner, (i) => inputs[i]!);
  const kept = carries.flatMap(({ delay, write, all }) =>
    all === undefined ? [] : [{ node: delay.next, place: write }],
  );
  const left = carries.flatMap(({ delay, write, all }) =>
    all === undefined ? [{ node: delay.next, place: write }] : [],
  );
  const placed = [...kept, ...stacks.placed];
  lowerBlock(inner, { results: computedBy(body), placed, handedOver: left });
  scope.statements.push({ kind: "loop", id: loop, count: step.steps, body: inner.statements });
  scope.handovers.push(...inner.handovers);

  for (const result of resultNodes) {
    const index = result.attrs["index"] as number;
    const wanted = body.results[index]!;
    scope.layouts.set(result, wanted.kind === "final" ? carries[wanted.delay]!.final : stacks.whole.get(wanted.node)!);
  }
}

function depthOf(scope: Scope): number {
  let depth = 0;
  for (let outer = scope.parent; outer !== undefined; outer = outer.parent) depth++;
  return depth;
}

/** Element t of a sequence: the first axis is walked by the loop, from its end if the scan runs backwards. */
function elementOf({ address, shape, strides }: Layout, loop: LoopId, { step }: ScanBody): Layout {
  const [stride, ...rest] = strides;
  return { address: walked(address, loop, stride!, step), shape: shape.slice(1), strides: rest };
}

function walked(address: Address, loop: LoopId, stride: number, { reverse, steps }: ScanBody["step"]): Address {
  const start = moved(address, reverse ? (steps - 1) * stride : 0);
  return { ...start, terms: [...start.terms, { loop, stride: reverse ? -stride : stride }] };
}

/** Where the values of a delay go. */
function makeCarry(scope: Scope, delay: ScanDelay, loop: LoopId, { step, results }: ScanBody): Carry {
  const { placeholder, next, steps: reach } = delay;
  const { shape } = placeholder;
  const isKept =
    reach > 1 ||
    results.some((result) => result.kind === "stack" && (result.node === placeholder || result.node === next));
  if (!isKept) {
    const room = scope.workspace.room("f32", [1, ...shape]);
    const value = contiguous(room.address, shape);
    return { delay, initial: room, final: room, read: value, write: value, all: undefined };
  }
  const { steps, reverse } = step;
  const size = sizeOf(shape);
  const history = scope.workspace.room("f32", [steps + reach, ...shape]);
  const at = (position: number): Address => moved(history.address, position * size);
  const range = (position: number, count: number): Layout => contiguous(at(position), [count, ...shape]);
  const element = (position: number): Layout => contiguous(walked(at(position), loop, size, step), shape);
  const backwards = ({ address, shape: whole, strides: [first, ...rest] }: Layout): Layout => ({
    address: moved(address, (whole[0]! - 1) * first!),
    shape: whole,
    strides: [-first!, ...rest],
  });
  // Forwards the initial values come first; backwards last, with the oldest at the very end.
  return reverse
    ? {
        delay,
        initial: backwards(range(steps, reach)),
        final: backwards(range(0, reach)),
        read: element(reach),
        write: element(0),
        all: { read: range(reach, steps), written: range(0, steps) },
      }
    : {
        delay,
        initial: range(0, reach),
        final: range(steps, reach),
        read: element(0),
        write: element(reach),
        all: { read: range(0, steps), written: range(reach, steps) },
      };
}

/** Where stacks lie as wholes, and where each step puts its part. */
function placeStacks(
  scope: Scope,
  body: ScanBody,
  carries: readonly Carry[],
  inner: Scope,
  inputOf: (i: number) => Layout,
): { readonly whole: Map<Node, Layout>; readonly placed: { readonly node: Node; readonly place: Layout }[] } {
  const whole = new Map<Node, Layout>();
  const placed: { node: Node; place: Layout }[] = [];
  const { step, results } = body;
  const isStack = (result: ScanResult): result is ScanResult & { kind: "stack" } => result.kind === "stack";
  for (const { node } of results.filter(isStack)) {
    if (whole.has(node)) continue;
    const carried = carries.find(
      ({ delay, all }) => all !== undefined && (delay.placeholder === node || delay.next === node),
    );
    const sequence = step.sequences.indexOf(node);
    if (carried?.all !== undefined)
      whole.set(node, carried.delay.placeholder === node ? carried.all.read : carried.all.written);
    else if (sequence >= 0) whole.set(node, inputOf(sequence));
    else {
      const stack = scope.workspace.room(node.dtype, [step.steps, ...node.shape]);
      whole.set(node, stack);
      placed.push({ node, place: elementOf(stack, inner.loop!, body) });
    }
  }
  return { whole, placed };
}
