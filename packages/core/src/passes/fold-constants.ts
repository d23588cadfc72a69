/** What depends on constants only is computed once, before the program runs. */
import { UnfoldError } from "../errors.js";
import { constant, constantOp } from "../graph/leaves.js";
import type { Node } from "../graph/node.js";
import { broadcastToOp, broadcastTo } from "../ops/sum-broadcast.js";
import { NdArray } from "../tensor/nd-array.js";
import { sizeOf } from "../tensor/shape.js";
import { make, rewriting, type Pass } from "./pass.js";
import { commonElement, constantSource, uniformValue } from "./uniform.js";

/** More elements than are worth keeping in a program. */
const LARGEST_FOLDED = 4096;

/** The value of a node that depends on constants only, at the precision of the program that will run. */
export type EvaluateConstant = (node: Node) => NdArray;

/**
 * Replaces nodes whose inputs are constants by their value. Random numbers from a constant key are such nodes. A value
 * whose elements are all the same becomes a broadcast number, which costs nothing at any size; other values stay
 * computed when they have more than 4096 elements. A broadcast is never written out. What cannot be computed (an index
 * out of range) stays, to fail where and as it would have failed. Exact since the values are the interpreter's own, at
 * the program's precision.
 */
export function foldConstants(evaluate: EvaluateConstant): Pass {
  return rewriting("fold-constants", (node) => {
    if (node.op.kind === "leaf" || node.op.kind === "scan" || !node.inputs.every(isKnown) || holdsFunction(node))
      return undefined;
    try {
      return foldUniform(node, evaluate) ?? foldSmall(node, evaluate);
    } catch (error) {
      if (error instanceof UnfoldError) return undefined;
      throw error;
    }
  });
}

/** One number in, one number out: any size, since one element is computed. */
function foldUniform(node: Node, evaluate: EvaluateConstant): Node | undefined {
  const sources = node.inputs.map(uniformSource);
  const [first] = sources;
  if (first === undefined || sources.includes(undefined)) return undefined;
  if (node.op.kind === "view") return isRepeatedNumber(node) ? undefined : repeated(first, node);
  if (node.op.kind !== "elementwise") return undefined;
  const scalars = sources.map((source) => constant(elementOf(source!)));
  return repeated(evaluate(make(node.op, scalars, node.attrs)), node);
}

function foldSmall(node: Node, evaluate: EvaluateConstant): Node | undefined {
  const size = sizeOf(node.shape);
  if (node.op === broadcastToOp || size > LARGEST_FOLDED) return undefined;
  const value = evaluate(node);
  const isUniform = size > 1 && commonElement(value) !== undefined;
  return isUniform ? repeated(value, node) : constant(value);
}

/** A constant, or one that is repeated. */
function isKnown(node: Node): boolean {
  return node.op === constantOp || (node.op === broadcastToOp && node.inputs[0]!.op === constantOp);
}

function isRepeatedNumber(node: Node): boolean {
  const [input] = node.inputs;
  return node.op === broadcastToOp && input?.op === constantOp && input.shape.length === 0 && sizeOf(node.shape) !== 1;
}

function uniformSource(node: Node): NdArray | undefined {
  return uniformValue(node) === undefined ? undefined : (constantSource(node)!.attrs["value"] as NdArray);
}

function elementOf({ dtype, data }: NdArray): NdArray {
  return new NdArray({ dtype, shape: [] }, data.slice(0, 1));
}

/** The first element of the value, as often as the node's shape has it. */
function repeated(value: NdArray, { shape }: Node): Node {
  const { dtype, data } = elementOf(value);
  return sizeOf(shape) === 1
    ? constant(new NdArray({ dtype, shape }, data))
    : broadcastTo(constant(elementOf(value)), shape);
}

/** What functions do is not known. */
function holdsFunction({ attrs }: Node): boolean {
  return Object.values(attrs).some((value) => typeof value === "function");
}
