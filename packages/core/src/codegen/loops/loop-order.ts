/** The order in which loops are nested, for vectors along one of them. */
import type { LoopNest } from "../loop-nest.js";
import { strideAlong, type LoopAxis } from "./loop-axes.js";
import { accessesOf, countedAxes } from "./nest-expressions.js";

/** Loops, outermost first. */
export interface LoopOrder {
  readonly loops: readonly LoopAxis[];
  /** Position of the vector loop. */
  readonly vector: number;
  /** Position from which on partial results are kept in registers; behind the last loop if nothing is reduced. */
  readonly reduced: number;
  /** Whether a reduced loop is outside: results are combined with what is in memory, which starts with the identities. */
  readonly isPartial: boolean;
}

/** Elements from which on one step leaves what the processor fetches by itself. */
const FAR = 256;
/** Elements that do not fit into the fastest memory. */
const MANY = 1 << 16;
/** Elements of a transposed axis that pay for a loop of their own. */
const SOME = 8;
/** Rows that are summed before the next columns. */
const ROWS = { least: 16, most: 50 };

/** The order for vectors along the loop at this position; loops that are reduced come behind those that are not. */
export function orderLoops(nest: LoopNest, loops: readonly LoopAxis[], position: number, width: number): LoopOrder {
  const vector = loops[position]!;
  const kept = loops.filter((loop) => loop !== vector && !loop.isReduced);
  const reduced = loops.filter((loop) => loop !== vector && loop.isReduced);
  if (vector.isReduced) return order([...kept, ...reduced, vector], vector, kept.length, false);
  if (reduced.length > 0) {
    const [outer, ...inner] = reduced;
    const rows = isFarApart(nest, outer!, vector) ? rowsOf(nest, outer!) : undefined;
    if (rows === undefined) return order([...kept, vector, ...reduced], vector, kept.length + 1, false);
    const [parts, part] = split(outer!, rows);
    return order([parts, ...kept, vector, part, ...inner], vector, kept.length + 2, true);
  }
  const isFree = width > 1 && nest.stores.every(({ mode }) => mode.kind === "set");
  const across = isFree ? acrossLoop(nest, kept, vector) : undefined;
  const others = kept.filter((loop) => loop !== across);
  return order([...others, vector, ...(across === undefined ? [] : [across])], vector, loops.length, false);
}

function order(loops: readonly LoopAxis[], vector: LoopAxis, reduced: number, isPartial: boolean): LoopOrder {
  return { loops, vector: loops.indexOf(vector), reduced, isPartial };
}

/**
 * The loop along which elements that vectors collect from afar lie side by side. Run inside, it uses all of what was
 * fetched for the first of them.
 */
function acrossLoop(nest: LoopNest, kept: readonly LoopAxis[], vector: LoopAxis): LoopAxis | undefined {
  if (vector.extent < SOME) return undefined;
  const apart = accessesOf(nest).filter((access) => Math.abs(strideAlong(access, vector)) > 1);
  return kept.find((loop) => loop.extent >= SOME && apart.some((access) => Math.abs(strideAlong(access, loop)) === 1));
}

/** Whether rows are so long, and so many, that columns are better summed a few rows at a time. */
function isFarApart(nest: LoopNest, rows: LoopAxis, columns: LoopAxis): boolean {
  return (
    columns.extent >= FAR &&
    accessesOf(nest).some((access) => {
      const stride = Math.abs(strideAlong(access, rows));
      return stride >= FAR && stride * rows.extent >= MANY && strideAlong(access, columns) !== 0;
    })
  );
}

/** How many rows to sum at a time, so that no part is smaller. */
function rowsOf(nest: LoopNest, { extent, axis }: LoopAxis): number | undefined {
  if (countedAxes(nest).has(axis!)) return undefined;
  for (let rows = ROWS.most; rows >= ROWS.least; rows--) if (extent % rows === 0 && rows < extent) return rows;
  return undefined;
}

/** One loop as two: over parts, and over the indices in a part. */
function split(loop: LoopAxis, size: number): readonly [LoopAxis, LoopAxis] {
  return [
    { ...loop, extent: loop.extent / size, step: loop.step * size },
    { ...loop, extent: size },
  ];
}
