/** Indices are checked before anything is read or written at them. */
import type { LaneExpression } from "../lane-expression.js";
import type { Local } from "../wasm/function-builder.js";
import type { Emission } from "./emission.js";

/** Checks an index that is equal in all lanes. */
export function checkUniform(e: Emission, index: LaneExpression, value: Local, extent: number): void {
  const { f, plan } = e;
  if (!e.isUnchecked(`${plan.expressions.indexOf(index)} ${extent}`)) return;
  f.get(value).i32(extent).op("i32.ge_u");
  f.if(() => {
    refuse(e, value, extent, plan.facts.get(index)!.level, 0);
  });
}

/** Checks the lanes that exist. */
export function checkVarying(e: Emission, index: LaneExpression, value: Local, extent: number, vector: number): void {
  const { f, code, plan } = e;
  if (!e.isUnchecked(`${plan.expressions.indexOf(index)} ${extent} ${vector}`)) return;
  const lanes = e.block[vector]!;
  const lane = f.local("i32");
  const each = (): void => {
    for (let i = 0; i < lanes; i++) {
      code.lane(f, value, i);
      f.tee(lane).i32(extent).op("i32.ge_u");
      f.if(() => {
        refuse(e, lane, extent, plan.facts.get(index)!.level, vector * code.width + i);
      });
    }
  };
  if (lanes === 1) each();
  else {
    const existing = (1 << lanes) - 1;
    f.get(value).splat("i32", extent).op("i32x4.lt_u").op("i32x4.bitmask");
    f.i32(existing).op("i32.and").i32(existing).op("i32.ne").if(each);
  }
  f.free(lane);
}

/** Calls `fail` with the number of the iteration: the first one in which the index has this value. */
function refuse(
  { f, plan, counters, imports }: Emission,
  index: Local,
  extent: number,
  level: number,
  offset: number,
): void {
  f.get(f.parameters.at(-1)!).i32(offset * plan.loops[plan.vector]!.weight);
  for (let position = 0; position <= level; position++) {
    const counter = counters[position]!;
    f.get(counter).i32(plan.loops[position]!.weight).op("i32.mul").op("i32.add");
  }
  f.get(index).i32(extent).call(imports.fail).op("unreachable");
}
