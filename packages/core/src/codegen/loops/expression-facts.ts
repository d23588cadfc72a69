/** Where in the loops each expression is computed, and whether its value is kept. */
import type { LaneExpression } from "../lane-expression.js";
import type { LoopNest } from "../loop-nest.js";
import { dependences, hasLoop, innermost } from "./dependence.js";
import type { LoopAxis } from "./loop-axes.js";
import { indicesOf, inputsOf } from "./nest-expressions.js";

/** What is known of an expression. */
export interface Fact {
  /** The innermost loop it changes with; -1 if it never changes. */
  readonly level: number;
  /** Whether all lanes of a vector are equal. */
  readonly isUniform: boolean;
  /** Whether it is computed once and kept in a local. */
  readonly isKept: boolean;
}

/** Who uses an expression. */
interface Use {
  count: number;
  /** The innermost loop in which it is used. */
  level: number;
  /** Whether it becomes part of something that differs from lane to lane. */
  isVarying: boolean;
}

/** Expressions nested deeper than this are kept, so that code is written without deep recursion. */
const DEEPEST = 32;

/** Facts of all expressions, which are given after those they are computed from. */
export function expressionFacts(
  nest: LoopNest,
  expressions: readonly LaneExpression[],
  loops: readonly LoopAxis[],
  vector: number,
): ReadonlyMap<LaneExpression, Fact> {
  const sets = dependences(expressions, loops);
  const places = new Map(
    expressions.map((expression) => {
      const set = sets.get(expression)!;
      return [expression, { level: innermost(set), isUniform: !hasLoop(set, vector) }];
    }),
  );
  const uses = usesOf(nest, expressions, loops.length - 1, (expression) => places.get(expression)!);
  const depths = new Map<LaneExpression, number>();
  const facts = new Map<LaneExpression, Fact>();
  for (const expression of expressions) {
    const place = places.get(expression)!;
    const use = uses.get(expression)!;
    const depth = 1 + inputsOf(expression).reduce((most, input) => Math.max(most, depths.get(input)!), 0);
    const isShared = use.count > 1 || (place.isUniform && use.isVarying);
    const isKept = use.level > place.level || depth > DEEPEST || (isShared && expression.kind !== "constant");
    depths.set(expression, isKept ? 0 : depth);
    facts.set(expression, { ...place, isKept });
  }
  return facts;
}

function usesOf(
  { stores }: LoopNest,
  expressions: readonly LaneExpression[],
  last: number,
  placeOf: (expression: LaneExpression) => { readonly level: number; readonly isUniform: boolean },
): ReadonlyMap<LaneExpression, Use> {
  const uses = new Map<LaneExpression, Use>(expressions.map((e) => [e, { count: 0, level: -1, isVarying: false }]));
  const note = (input: LaneExpression, level: number, isVarying: boolean): void => {
    const use = uses.get(input)!;
    use.count++;
    use.level = Math.max(use.level, level);
    use.isVarying ||= isVarying;
  };
  /** An index that is the same in all lanes moves a pointer as soon as it is known. */
  const noteIndex = (index: LaneExpression, level: number): void => {
    const { isUniform, level: own } = placeOf(index);
    note(index, isUniform ? own : level, !isUniform);
  };
  for (const expression of expressions) {
    const { level, isUniform } = placeOf(expression);
    for (const input of inputsOf(expression)) {
      if (expression.kind === "load") noteIndex(input, level);
      else note(input, level, !isUniform);
    }
  }
  for (const { access, value } of stores) {
    note(value, last, true);
    for (const index of indicesOf(access)) noteIndex(index, last);
  }
  return uses;
}
