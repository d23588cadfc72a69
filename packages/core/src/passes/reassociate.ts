/** Rules that round otherwise: for whoever wants fewer operations more than the same bits. */
import type { Node } from "../graph/node.js";
import type { AnyOp } from "../graph/op.js";
import { addOp } from "../ops/add.js";
import { matmulOp } from "../ops/matmul.js";
import { mulOp } from "../ops/mul.js";
import { sum, sumOp } from "../ops/sum-broadcast.js";
import { transposeOp } from "../ops/transpose.js";
import { make, rewriting, type Pass } from "./pass.js";
import { any, attrsOf, firstOf, named, op, rule, type Rule } from "./pattern.js";
import { swapsMatrix } from "./rules/matmul-rules.js";
import { constantSource } from "./uniform.js";

/** (x · c) · d → x · (c · d), and the same for sums. */
function joinConstants(operation: AnyOp, symbol: string): Rule {
  return rule({
    name: `(x ${symbol} c) ${symbol} d → x ${symbol} (c ${symbol} d)`,
    why: "rounds the constants together first",
    inexact: true,
    pattern: op(operation, op(operation, any("x"), any("c")), any("d")),
    replace: ({ x, c, d }) =>
      constantSource(c) !== undefined && constantSource(d) !== undefined && constantSource(x) === undefined
        ? make(operation, [x, make(operation, [c, d])])
        : undefined,
  });
}

/** The axes of the innermost input that two sums remove together. */
function bothAxes(inner: Node, outer: Node): number[] {
  const first = attrsOf(sumOp, inner).axes;
  const left = inner.inputs[0]!.shape.map((_, axis) => axis).filter((axis) => !first.includes(axis));
  return [...first, ...attrsOf(sumOp, outer).axes.map((axis) => left[axis]!)];
}

/** The rules, in the order in which they are tried. */
export const reassociatingRules: readonly Rule[] = [
  joinConstants(addOp, "+"),
  joinConstants(mulOp, "·"),
  rule({
    name: "sum(sum(x)) → sum(x)",
    why: "adds in another order and rounds once less",
    inexact: true,
    pattern: op(sumOp, named("inner", op(sumOp, any("x")))),
    replace: ({ x, inner }, node) => sum(x as Node<"f32">, { axes: bothAxes(inner, node) }),
  }),
  rule({
    name: "matmul(a, transpose(b)) → matmul(a, b, transposeB)",
    why: "the interpreter adds four products at a time unless b is transposed",
    inexact: true,
    pattern: op(matmulOp, any("a"), named("swapped", op(transposeOp, any("b")))),
    replace: ({ a, b, swapped }, node) => {
      const attrs = attrsOf(matmulOp, node);
      return swapsMatrix(swapped) ? make(matmulOp, [a, b], { ...attrs, transposeB: !attrs.transposeB }) : undefined;
    },
  }),
];

/** Applies the rules that round otherwise. */
export const reassociate: Pass = {
  ...rewriting("reassociate", firstOf(reassociatingRules)),
  inexact: true,
};
