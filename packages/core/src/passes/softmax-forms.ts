/** Exponentials divided by their sum, however they are written: what the rules of stable forms look for and make. */
import type { FloatNode, Node } from "../graph/node.js";
import { softmax } from "../ops/composite/softmax.js";
import { divOp } from "../ops/div.js";
import { expOp } from "../ops/exp.js";
import { maxOp } from "../ops/max-min.js";
import { reshapeOp } from "../ops/reshape.js";
import { subOp } from "../ops/sub.js";
import { broadcastToOp, sumOp } from "../ops/sum-broadcast.js";
import { attrsOf } from "./pattern.js";

/** Σ e^x over an axis, as it is read by elements of x: through a reshape that keeps the axis, and a broadcast. */
export interface ExponentialSum {
  readonly x: Node;
  readonly axes: readonly number[];
}

/** The node before it was reshaped and repeated. */
export function beforeRepeating(node: Node): Node {
  const reshaped = node.op === broadcastToOp ? node.inputs[0]! : node;
  return reshaped.op === reshapeOp ? reshaped.inputs[0]! : reshaped;
}

/** The sum of exponentials that the node is; undefined if it is none. */
export function exponentialSum(node: Node): ExponentialSum | undefined {
  const [exponentials] = node.inputs;
  if (node.op !== sumOp || exponentials?.op !== expOp) return undefined;
  return { x: exponentials.inputs[0]!, axes: attrsOf(sumOp, node).axes };
}

/** Whether the largest of some elements has been subtracted: whose exponentials are at most 1. */
export function isShifted(x: Node): boolean {
  return x.op === subOp && dependsOnLargest(x.inputs[1]!, x.inputs[0]!);
}

/** Views, and the choice of 0 for an infinite one, at most so deep. */
const DEEPEST = 8;

function dependsOnLargest(node: Node, x: Node, depth = 0): boolean {
  if (node.op === maxOp) return node.inputs[0] === x;
  return (
    depth < DEEPEST && node.op.kind !== "leaf" && node.inputs.some((input) => dependsOnLargest(input, x, depth + 1))
  );
}

/** What a node is the softmax of, along which axis. */
export interface SoftmaxForm {
  readonly x: FloatNode;
  readonly axis: number;
}

/** The softmax that e^x / Σ e^x is; undefined if the node is none. x is what it was before its largest was subtracted. */
export function softmaxForm(node: Node): SoftmaxForm | undefined {
  if (node.op !== divOp) return undefined;
  const [exponentials, divisor] = node.inputs as [Node, Node];
  return formOf(exponentials, divisor);
}

/** The softmax that e^x over this divisor is. */
export function formOf(exponentials: Node, divisor: Node): SoftmaxForm | undefined {
  return exponentials.op === expOp ? formOfSum(exponentials, beforeRepeating(divisor), divisor) : undefined;
}

/** The softmax that e^x over a sum is, or times its inverse, which is repeated as `repeated`. */
export function formOfSum(exponentials: Node, total: Node, repeated: Node): SoftmaxForm | undefined {
  const found = exponentialSum(total);
  const [axis, another] = found?.axes ?? [];
  if (found === undefined || axis === undefined || another !== undefined) return undefined;
  if (found.x !== exponentials.inputs[0] || !repeatsAlong(repeated, exponentials, axis)) return undefined;
  return { x: beforeShift(found.x), axis };
}

/** x, before its largest was subtracted if it was. */
function beforeShift(x: Node): FloatNode {
  return (isShifted(x) ? x.inputs[0]! : x) as FloatNode;
}

/** Whether a sum along one axis is repeated along that axis, and along no other. */
export function repeatsAlong(repeated: Node, whole: Node, axis: number): boolean {
  if (repeated.shape.length !== whole.shape.length) return false;
  const kept = whole.shape.map((size, i) => (i === axis ? 1 : size));
  const { op, inputs, shape } = repeated;
  // A broadcast from the kept shape; or no broadcast, where the axis has one element.
  const source = op === broadcastToOp ? inputs[0]!.shape : shape;
  const padded = [...new Array<number>(kept.length - source.length).fill(1), ...source];
  return kept.every((size, i) => size === padded[i]);
}

/** e^(x - max x) / Σ e^(x - max x). */
export function stableSoftmax({ x, axis }: SoftmaxForm): FloatNode {
  return softmax(x, axis);
}
