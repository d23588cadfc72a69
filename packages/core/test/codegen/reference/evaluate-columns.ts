/** The plainest evaluator of lane expressions: one node after the other, each for all elements at once. */
import type { DType } from "@unfold/core";
import type { LaneExpression } from "../../../src/codegen/lane-expression.js";
import { laneFunction } from "./lane-reference.js";

/** The values of an expression, one per element. */
export type Column = Float32Array | Int32Array | Uint8Array;

/** Whether a · b + c is rounded once, as engines with relaxed SIMD do, or twice. */
export type Rounding = "fused" | "unfused";

/** Room for one value per element, at the precision of compiled code. */
export function makeColumn(dtype: DType, count: number): Column {
  return { f32: () => new Float32Array(count), i32: () => new Int32Array(count), bool: () => new Uint8Array(count) }[
    dtype
  ]();
}

/** The columns of expressions; `leaf` makes those of indices and loads, given the columns of the indices a load needs. */
export function columnEvaluator(
  count: number,
  rounding: Rounding,
  leaf: (expression: LaneExpression, evaluate: (expression: LaneExpression) => Column) => Column,
): (expression: LaneExpression) => Column {
  const known = new Map<LaneExpression, Column>();
  const evaluate = (expression: LaneExpression): Column => {
    let column = known.get(expression);
    if (column === undefined) {
      column = make(expression);
      known.set(expression, column);
    }
    return column;
  };
  const make = (expression: LaneExpression): Column => {
    if (expression.kind === "index" || expression.kind === "load") return leaf(expression, evaluate);
    const column = makeColumn(expression.dtype, count);
    if (expression.kind === "constant") return column.fill(expression.value);
    if (expression.kind === "variable") throw new Error("a variable outside of a procedure");
    const inputs = expression.inputs.map(evaluate);
    if (expression.kind === "host") {
      for (let i = 0; i < count; i++) column[i] = expression.function(...inputs.map((input) => input[i]!));
    } else {
      const f = laneFunction(expression, rounding === "fused");
      const [a, b, c] = inputs as [Column, Column | undefined, Column | undefined];
      if (b === undefined) for (let i = 0; i < count; i++) column[i] = f(a[i]!, 0, 0);
      else if (c === undefined) for (let i = 0; i < count; i++) column[i] = f(a[i]!, b[i]!, 0);
      else for (let i = 0; i < count; i++) column[i] = f(a[i]!, b[i]!, c[i]!);
    }
    return column;
  };
  return evaluate;
}
