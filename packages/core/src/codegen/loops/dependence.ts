/** Which loops a value changes with. */
import type { LaneExpression } from "../lane-expression.js";
import type { Access } from "../loop-nest.js";
import { strideAlong, type LoopAxis } from "./loop-axes.js";
import { inputsOf } from "./nest-expressions.js";

/** A set of loops by their positions, outermost first: bit i stands for loop i. */
export type LoopSet = number;

/** The loops that each expression changes with, given the expressions after those they are computed from. */
export function dependences(
  expressions: readonly LaneExpression[],
  loops: readonly LoopAxis[],
): ReadonlyMap<LaneExpression, LoopSet> {
  const sets = new Map<LaneExpression, LoopSet>();
  for (const expression of expressions) {
    let set = 0;
    for (const input of inputsOf(expression)) set |= sets.get(input)!;
    if (expression.kind === "index") set |= loopsWhere(loops, ({ axis }) => axis === expression.axis);
    if (expression.kind === "load") set |= stridesOf(expression.access, loops);
    sets.set(expression, set);
  }
  return sets;
}

/** The innermost loop of a set; -1 if there is none. */
export function innermost(set: LoopSet): number {
  return 31 - Math.clz32(set);
}

/** Whether the set has a loop. */
export function hasLoop(set: LoopSet, position: number): boolean {
  return ((set >>> position) & 1) === 1;
}

/** The loops along which an access moves by itself, not through indices read elsewhere. */
function stridesOf(access: Access, loops: readonly LoopAxis[]): LoopSet {
  return loopsWhere(loops, (loop) => strideAlong(access, loop) !== 0);
}

function loopsWhere(loops: readonly LoopAxis[], condition: (loop: LoopAxis) => boolean): LoopSet {
  return loops.reduce((set, loop, position) => (condition(loop) ? set | (1 << position) : set), 0);
}
