/** Which loops need their index as a number. */
import { accessesOf, countedAxes, indicesOf } from "./nest-expressions.js";
import type { NestPlan } from "./plan-nest.js";

/** Positions of loops whose index is part of a value, or of the number of an iteration that may be refused. */
export function countedLoops({ nest, loops, facts }: NestPlan): ReadonlySet<number> {
  const axes = countedAxes(nest);
  const counted = new Set([...loops.keys()].filter((position) => axes.has(loops[position]!.axis ?? -1)));
  for (const index of accessesOf(nest).flatMap(indicesOf))
    for (let position = 0; position <= facts.get(index)!.level; position++) counted.add(position);
  return counted;
}
