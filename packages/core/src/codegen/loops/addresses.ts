/** Addresses of elements: pointers, offsets, and what indices read elsewhere add, which are checked first. */
import type { LoadExpression } from "../lane-expression.js";
import type { Access } from "../loop-nest.js";
import type { Emission } from "./emission.js";
import { checkUniform, checkVarying } from "./index-checks.js";
import type { Elements } from "./lane-code.js";
import { strideAlong } from "./loop-axes.js";
import type { PointerClass } from "./pointer-classes.js";

/** The elements of an access in the vector of that number in the turn. */
export function elementsOf(e: Emission, access: Access, vector: number): Elements {
  const { f, plan, code } = e;
  const pointer = e.classes.get(access)!;
  settlePointer(e, pointer);
  const indices = pointer.varying.map(({ index, bytes, extent }) => {
    const local = e.valueLocal(e, index, vector);
    checkVarying(e, index, local, extent, vector);
    return { local, bytes };
  });
  const own = access.constant * pointer.elementBytes - pointer.start;
  const stride = pointer.strides[plan.vector]!;
  return {
    dtype: plan.nest.operands[access.operand]!,
    stride: indices.length > 0 ? undefined : strideAlong(access, plan.loops[plan.vector]!),
    lanes: e.block[vector] ?? 1,
    address: (lane) => {
      f.get(e.pointer(pointer));
      for (const { local, bytes } of indices) {
        code.lane(f, local, lane);
        f.i32(bytes).op("i32.mul").op("i32.add");
      }
      const offset = own + stride * (vector * code.width + lane);
      if (offset >= 0) return offset;
      f.i32(offset).op("i32.add");
      return 0;
    },
  };
}

/** Adds to a pointer the indices that are known in the loops opened so far and that have not been added yet. */
export function settlePointer(e: Emission, pointer: PointerClass): void {
  const { f, plan, counters } = e;
  for (const [number, { index, bytes, extent }] of pointer.uniform.entries()) {
    if (plan.facts.get(index)!.level >= counters.length || !e.settle(pointer, number)) continue;
    const value = f.local("i32");
    pushIndex(e, index);
    f.set(value);
    checkUniform(e, index, value, extent);
    f.get(e.pointer(pointer)).get(value).i32(bytes).op("i32.mul").op("i32.add");
    f.set(e.movePointer(pointer));
    f.free(value);
  }
}

/** Leaves an index that is equal in all lanes as a number. */
function pushIndex(e: Emission, index: LoadExpression): void {
  const { f, code } = e;
  const known = e.valueOf(index, 0);
  if (known === undefined) f.memory("i32.load", elementsOf(e, index.access, 0).address(0));
  else code.lane(f, known, 0);
}
