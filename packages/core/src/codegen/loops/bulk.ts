/** Rows that are copied, or filled with zeros, as a whole. */
import type { Access } from "../loop-nest.js";
import { elementsOf } from "./addresses.js";
import type { Emission } from "./emission.js";
import { strideAlong } from "./loop-axes.js";
import type { NestPlan } from "./plan-nest.js";

/** Bytes per lane from which on the engine's own loop is faster, for all that it costs to call it. */
const FEWEST_BYTES = 256;

/** Writes the innermost loop as one instruction, if that is all it does and it pays. */
export function writeBulk(e: Emission): boolean {
  const { f, plan } = e;
  const [store] = plan.nest.stores;
  const { extent } = plan.loops[plan.vector]!;
  if (!isBulk(plan) || store === undefined) return false;
  const { elementBytes } = e.classes.get(store.access)!;
  const bytes = extent * elementBytes;
  if (bytes < FEWEST_BYTES * plan.width) return false;
  const { value } = store;
  pushAddress(e, store.access);
  if (value.kind === "load") {
    pushAddress(e, value.access);
    f.i32(bytes).memoryCopy();
  } else
    f.i32(value.kind === "constant" ? value.value : 0)
      .i32(bytes)
      .memoryFill();
  return true;
}

function isBulk({ nest, loops, vector, facts }: NestPlan): boolean {
  const [store, ...others] = nest.stores;
  if (store?.mode.kind !== "set" || others.length > 0) return false;
  const { value, access } = store;
  const isRow = (row: Access): boolean =>
    strideAlong(row, loops[vector]!) === 1 && row.indirect.every(({ index }) => facts.get(index)!.isUniform);
  if (!isRow(access)) return false;
  if (value.kind === "load") return isRow(value.access);
  return value.kind === "constant" && (Object.is(value.value, 0) || value.dtype === "bool");
}

/** Leaves the address of the row's first element. */
function pushAddress(e: Emission, access: Access): void {
  const offset = elementsOf(e, access, 0).address(0);
  if (offset > 0) e.f.i32(offset).op("i32.add");
}
