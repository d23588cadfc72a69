/**
 * When the buffers of a loop program are needed. Statements are counted in the order in which they stand; a buffer that
 * is used both inside and outside a loop is needed as long as the loop runs.
 */
import type { Buffer, LoopProgram, Statement } from "../loop-program.js";

/** The first and the last statement, by number, at which a buffer is needed. */
export interface LiveRange {
  readonly first: number;
  readonly last: number;
}

/** A statement's place: its number, and the loops around it. */
interface Use {
  readonly at: number;
  readonly loops: readonly LoopRange[];
}

/** A loop's first and last statement. */
interface LoopRange {
  readonly first: number;
  last: number;
}

/** The live range of every buffer of the arena that is used at all. */
export function liveRanges({ statements, inputs, outputs }: LoopProgram): ReadonlyMap<Buffer, LiveRange> {
  const uses = new Map<Buffer, Use[]>();
  const use = (buffer: Buffer, at: number, loops: readonly LoopRange[]): void => {
    if (buffer.place.kind !== "arena") return;
    const list = uses.get(buffer);
    if (list === undefined) uses.set(buffer, [{ at, loops }]);
    else list.push({ at, loops });
  };
  for (const buffer of inputs) use(buffer, 0, []);
  const end = number(statements, 1, [], use);
  for (const buffer of outputs) use(buffer, end, []);
  return new Map([...uses].map(([buffer, list]) => [buffer, rangeOf(list)]));
}

/** Numbers the statements from `next` on; returns the number after the last. */
function number(
  statements: readonly Statement[],
  next: number,
  loops: readonly LoopRange[],
  use: (buffer: Buffer, at: number, loops: readonly LoopRange[]) => void,
): number {
  let at = next;
  for (const statement of statements) {
    if (statement.kind === "loop") {
      const range = { first: at, last: at };
      at = number(statement.body, at, [...loops, range], use);
      range.last = at - 1;
    } else {
      for (const { buffer } of statement.operands) use(buffer, at, loops);
      at++;
    }
  }
  return at;
}

/** From the first to the last use; where a use is in a loop that another is not in, the whole loop. */
function rangeOf(uses: readonly Use[]): LiveRange {
  const [{ loops: shared } = { loops: [] }] = uses;
  let depth = shared.length;
  for (const { loops } of uses) {
    let common = 0;
    while (common < depth && loops[common] === shared[common]) common++;
    depth = common;
  }
  let first = Infinity;
  let last = -1;
  for (const { at, loops } of uses) {
    first = Math.min(first, loops[depth]?.first ?? at);
    last = Math.max(last, loops[depth]?.last ?? at);
  }
  return { first, last };
}
