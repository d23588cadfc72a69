/** Values outside a scan that stand for values inside it. */
import type { Node } from "../../graph/node.js";
import { broadcastTo } from "../../ops/sum-broadcast.js";

/** A value of all steps, `[T, …S]`, or one that is the same at every step, `[…S]`. */
export interface OutsideValue {
  readonly node: Node;
  readonly isStacked: boolean;
}

/** The values of a node at all steps, given those of its inputs; undefined where there is no way. */
export type BatchRule = (node: Node, inputs: readonly OutsideValue[], steps: number) => Node | undefined;

/** `[T, …S]`, whatever the value is. */
export function stacked({ node, isStacked }: OutsideValue, steps: number): Node {
  return isStacked ? node : broadcastTo(node, [steps, ...node.shape]);
}
