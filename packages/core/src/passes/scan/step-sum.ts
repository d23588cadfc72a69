/** The sum over all steps of a value of each step, as something computed once after the scan. */
import type { IntNode, Node } from "../../graph/node.js";
import type { AnyOp } from "../../graph/op.js";
import { addOp } from "../../ops/add.js";
import { scatterOp } from "../../ops/gather-scatter.js";
import { matmulOp } from "../../ops/matmul.js";
import { mul, mulOp } from "../../ops/mul.js";
import { negOp } from "../../ops/neg.js";
import { padOp } from "../../ops/slice-pad.js";
import { subOp } from "../../ops/sub.js";
import { sum } from "../../ops/sum-broadcast.js";
import { make } from "../pass.js";
import { attrsOf } from "../pattern.js";
import { rowsOfAll } from "./batched-matmul.js";
import { stacked, type OutsideValue } from "./outside-value.js";
import type { StepParts } from "./step-parts.js";

/** How Σ over steps of a node is computed. */
export interface StepSum {
  /** The nodes of the step whose values at all steps it needs. */
  readonly reads: readonly Node[];
  /** Whether it takes an op out of the loop that is worth keeping all values for: a product, a scatter. */
  readonly saves: boolean;
  readonly build: (valueOf: (node: Node) => OutsideValue) => Node;
}

/** Ops that are linear, though their derivatives are given by element. */
const linearElementwise: ReadonlySet<AnyOp> = new Set<AnyOp>([addOp, subOp, negOp]);

/**
 * Σ u: through everything that is linear, Σ L(v) = L(Σ v), down to products, Σ a_t b_t = [a_0 a_1 …] [b_0; b_1; …], and
 * scatters, which scatter the updates of all steps at once. What is left, and what is at hand, is added as it is.
 *
 * @param isAtHand - whether the values of a node at all steps are outside anyway
 */
export function stepSum(root: Node, parts: StepParts, isAtHand: (node: Node) => boolean): StepSum {
  const plans = new Map<Node, StepSum>();
  const planOf = (node: Node): StepSum => plans.get(node)!;
  const left: { readonly node: Node; readonly isOpen: boolean }[] = [{ node: root, isOpen: false }];
  for (let frame = left.pop(); frame !== undefined; frame = left.pop()) {
    const { node, isOpen } = frame;
    if (plans.has(node)) continue;
    const linear = isAtHand(node) ? undefined : linearInputs(node, parts);
    if (linear === undefined)
      plans.set(node, (isAtHand(node) ? undefined : sumOfProducts(node, parts)) ?? sumOfAll(node, parts));
    else if (isOpen) plans.set(node, throughLinear(node, linear, planOf, parts));
    else left.push({ node, isOpen: true }, ...linear.map((input) => ({ node: input, isOpen: false })));
  }
  return planOf(root);
}

/** The inputs in which a node is linear, if the others are the same at every step; undefined if it is not linear. */
function linearInputs(node: Node, { isVarying }: StepParts): readonly Node[] | undefined {
  if (!isVarying(node)) return undefined;
  const varying = node.inputs.filter(isVarying);
  if (isLinear(node))
    return varying.every(({ dtype }) => dtype === "f32")
      ? node.inputs.filter(({ dtype }) => dtype === "f32")
      : undefined;
  return isProduct(node) && varying.length === 1 ? varying : undefined;
}

/** Linear in all its f32 inputs together. */
function isLinear(node: Node): boolean {
  const { kind, derivative } = node.op;
  const isOpLinear = kind === "view" || derivative.kind === "linear" || linearElementwise.has(node.op);
  return isOpLinear || isPaddingOfZeros(node);
}

/** Linear in each of its f32 inputs by itself. */
function isProduct({ op }: Node): boolean {
  return op.derivative.kind === "multilinear" || op === mulOp;
}

function isPaddingOfZeros(node: Node): boolean {
  return node.op === padOp && attrsOf(padOp, node).value === 0;
}

function throughLinear(
  node: Node,
  linear: readonly Node[],
  planOf: (input: Node) => StepSum,
  parts: StepParts,
): StepSum {
  const fixed = node.inputs.filter((input) => !linear.includes(input));
  return {
    reads: [...linear.flatMap((input) => planOf(input).reads), ...fixed],
    saves: linear.some((input) => planOf(input).saves) || (node.op === matmulOp && parts.isVarying(node)),
    build: (valueOf) =>
      make(
        node.op,
        node.inputs.map((input) => (linear.includes(input) ? planOf(input).build(valueOf) : valueOf(input).node)),
        node.attrs,
      ),
  };
}

function sumOfProducts(node: Node, { isVarying, body: { step } }: StepParts): StepSum | undefined {
  const [a, b] = node.inputs;
  if (node.op === matmulOp && node.shape.length === 2 && isVarying(a!) && isVarying(b!)) {
    const { transposeA, transposeB } = attrsOf(matmulOp, node);
    return {
      reads: [a!, b!],
      saves: true,
      build: (valueOf) => {
        const left = rowsOfAll(stacked(valueOf(a!), step.steps), !transposeA);
        const right = rowsOfAll(stacked(valueOf(b!), step.steps), transposeB);
        return make(matmulOp, [left, right], { transposeA: true, transposeB: false });
      },
    };
  }
  if (node.op !== scatterOp || attrsOf(scatterOp, node).axis !== 0) return undefined;
  return {
    reads: [a!, b!],
    saves: true,
    build: (valueOf) => {
      const [updates, indices] = [a!, b!].map((input) => stacked(valueOf(input), step.steps));
      return make(scatterOp, [updates!, indices as IntNode], node.attrs);
    },
  };
}

function sumOfAll(node: Node, { body: { step } }: StepParts): StepSum {
  return {
    reads: [node],
    saves: false,
    build: (valueOf) => {
      const { node: value, isStacked } = valueOf(node);
      return isStacked ? sum(value as Node<"f32">, { axes: 0 }) : mul(value as Node<"f32">, step.steps);
    },
  };
}
