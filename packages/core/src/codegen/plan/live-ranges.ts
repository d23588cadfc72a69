/**
 * When the buffers of a loop program are needed. Statements are counted in the order in which they stand; a buffer that
 * is used both inside and outside a loop is needed as long as the loop runs.
 */
import type { Action, Buffer, LoopId, LoopProgram, Statement } from "../loop-program.js";

/** The first and the last statement, by number, at which a buffer is needed. */
export interface LiveRange {
  readonly first: number;
  readonly last: number;
  /** The loops around all that uses it, outermost first: in each turn of the innermost it holds a new value. */
  readonly loops: readonly LoopRange[];
  readonly uses: readonly Step[];
}

/** A moment of a program: a statement's number, and the loops around it, outermost first. */
interface Moment {
  readonly at: number;
  readonly loops: readonly LoopRange[];
}

/** A statement that is no loop, and when it runs. */
export interface Step extends Moment {
  readonly action: Action;
}

/** A loop's first and last statement. */
export interface LoopRange {
  readonly id: LoopId;
  readonly first: number;
  last: number;
}

/** The statements of a program that are no loops, in order; the first has number 1. */
export function stepsOf({ statements }: LoopProgram): readonly Step[] {
  const steps: Step[] = [];
  const visit = (block: readonly Statement[], loops: readonly LoopRange[]): void => {
    for (const statement of block) {
      const at = steps.length + 1;
      if (statement.kind === "loop") {
        const range = { id: statement.id, first: at, last: at };
        visit(statement.body, [...loops, range]);
        range.last = steps.length;
      } else steps.push({ action: statement, at, loops });
    }
  };
  visit(statements, []);
  return steps;
}

/** The live range of every buffer of the arena that is used at all. */
export function liveRanges({ inputs, outputs }: LoopProgram, steps: readonly Step[]): ReadonlyMap<Buffer, LiveRange> {
  const moments = new Map<Buffer, Moment[]>();
  const uses = new Map<Buffer, Step[]>();
  for (const buffer of inputs) append(moments, buffer, { at: 0, loops: [] });
  for (const step of steps) {
    for (const { buffer } of step.action.operands) {
      append(moments, buffer, step);
      append(uses, buffer, step);
    }
  }
  for (const buffer of outputs) append(moments, buffer, { at: steps.length + 1, loops: [] });
  return new Map(
    [...moments].map(([buffer, list]) => [buffer, { ...rangeOf(list), uses: uses.get(buffer) ?? [] }] as const),
  );
}

function append<T>(lists: Map<Buffer, T[]>, buffer: Buffer, entry: T): void {
  if (buffer.place.kind !== "arena") return;
  const list = lists.get(buffer);
  if (list === undefined) lists.set(buffer, [entry]);
  else list.push(entry);
}

/** From the first to the last moment; where one is in a loop that another is not in, the whole loop. */
function rangeOf(moments: readonly Moment[]): Omit<LiveRange, "uses"> {
  const [{ loops: shared } = { loops: [] }] = moments;
  let depth = shared.length;
  for (const { loops } of moments) {
    let common = 0;
    while (common < depth && loops[common] === shared[common]) common++;
    depth = common;
  }
  let first = Infinity;
  let last = -1;
  for (const { at, loops } of moments) {
    first = Math.min(first, loops[depth]?.first ?? at);
    last = Math.max(last, loops[depth]?.last ?? at);
  }
  return { first, last, loops: shared.slice(0, depth) };
}
