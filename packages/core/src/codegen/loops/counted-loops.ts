/** Which loops need their index as a number. */
import { accessesOf, indicesOf } from "./nest-expressions.js";
import type { NestPlan } from "./plan-nest.js";

/** Positions of loops whose index is part of a value, or of the number of an iteration that may be refused. */
export function countedLoops({ nest, loops, expressions, facts }: NestPlan): ReadonlySet<number> {
  const counted = new Set<number>();
  for (const expression of expressions) {
    if (expression.kind !== "index") continue;
    const position = loops.findIndex(({ axis }) => axis === expression.axis);
    if (position >= 0) counted.add(position);
  }
  for (const index of accessesOf(nest).flatMap(indicesOf))
    for (let position = 0; position <= facts.get(index)!.level; position++) counted.add(position);
  return counted;
}
