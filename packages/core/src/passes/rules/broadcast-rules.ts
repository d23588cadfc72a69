/** Computing before repeating. */
import { constantOp } from "../../graph/leaves.js";
import type { Node } from "../../graph/node.js";
import { broadcastTo, broadcastToOp } from "../../ops/sum-broadcast.js";
import { sameShape, sizeOf, type Shape } from "../../tensor/shape.js";
import { make } from "../pass.js";
import { any, rule, type Rule } from "../pattern.js";

/** The operand before it was repeated, if that has the shape; a repeated number has every shape. */
function beforeBroadcast(operand: Node, shape: Shape): Node | undefined {
  if (operand.op !== broadcastToOp) return undefined;
  const source = operand.inputs[0]!;
  if (sameShape(source.shape, shape)) return source;
  return isNumber(source) ? broadcastTo(source, shape) : undefined;
}

function isNumber(node: Node): boolean {
  return node.op === constantOp && node.shape.length === 0;
}

/** f(broadcastTo(x), broadcastTo(y)) → broadcastTo(f(x, y)). */
function computeFirst(node: Node): Node | undefined {
  if (node.op.kind !== "elementwise") return undefined;
  const source = node.inputs.find(({ op, inputs }) => op === broadcastToOp && !isNumber(inputs[0]!))?.inputs[0];
  if (source === undefined || sizeOf(source.shape) >= sizeOf(node.shape)) return undefined;
  const operands: Node[] = [];
  for (const input of node.inputs) {
    const operand = beforeBroadcast(input, source.shape);
    if (operand === undefined) return undefined;
    operands.push(operand);
  }
  return broadcastTo(make(node.op, operands, node.attrs), node.shape);
}

/** The rules, in the order in which they are tried. */
export const broadcastRules: readonly Rule[] = [
  rule({
    name: "f(broadcastTo(x)) → broadcastTo(f(x)) for elementwise f",
    why: "equal elements have equal images",
    pattern: any("node"),
    replace: (_, node) => computeFirst(node),
  }),
];
