/** Which nodes of a step it pays to compute before the scan. */
import type { Node } from "../../graph/node.js";
import { matmulOp } from "../../ops/matmul.js";
import { reshapeOp } from "../../ops/reshape.js";
import { broadcastToOp } from "../../ops/sum-broadcast.js";
import { sizeOf } from "../../tensor/shape.js";
import { constantSource } from "../uniform.js";
import type { OutsideValue } from "./outside-value.js";
import type { StepParts } from "./step-parts.js";

type Outside = ReadonlyMap<Node, OutsideValue>;

/** The nodes to be read from outside, outermost only: what they are made of goes with them. */
export function hoistedNodes(parts: StepParts, outside: Outside): Node[] {
  const moved = independentProducts(parts, outside);
  const isFixed = (node: Node): boolean => !parts.isVarying(node) && !staysInside(node) && outside.has(node);
  return parts.order.filter((node) => {
    if (moved.has(node)) return isReadBy(parts, node, (reader) => !moved.has(reader));
    return isFixed(node) && isReadBy(parts, node, (reader) => !isFixed(reader) && !moved.has(reader));
  });
}

/** Varying nodes that are computed before the scan, but for what they are made of. */
export function independentProducts({ order, ...parts }: StepParts, outside: Outside): ReadonlySet<Node> {
  const moved = new Set<Node>();
  for (const node of order) {
    if (node.op.kind === "leaf" || !parts.isVarying(node) || !outside.has(node)) continue;
    if (isProductWithFixed(node, parts.isVarying) || parts.isWanted(node) || followsFreely(node)) moved.add(node);
  }
  return moved;

  /** Nothing larger than what it takes the place of: the bias after the product. */
  function followsFreely(node: Node): boolean {
    const varying = node.inputs.filter(parts.isVarying);
    const products = varying.filter((input) => moved.has(input));
    return (
      (node.op.kind === "elementwise" || node.op.kind === "reduction" || node.op === reshapeOp) &&
      products.length > 0 &&
      varying.every((input) => input.op.kind === "leaf" || moved.has(input)) &&
      products.every((input) => !parts.isWanted(input) && parts.readersOf(input).length === 1) &&
      products.some((input) => sizeOf(node.shape) <= sizeOf(input.shape))
    );
  }
}

/** A product of two matrices of which one is the same at every step: T of them are one. */
export function isProductWithFixed(node: Node, isVarying: (input: Node) => boolean): boolean {
  return node.op === matmulOp && node.shape.length === 2 && node.inputs.filter(isVarying).length === 1;
}

/** Costs nothing at every step, and as a value from outside it would cost to be read. */
function staysInside(node: Node): boolean {
  return node.op.kind === "leaf" || node.op === broadcastToOp || constantSource(node) !== undefined;
}

/** Whether what stays inside reads the node. */
function isReadBy({ readersOf, isWanted }: StepParts, node: Node, stays: (reader: Node) => boolean): boolean {
  return isWanted(node) || readersOf(node).some(stays);
}
