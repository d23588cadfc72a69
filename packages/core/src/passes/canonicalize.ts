/** One way to write what can be written in several, so that other rules need to know one form. */
import { addOp } from "../ops/add.js";
import { divOp } from "../ops/div.js";
import { mulOp } from "../ops/mul.js";
import { negOp } from "../ops/neg.js";
import { subOp } from "../ops/sub.js";
import { commutativeOps } from "./commutative.js";
import { make, rewriting, type Pass } from "./pass.js";
import { any, firstOf, op, rule, type Rule } from "./pattern.js";
import { constantSource } from "./uniform.js";

/** Which of two operands that are not constant comes first does not matter: `eliminateCommon` sees both orders as one. */
const constantsRight: readonly Rule[] = [...commutativeOps].map((commutative) =>
  rule({
    name: `${commutative.name}(c, x) → ${commutative.name}(x, c)`,
    why: "the op commutes",
    pattern: op(commutative, any("c"), any("x")),
    replace: ({ c, x }) =>
      constantSource(c) !== undefined && constantSource(x) === undefined ? make(commutative, [x, c]) : undefined,
  }),
);

/** The rules, in the order in which they are tried. */
export const canonicalRules: readonly Rule[] = [
  ...constantsRight,
  rule({
    name: "a + (-b) → a - b",
    why: "IEEE 754 defines a - b as a + (-b); i32 wraps both the same way",
    pattern: op(addOp, any("a"), op(negOp, any("b"))),
    replace: ({ a, b }) => make(subOp, [a, b]),
  }),
  rule({
    name: "(-a) + b → b - a",
    why: "addition commutes, and then as a + (-b)",
    pattern: op(addOp, op(negOp, any("a")), any("b")),
    replace: ({ a, b }) => make(subOp, [b, a]),
  }),
  rule({
    name: "a - (-b) → a + b",
    why: "a - (-b) is a + (-(-b)), and two changes of sign are none, of -0 and ∞ too",
    pattern: op(subOp, any("a"), op(negOp, any("b"))),
    replace: ({ a, b }) => make(addOp, [a, b]),
  }),
  rule({
    name: "(-a) · (-b) → a · b",
    why: "the sign of a product is the product of the signs, of 0 and ∞ too; its size ignores them",
    pattern: op(mulOp, op(negOp, any("a")), op(negOp, any("b"))),
    replace: ({ a, b }) => make(mulOp, [a, b]),
  }),
  rule({
    name: "(-a) / (-b) → a / b",
    why: "the sign of a quotient is that of the product, of 0 and ∞ too; its size ignores them",
    pattern: op(divOp, op(negOp, any("a")), op(negOp, any("b"))),
    replace: ({ a, b }) => make(divOp, [a, b]),
  }),
];

/** Constants stand on the right of commutative ops; changes of sign disappear into sums, differences and products. */
export const canonicalize: Pass = rewriting("canonicalize", firstOf(canonicalRules));
