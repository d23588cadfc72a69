/** What leaves a scan for the time after it, and what the scan must stack for that. */
import type { Node } from "../../graph/node.js";
import type { ScanResult } from "../../graph/scan-body.js";
import { accumulatorsOf } from "./accumulators.js";
import { batchableNodes, lateNodes } from "./late-nodes.js";
import type { OutsideValue } from "./outside-value.js";
import { cutStacks, type StackCut } from "./stack-cut.js";
import type { StepParts } from "./step-parts.js";
import { stepSum, type StepSum } from "./step-sum.js";

/** What becomes of the delays and results of a scan. */
export interface PushOutPlan {
  /** Sums over all steps, by the number of the delay that added them up. */
  readonly sums: ReadonlyMap<number, StepSum>;
  /** Whether a result is computed outside. */
  readonly isOutside: (result: ScanResult) => boolean;
  readonly cut: StackCut;
}

/**
 * The plan: all accumulators whose sums take dear ops out of the loop, those whose addends are outside anyway, and every
 * stack that is late. Undefined if nothing leaves.
 */
export function planPushOut(parts: StepParts, independent: ReadonlyMap<Node, OutsideValue>): PushOutPlan | undefined {
  const { step, results } = parts.body;
  const stackedNodes = results.flatMap((result) => (result.kind === "stack" ? [result.node] : []));
  const canBatch = batchableNodes(parts, independent);
  const isIndependent = (node: Node): boolean => independent.has(node);
  let accumulators = accumulatorsOf(parts);
  for (;;) {
    const numbers = new Set(accumulators.map(({ delay }) => delay));
    const kept = step.delays.filter((_, delay) => !numbers.has(delay)).map(({ next }) => next);
    const late = lateNodes(parts, kept, canBatch);
    const lateStacks = stackedNodes.filter((node) => late.has(node));
    const given = new Set(stackedNodes.filter((node) => !late.has(node) && !isIndependent(node)));
    const cutFor = (sums: readonly StepSum[]): StackCut =>
      cutStacks(parts, { wanted: [...lateStacks, ...sums.flatMap(({ reads }) => reads)], late, given, isIndependent });

    const dear = accumulators.map(({ addend }) => stepSum(addend, parts, isIndependent)).filter(({ saves }) => saves);
    const { stacks, computed, partOf } = cutFor(dear);
    const isAtHand = (node: Node): boolean =>
      isIndependent(node) || stacks.has(node) || computed.has(node) || partOf.has(node);
    const sums = new Map(accumulators.map(({ delay, addend }) => [delay, stepSum(addend, parts, isAtHand)] as const));
    const worthwhile = accumulators.filter(({ delay }) => {
      const { saves, reads } = sums.get(delay)!;
      return saves || reads.every((node) => isAtHand(node) || late.has(node));
    });
    if (worthwhile.length < accumulators.length) {
      accumulators = worthwhile;
      continue;
    }
    const isOutside = (result: ScanResult): boolean =>
      result.kind === "final" ? sums.has(result.delay) : late.has(result.node) || isIndependent(result.node);
    return results.some(isOutside) ? { sums, isOutside, cut: cutFor([...sums.values()]) } : undefined;
  }
}
