/** Exact rules of choice, truth values and conversion. */
import type { DType } from "../../tensor/dtype.js";
import { castOp } from "../../ops/cast.js";
import { logicalAndOp, logicalNotOp, logicalOrOp } from "../../ops/logical.js";
import { selectOp } from "../../ops/select.js";
import { make } from "../pass.js";
import { any, attrsOf, named, op, rule, uniform, type Rule } from "../pattern.js";

/** Whether every value of a dtype is one of the other, and 0 no other number's image, at either precision. */
function holdsAll(from: DType, through: DType, to: DType): boolean {
  return from === "bool" || from === through || (from === "i32" && through === "f32" && to === "bool");
}

/** The rules, in the order in which they are tried. */
export const choiceRules: readonly Rule[] = [
  rule({
    name: "select(true, a, b) → a",
    why: "what is not chosen has no influence",
    pattern: op(selectOp, uniform(1), any("a")),
    replace: ({ a }) => a,
  }),
  rule({
    name: "select(false, a, b) → b",
    why: "what is not chosen has no influence",
    pattern: op(selectOp, uniform(0), any("a"), any("b")),
    replace: ({ b }) => b,
  }),
  rule({
    name: "select(c, x, x) → x",
    why: "either choice is x",
    pattern: op(selectOp, any("c"), any("x"), any("x")),
    replace: ({ x }) => x,
  }),
  rule({
    name: "select(not c, a, b) → select(c, b, a)",
    why: "the same element is chosen",
    pattern: op(selectOp, op(logicalNotOp, any("c")), any("a"), any("b")),
    replace: ({ c, a, b }) => make(selectOp, [c, b, a]),
  }),
  rule({
    name: "not(not c) → c",
    why: "there are two truth values",
    pattern: op(logicalNotOp, op(logicalNotOp, any("c"))),
    replace: ({ c }) => c,
  }),
  ...[logicalAndOp, logicalOrOp].flatMap((connective) => [
    rule({
      name: `${connective.name}(c, c) → c`,
      why: "there are two truth values",
      pattern: op(connective, any("c"), any("c")),
      replace: ({ c }) => c,
    }),
    rule({
      name: `${connective.name}(c, ${connective === logicalAndOp ? "true" : "false"}) → c`,
      why: "the neutral truth value",
      pattern: op(connective, any("c"), uniform(connective === logicalAndOp ? 1 : 0)),
      replace: ({ c }) => c,
    }),
    rule({
      name: `${connective.name}(c, ${connective === logicalAndOp ? "false" : "true"}) → that`,
      why: "the dominating truth value",
      pattern: op(connective, any("c"), named("that", uniform(connective === logicalAndOp ? 0 : 1))),
      replace: ({ that }) => that,
    }),
  ]),
  rule({
    name: "cast(x, its dtype) → x",
    why: "every value of a dtype is itself under it",
    pattern: op(castOp, any("x")),
    replace: ({ x }, node) => (x.dtype === node.dtype ? x : undefined),
  }),
  rule({
    name: "cast(cast(x)) → cast(x)",
    why: "the dtype between holds every value of the first: truth values as 0 and 1, integers as f32 if only 0 matters",
    pattern: op(castOp, named("inner", op(castOp, any("x")))),
    replace: ({ x, inner }, node) =>
      holdsAll(x.dtype, inner.dtype, node.dtype) ? make(castOp, [x], attrsOf(castOp, node)) : undefined,
  }),
];
