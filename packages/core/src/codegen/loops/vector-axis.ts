/** Along which loop elements lie side by side in vectors. */
import type { Access, LoopNest } from "../loop-nest.js";
import { dependences, hasLoop } from "./dependence.js";
import { strideAlong, type LoopAxis } from "./loop-axes.js";
import { expressionsOf, indicesOf } from "./nest-expressions.js";

/** Rough costs in instructions: of a vector of elements side by side, backwards, apart, and at varying indices. */
const COSTS = {
  load: { unit: 1, reversed: 2, apart: 5, varying: 10 },
  store: { unit: 1, reversed: 2, apart: 6, varying: 12 },
};
/** Of one turn of a loop, of combining the lanes of a sum. */
const [TURN, COMBINE] = [3, 6];

/** The position of the loop whose vectors cost least; the innermost of equals, the only choice of a nest that accumulates. */
export function chooseVectorLoop(nest: LoopNest, loops: readonly LoopAxis[], width: number): number {
  if (nest.stores.some(({ mode }) => mode.kind === "accumulate")) return loops.length - 1;
  const expressions = expressionsOf(nest);
  const sets = dependences(expressions, loops);
  const size = loops.reduce((product, { extent }) => product * extent, 1);
  const kept = loops.reduce((product, { extent, isReduced }) => (isReduced ? product : product * extent), 1);
  const operations = expressions.filter(({ kind }) => kind === "operation" || kind === "host").length;

  const accessCost = (access: Access, position: number, kind: "load" | "store"): number => {
    const { unit, reversed, apart, varying } = COSTS[kind];
    if (indicesOf(access).some((index) => hasLoop(sets.get(index)!, position))) return varying;
    const stride = strideAlong(access, loops[position]!);
    if (stride === 0) return kind === "load" ? 0 : apart;
    if (stride === 1) return unit;
    if (width === 1) return 2 * unit;
    return stride === -1 ? reversed : apart;
  };
  const costOf = (position: number): number => {
    const { extent, isReduced } = loops[position]!;
    let perVector = operations;
    for (const expression of expressions)
      if (expression.kind === "load") perVector += accessCost(expression.access, position, "load");
    if (nest.stores[0]!.mode.kind === "set")
      for (const { access } of nest.stores) perVector += accessCost(access, position, "store");
    const perRow = perVector * Math.ceil(extent / width) + TURN;
    return (perRow * size) / extent + (isReduced ? COMBINE * nest.stores.length * kept : 0);
  };
  let best = loops.length - 1;
  for (let position = best - 1; position >= 0; position--) if (costOf(position) < costOf(best)) best = position;
  return best;
}
