/** Exact rules of arithmetic. */
import { constant } from "../../graph/leaves.js";
import type { Node } from "../../graph/node.js";
import type { AnyOp } from "../../graph/op.js";
import { absOp } from "../../ops/abs.js";
import { addOp } from "../../ops/add.js";
import { divOp } from "../../ops/div.js";
import { floorOp } from "../../ops/floor.js";
import { maximumOp } from "../../ops/maximum.js";
import { minimumOp } from "../../ops/minimum.js";
import { mulOp } from "../../ops/mul.js";
import { negOp } from "../../ops/neg.js";
import { powOp } from "../../ops/pow.js";
import { reciprocalOp } from "../../ops/reciprocal.js";
import { reluOp } from "../../ops/relu.js";
import { roundOp } from "../../ops/round.js";
import { signOp } from "../../ops/sign.js";
import { squareOp } from "../../ops/square.js";
import { subOp } from "../../ops/sub.js";
import { broadcastTo } from "../../ops/sum-broadcast.js";
import { make } from "../pass.js";
import { any, named, op, rule, uniform, type Rule } from "../pattern.js";
import { uniformValue } from "../uniform.js";

const idempotent: readonly AnyOp[] = [absOp, floorOp, reluOp, roundOp, signOp];

/** A power of two whose reciprocal is a normal number at either precision. */
function isPowerOfTwo(value: number): boolean {
  const exponent = Math.log2(Math.abs(value));
  return Number.isInteger(exponent) && Math.abs(exponent) <= 126 && 2 ** exponent === Math.abs(value);
}

/** The number, broadcast to the shape of the node and of its dtype. */
function filled(value: number, { dtype, shape }: Node): Node {
  return broadcastTo(constant(value, dtype), shape);
}

/**
 * Not among them, since they would change a bit: x + 0 (−0 becomes 0), x · 0 and x − x (NaN, ∞), a − b + b, 0 − x and
 * −(a − b) (the sign of 0), x · (1/c) for other c, sums of one element and of broadcasts (a sum of −0 is 0).
 */
export const arithmeticRules: readonly Rule[] = [
  rule({
    name: "x · 1 → x",
    why: "1 is the neutral element of every number, NaN and ∞",
    pattern: op(mulOp, any("x"), uniform(1)),
    replace: ({ x }) => x,
  }),
  rule({
    name: "x · (-1) → -x",
    why: "a product with -1 changes the sign and nothing else, of 0 and ∞ too; i32 wraps both",
    pattern: op(mulOp, any("x"), uniform(-1)),
    replace: ({ x }) => make(negOp, [x]),
  }),
  rule({
    name: "x + (-0) → x",
    why: "-0 + -0 = -0 and 0 + -0 = 0; every other number stays",
    pattern: op(addOp, any("x"), uniform(-0)),
    replace: ({ x }) => x,
  }),
  rule({
    name: "x - 0 → x",
    why: "-0 - 0 = -0 and 0 - 0 = 0; every other number stays",
    pattern: op(subOp, any("x"), uniform(0)),
    replace: ({ x }) => x,
  }),
  rule({
    name: "-0 - x → -x",
    why: "-0 - 0 = -0 and -0 - -0 = 0; every other number changes its sign",
    pattern: op(subOp, uniform(-0), any("x")),
    replace: ({ x }) => make(negOp, [x]),
  }),
  rule({
    name: "x + 0 → x in i32",
    why: "integers have one zero",
    pattern: op(addOp, any("x"), uniform(0)),
    replace: ({ x }) => (x.dtype === "i32" ? x : undefined),
  }),
  rule({
    name: "x · 0 → 0 in i32",
    why: "integers have neither NaN nor ∞ nor -0",
    pattern: op(mulOp, any("x"), named("zero", uniform(0))),
    replace: ({ x, zero }) => (x.dtype === "i32" ? zero : undefined),
  }),
  rule({
    name: "-(-x) → x",
    why: "two changes of sign are none; i32 wraps twice",
    pattern: op(negOp, op(negOp, any("x"))),
    replace: ({ x }) => x,
  }),
  rule({
    name: "x · x → square(x)",
    why: "square is defined as that product",
    pattern: op(mulOp, any("x"), any("x")),
    replace: ({ x }) => make(squareOp, [x]),
  }),
  rule({
    name: "square(-x) → square(x)",
    why: "(-x)(-x) = x x, of 0 and ∞ too; i32 wraps both",
    pattern: op(squareOp, op(negOp, any("x"))),
    replace: ({ x }) => make(squareOp, [x]),
  }),
  rule({
    name: "square(abs(x)) → square(x)",
    why: "abs changes at most the sign, which the square ignores",
    pattern: op(squareOp, op(absOp, any("x"))),
    replace: ({ x }) => make(squareOp, [x]),
  }),
  rule({
    name: "abs(-x) → abs(x)",
    why: "abs ignores the sign; i32: both wrap at -2^31",
    pattern: op(absOp, op(negOp, any("x"))),
    replace: ({ x }) => make(absOp, [x]),
  }),
  ...idempotent.map((twice) =>
    rule({
      name: `${twice.name}(${twice.name}(x)) → ${twice.name}(x)`,
      why: "its values are its fixed points, -0, NaN and ∞ among them",
      pattern: op(twice, named("once", op(twice))),
      replace: ({ once }) => once,
    }),
  ),
  ...[maximumOp, minimumOp].map((either) =>
    rule({
      name: `${either.name}(x, x) → x`,
      why: "it returns one of its operands, and NaN for NaN",
      pattern: op(either, any("x"), any("x")),
      replace: ({ x }) => x,
    }),
  ),
  rule({
    name: "x / 2^k → x · 2^-k",
    why: "both are x 2^-k rounded once, and 2^-k is a number at either precision",
    pattern: op(divOp, any("x"), any("c")),
    replace: ({ x, c }, node) => {
      const divisor = uniformValue(c);
      return divisor !== undefined && isPowerOfTwo(divisor) ? make(mulOp, [x, filled(1 / divisor, node)]) : undefined;
    },
  }),
  rule({
    name: "1 / x → reciprocal(x)",
    why: "reciprocal is defined as that quotient",
    pattern: op(divOp, uniform(1), any("x")),
    replace: ({ x }) => make(reciprocalOp, [x]),
  }),
  rule({
    name: "x^2 → square(x)",
    why: "x x is the power rounded once, which is what a power gives for the exponent 2",
    pattern: op(powOp, any("x"), uniform(2)),
    replace: ({ x }) => make(squareOp, [x]),
  }),
  rule({
    name: "x^1 → x",
    why: "the first power of every number, NaN, ∞ and -0 is itself",
    pattern: op(powOp, any("x"), uniform(1)),
    replace: ({ x }) => x,
  }),
  rule({
    name: "x^-1 → reciprocal(x)",
    why: "1 / x is the power rounded once, which is what a power gives for the exponent -1",
    pattern: op(powOp, any("x"), uniform(-1)),
    replace: ({ x }) => make(reciprocalOp, [x]),
  }),
  rule({
    name: "x^0 → 1",
    why: "IEEE 754, 9.2.1: for every x, NaN too",
    pattern: op(powOp, any("x"), uniform(0)),
    replace: (_, node) => filled(1, node),
  }),
  rule({
    name: "1^x → 1",
    why: "IEEE 754, 9.2.1: for every x, NaN too",
    pattern: op(powOp, uniform(1), any("x")),
    replace: (_, node) => filled(1, node),
  }),
];
