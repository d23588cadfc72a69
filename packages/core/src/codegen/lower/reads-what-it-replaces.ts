/** Whether a kernel may write one buffer where it reads another: both can then be one. */
import { sameShape } from "../../tensor/shape.js";
import type { Access, LoopNest } from "../loop-nest.js";
import type { Buffer, Call } from "../loop-program.js";
import { accessesOf } from "../loops/nest-expressions.js";
import { sameAddress } from "./layout.js";

/** Whether a call reads of the old value, for each element that it writes of the new one, just the element in its place. */
export function readsWhatItReplaces({ kernel, operands }: Call, written: Buffer, read: Buffer): boolean {
  const of = (buffer: Buffer): number[] => operands.flatMap((operand, i) => (operand.buffer === buffer ? [i] : []));
  const [[target, ...targets], [source, ...sources]] = [of(written), of(read)];
  if (target === undefined || source === undefined || targets.length > 0 || sources.length > 0) return false;
  if (!sameAddress({ ...operands[source]!, buffer: written }, operands[target]!)) return false;
  if (kernel.kind === "loop-nest") return isElementByElement(kernel, target, source);
  if (kernel.kind !== "matmul" || kernel.init === undefined) return false;
  return source === 3 && target === 2 && kernel.init.row === kernel.c && kernel.init.column === 1;
}

function isElementByElement(nest: LoopNest, written: number, read: number): boolean {
  if (nest.stores.some(({ mode }) => mode.kind !== "set")) return false;
  const accesses = accessesOf(nest);
  const [place, ...others] = accesses.filter(({ operand }) => operand === written);
  if (place === undefined || others.length > 0 || isIndex(accesses, read)) return false;
  return [place, ...accesses.filter(({ operand }) => operand === read)].every(
    ({ constant, strides, indirect }) =>
      constant === place.constant && sameShape(strides, place.strides) && indirect.length === 0,
  );
}

/** Indices are never written over: the error about one of them looks for it among all of them. */
function isIndex(accesses: readonly Access[], operand: number): boolean {
  return accesses.some(({ indirect }) => indirect.some(({ index }) => index.access.operand === operand));
}
