/** Values that can be computed where one lies that nobody needs any more. */
import type { LoopNest } from "../loop-nest.js";
import type { Action, Address, Buffer, Call } from "../loop-program.js";
import { readsWhatItReplaces } from "../lower/reads-what-it-replaces.js";
import type { LiveRange, LoopRange, Step } from "./live-ranges.js";

/**
 * The buffers that can take the place of another, by those they follow: a kernel begins to write the one when it reads
 * the other for the last time, and reads of it just the element that it replaces. In a loop it may do so part by part.
 */
export function successorsOf(
  steps: readonly Step[],
  ranges: ReadonlyMap<Buffer, LiveRange>,
): ReadonlyMap<Buffer, Buffer> {
  const successors = new Map<Buffer, Buffer>();
  for (const step of steps) {
    const { action } = step;
    if (action.kind !== "call") continue;
    for (const position of action.writes) {
      const written = action.operands[position]!;
      const replaced = action.operands.find(
        ({ buffer }) =>
          !successors.has(buffer) &&
          isAlike(buffer, written.buffer) &&
          follows(step, action, written, ranges.get(written.buffer), ranges.get(buffer)) &&
          readsWhatItReplaces(action, written.buffer, buffer),
      );
      if (replaced !== undefined) successors.set(replaced.buffer, written.buffer);
    }
  }
  return successors;
}

function isAlike(a: Buffer, b: Buffer): boolean {
  return a !== b && a.size === b.size && a.dtype === b.dtype;
}

/** Whether what a call writes comes to life where what it reads dies: all of it, or a part in each turn of a loop. */
function follows(
  step: Step,
  call: Call,
  written: Address,
  born: LiveRange | undefined,
  dying: LiveRange | undefined,
): boolean {
  // Buffers without a range are not in the arena.
  if (born === undefined || dying === undefined || born.loops.length !== dying.loops.length) return false;
  const [loop, ...inner] = step.loops.slice(dying.loops.length);
  if (loop === undefined) return dying.last === step.at && born.first === step.at;
  return (
    inner.length === 0 &&
    dying.last === loop.last &&
    born.first === loop.first &&
    isTheOnlyUse(step, loop, written.buffer, born, dying) &&
    Math.abs(strideOf(written, loop)) >= span(call, written)
  );
}

/** Whether nothing else in a loop reads what dies, or writes what comes to life. */
function isTheOnlyUse(step: Step, loop: LoopRange, written: Buffer, born: LiveRange, dying: LiveRange): boolean {
  const others = ({ uses }: LiveRange): readonly Step[] =>
    uses.filter((use) => use !== step && use.loops.includes(loop));
  return others(dying).length === 0 && !others(born).some(({ action }) => writes(action, written));
}

function writes({ operands, writes: positions }: Action, buffer: Buffer): boolean {
  return positions.some((position) => operands[position]!.buffer === buffer);
}

/** How far a turn of a loop moves a pointer. */
function strideOf({ terms }: Address, loop: LoopRange): number {
  return terms.find((term) => term.loop === loop.id)?.stride ?? 0;
}

/** How many elements a call reaches over where it writes, its first and last included. */
function span({ kernel, operands }: Call, written: Address): number {
  if (kernel.kind === "matmul") return (kernel.rows - 1) * kernel.c + kernel.columns;
  return kernel.kind === "loop-nest" ? spanOfStores(kernel, operands.indexOf(written)) : Infinity;
}

function spanOfStores({ shape, stores }: LoopNest, operand: number): number {
  const { access } = stores.find((store) => store.access.operand === operand)!;
  return 1 + shape.reduce((sum, extent, axis) => sum + (extent - 1) * Math.abs(access.strides[axis]!), 0);
}
