/** Products as lists of factors, so that rules need not know in which order they were multiplied. */
import type { Node } from "../graph/node.js";
import { mulOp } from "../ops/mul.js";
import { negOp } from "../ops/neg.js";
import { reshapeOp } from "../ops/reshape.js";
import { squareOp } from "../ops/square.js";
import { broadcastToOp } from "../ops/sum-broadcast.js";
import { make } from "./pass.js";

/** A product: its factors, and whether its sign is changed. */
export interface Product {
  readonly factors: readonly Node[];
  readonly isNegative: boolean;
}

/** More factors are not looked at: a walk must not be as long as a graph. */
const MOST_FACTORS = 8;

const known = new WeakMap<Node, Product>();

/** The factors of a node, through products, squares and changes of sign; what is repeated is repeated factor by factor. */
export function productOf(node: Node): Product {
  let found = known.get(node);
  if (found === undefined) {
    // Kept, since several rules ask.
    found = upTo(MOST_FACTORS, node);
    known.set(node, found);
  }
  return found;
}

function upTo(most: number, node: Node): Product {
  const whole: Product = { factors: [node], isNegative: false };
  const [first, second] = node.inputs;
  if (first === undefined || most < 2) return whole;
  if (node.op === negOp) {
    const { factors, isNegative } = upTo(most, first);
    return { factors, isNegative: !isNegative };
  }
  if (node.op === squareOp) {
    const { factors } = upTo(most >> 1, first);
    return { factors: [...factors, ...factors], isNegative: false };
  }
  if (node.op === mulOp) {
    const left = upTo(most - 1, first);
    const right = upTo(most - left.factors.length, second!);
    return { factors: [...left.factors, ...right.factors], isNegative: left.isNegative !== right.isNegative };
  }
  if (node.op === broadcastToOp || node.op === reshapeOp) {
    const { factors, isNegative } = upTo(most, first);
    if (factors.length > 1)
      return { factors: factors.map((factor) => make(node.op, [factor], node.attrs)), isNegative };
  }
  return whole;
}

/** The product of some factors, at least one. */
export function multiplied({ factors, isNegative }: Product): Node {
  const product = factors.reduce((left, right) => make(mulOp, [left, right]));
  return isNegative ? make(negOp, [product]) : product;
}
