/**
 * Rules that lead from forms that overflow, or lose digits, to those that do not: exponentials and their sums, and their
 * logarithms, as they stand in books. What they make is closer to the true value, so other bits.
 */
import type { FloatNode, Node } from "../../graph/node.js";
import { addOp } from "../../ops/add.js";
import { logSoftmax, logSumExp } from "../../ops/composite/softmax.js";
import { divOp } from "../../ops/div.js";
import { expOp } from "../../ops/exp.js";
import { expm1Op } from "../../ops/expm1.js";
import { logOp } from "../../ops/log.js";
import { log1pOp } from "../../ops/log1p.js";
import { mulOp } from "../../ops/mul.js";
import { negOp } from "../../ops/neg.js";
import { reciprocalOp } from "../../ops/reciprocal.js";
import { reshape, reshapeOp } from "../../ops/reshape.js";
import { sigmoidOp } from "../../ops/sigmoid.js";
import { softplusOp } from "../../ops/softplus.js";
import { subOp } from "../../ops/sub.js";
import { broadcastTo, sum, sumOp } from "../../ops/sum-broadcast.js";
import { make } from "../pass.js";
import { any, attrsOf, named, op, rule, uniform, type Rule } from "../pattern.js";
import { multiplied, productOf } from "../product-factors.js";
import {
  beforeRepeating,
  exponentialSum,
  formOf,
  formOfSum,
  isShifted,
  repeatsAlong,
  softmaxForm,
  stableSoftmax,
  type SoftmaxForm,
} from "../softmax-forms.js";
import { uniformValue } from "../uniform.js";

const logarithms: readonly Rule[] = [
  rule({
    name: "log(x + 1) → log1p(x)",
    why: "keeps the digits of a small x, which the sum rounds away",
    inexact: true,
    pattern: op(logOp, op(addOp, any("x"), uniform(1))),
    replace: ({ x }) => make(log1pOp, [x]),
  }),
  rule({
    name: "e^x - 1 → expm1(x)",
    why: "keeps the digits of a small x, which the power rounds away",
    inexact: true,
    pattern: op(subOp, op(expOp, any("x")), uniform(1)),
    replace: ({ x }) => make(expm1Op, [x]),
  }),
  rule({
    name: "log1p(e^x) → softplus(x)",
    why: "does not overflow where e^x does",
    inexact: true,
    pattern: op(log1pOp, op(expOp, any("x"))),
    replace: ({ x }) => make(softplusOp, [x]),
  }),
  rule({
    name: "log(σ(x)) → -softplus(-x)",
    why: "σ(x) is 0 far below zero, its logarithm is x",
    inexact: true,
    pattern: op(logOp, op(sigmoidOp, any("x"))),
    replace: ({ x }) => make(negOp, [make(softplusOp, [make(negOp, [x])])]),
  }),
  rule({
    name: "log(1 - σ(x)) → -softplus(x)",
    why: "σ(x) is 1 far above zero, and the difference 0",
    inexact: true,
    pattern: op(logOp, op(subOp, uniform(1), op(sigmoidOp, any("x")))),
    replace: ({ x }) => make(negOp, [make(softplusOp, [x])]),
  }),
  rule({
    name: "log(Σ e^x) → logSumExp(x)",
    why: "the largest is subtracted before e^x can overflow",
    inexact: true,
    pattern: op(logOp, any("kept")),
    replace: ({ kept }, node) => {
      const total = exponentialSum(kept.op === reshapeOp ? kept.inputs[0]! : kept);
      if (total === undefined || isShifted(total.x)) return undefined;
      return reshape(logSumExp(total.x as FloatNode, { axes: total.axes }), node.shape);
    },
  }),
  rule({
    name: "log(softmax(x)) → logSoftmax(x)",
    why: "a probability can be 0, its logarithm is a number",
    inexact: true,
    pattern: op(logOp, any("p")),
    replace: ({ p }) => {
      const form = softmaxForm(p);
      return form && logSoftmax(form.x, form.axis);
    },
  }),
];

const quotients: readonly Rule[] = [
  rule({
    name: "1 / (e^x + 1) → σ(-x)",
    why: "does not overflow where e^x does, and so can be multiplied by e^x",
    inexact: true,
    pattern: op(reciprocalOp, op(addOp, op(expOp, any("x")), uniform(1))),
    replace: ({ x }) => sigmoidOfMinus(x),
  }),
  rule({
    name: "e^x / (e^x + 1) → σ(x)",
    why: "does not overflow where e^x does",
    inexact: true,
    pattern: op(divOp, named("e", op(expOp, any("x"))), op(addOp, any("e"), uniform(1))),
    replace: ({ x }) => make(sigmoidOp, [x]),
  }),
  rule({
    name: "y / (e^x + 1) → y · σ(-x)",
    why: "does not overflow where e^x does, and so can be multiplied by e^x",
    inexact: true,
    pattern: op(divOp, any("y"), op(addOp, op(expOp, any("x")), uniform(1))),
    replace: ({ y, x }) => make(mulOp, [y, sigmoidOfMinus(x)]),
  }),
  rule({
    name: "e^x / Σ e^x → softmax(x)",
    why: "the largest is subtracted before e^x can overflow",
    inexact: true,
    pattern: op(divOp, op(expOp, any("x")), any("divisor")),
    replace: ({ x }, node) => {
      const form = softmaxForm(node);
      return form === undefined || isShifted(x) ? undefined : stableSoftmax(form);
    },
  }),
];

/** Of derivatives: the factors are finite one by one only where their product is. */
const products: readonly Rule[] = [
  productRule("p · 1/p → 1 for p > 0", "p may have come out as 0 or ∞, which it is not", (a, b) =>
    b.op === reciprocalOp && b.inputs[0] === a && isPositive(a) ? "one" : undefined,
  ),
  productRule("e^x · σ(-x) → σ(x)", "e^x is ∞ where σ(-x) is 0", (a, b) =>
    a.op === expOp && b.op === sigmoidOp && areOpposite(a.inputs[0]!, b.inputs[0]!)
      ? make(sigmoidOp, [a.inputs[0]!])
      : undefined,
  ),
  productRule("e^x · 1/Σ e^x → softmax(x)", "e^x is ∞ where its share is 0", (a, b) => {
    const form = a.op === expOp ? formOfReciprocal(a, b) : undefined;
    return form && stableSoftmax(form);
  }),
  productRule("e^x · Σ y / Σ e^x → softmax(x) · Σ y", "e^x is ∞ where its share is 0", (a, b) =>
    a.op === expOp ? shareOfSum(a, b) : undefined,
  ),
  rule({
    name: "(y / Σ e^x + Σ z / Σ e^x) · e^x → y · e^x / Σ e^x + Σ z · e^x / Σ e^x",
    why: "each of the two is a product with a softmax",
    inexact: true,
    pattern: op(mulOp, any("a"), any("b")),
    replace: ({ a, b }) => distributed(a, b) ?? distributed(b, a),
  }),
];

/** The rules, in the order in which they are tried. */
export const stableRules: readonly Rule[] = [...logarithms, ...quotients, ...products];

/** A rule for two factors of a product, in either order and wherever they stand. */
function productRule(name: string, why: string, join: (a: Node, b: Node) => Node | "one" | undefined): Rule {
  return rule({
    name,
    why,
    inexact: true,
    pattern: op(mulOp),
    replace: (_, node) => {
      const { factors, isNegative } = productOf(node);
      for (const [i, a] of factors.entries()) {
        for (const [j, b] of factors.entries()) {
          const joined = i === j ? undefined : join(a, b);
          if (joined === undefined) continue;
          const others = factors.filter((__, k) => k !== i && k !== j);
          if (joined !== "one") return multiplied({ factors: [...others, joined], isNegative });
          if (others.length > 0) return multiplied({ factors: others, isNegative });
        }
      }
      return undefined;
    },
  });
}

/** Whether a node is above 0 wherever it is a number, but for rounding. */
function isPositive(node: Node): boolean {
  const [first, second] = node.inputs;
  if (node.op === expOp || node.op === sigmoidOp) return true;
  if (node.op === subOp) return uniformValue(first!) === 1 && second!.op === sigmoidOp;
  return softmaxForm(node) !== undefined;
}

function areOpposite(x: Node, y: Node): boolean {
  return (x.op === negOp && x.inputs[0] === y) || (y.op === negOp && y.inputs[0] === x);
}

function sigmoidOfMinus(x: Node): Node {
  return make(sigmoidOp, [x.op === negOp ? x.inputs[0]! : make(negOp, [x])]);
}

/** The softmax that e^x times this node is: 1 / Σ e^x, repeated. */
function formOfReciprocal(exponentials: Node, node: Node): SoftmaxForm | undefined {
  const inverse = beforeRepeating(node);
  if (inverse.op !== reciprocalOp) return undefined;
  return formOfSum(exponentials, beforeRepeating(inverse.inputs[0]!), node);
}

/** e^x times a sum of what is divided by Σ e^x, repeated: the softmax times the sum. */
function shareOfSum(exponentials: Node, repeated: Node): Node | undefined {
  const total = beforeRepeating(repeated);
  if (total.op !== sumOp) return undefined;
  const { axes } = attrsOf(sumOp, total);
  const { factors, isNegative } = productOf(total.inputs[0]!);
  for (const [i, quotient] of factors.entries()) {
    const form = quotient.op === divOp ? formOf(exponentials, quotient.inputs[1]!) : undefined;
    if (form === undefined || axes.length !== 1 || axes[0] !== form.axis) continue;
    if (!repeatsAlong(repeated, exponentials, form.axis)) continue;
    const dividends = factors.with(i, quotient.inputs[0]!);
    const sums = sum(multiplied({ factors: dividends, isNegative }) as FloatNode, { axes: form.axis, keepDims: true });
    return make(mulOp, [stableSoftmax(form), broadcastTo(sums, exponentials.shape)]);
  }
  return undefined;
}

/** A sum of two terms times e^x, where each is a share. */
function distributed(terms: Node, exponentials: Node): Node | undefined {
  if (terms.op !== addOp || exponentials.op !== expOp) return undefined;
  const isShare = (term: Node): boolean =>
    productOf(term).factors.some(
      (factor) =>
        formOfReciprocal(exponentials, factor) !== undefined || shareOfSum(exponentials, factor) !== undefined,
    );
  if (!terms.inputs.every(isShare)) return undefined;
  return make(
    addOp,
    terms.inputs.map((term) => make(mulOp, [term, exponentials])),
  );
}
