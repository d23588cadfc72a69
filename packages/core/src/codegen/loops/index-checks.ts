/** Indices are checked before anything is read or written at them. */
import type { LoadExpression } from "../lane-expression.js";
import type { Local } from "../wasm/function-builder.js";
import type { Emission } from "./emission.js";

/** Checks an index that is equal in all lanes. */
export function checkUniform(e: Emission, index: LoadExpression, value: Local, extent: number): void {
  const { f, plan } = e;
  if (!e.isUnchecked(`${plan.expressions.indexOf(index)} ${extent}`)) return;
  f.get(value).i32(extent).op("i32.ge_u");
  f.if(() => {
    refuse(e, index, extent);
  });
}

/** Checks the lanes that exist. */
export function checkVarying(e: Emission, index: LoadExpression, value: Local, extent: number, vector: number): void {
  const { f, code, plan } = e;
  if (!e.isUnchecked(`${plan.expressions.indexOf(index)} ${extent} ${vector}`)) return;
  const lanes = e.block[vector]!;
  if (lanes === 1) {
    code.lane(f, value, 0);
    f.i32(extent).op("i32.ge_u");
  } else {
    const existing = (1 << lanes) - 1;
    f.get(value).splat("i32", extent).op("i32x4.lt_u").op("i32x4.bitmask");
    f.i32(existing).op("i32.and").i32(existing).op("i32.ne");
  }
  f.if(() => {
    refuse(e, index, extent);
  });
}

/** Calls `fail`, which looks through all that the index was read from. */
function refuse({ f, imports }: Emission, { access: { operand } }: LoadExpression, extent: number): void {
  f.get(f.parameters.at(-1)!).i32(operand).get(f.parameters[operand]!).i32(extent);
  f.call(imports.fail).op("unreachable");
}
