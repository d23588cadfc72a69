/** A drawing as Sketch-RNN reads it: how far the pen moves, and what it does then. */

/** A place on the paper, x to the right and y down. */
export type Point = readonly [x: number, y: number];

/** What the pen does after a move: it goes on writing, it is lifted, or the drawing is done. */
export const PEN = { writes: 0, isLifted: 1, isDone: 2 } as const;

/** A drawing from its first point on. The end of the drawing is no move of its own here. */
export interface Sketch {
  /** (Δx, Δy) of each move. */
  readonly offsets: readonly Point[];
  /** After each move. */
  readonly pens: readonly number[];
}

/** The moves that draw lines of two points or more one after the other; where the first one begins is forgotten. */
export function sketchOf(lines: readonly (readonly Point[])[]): Sketch {
  const points = lines.flat();
  const ends = lines.flatMap((line) => line.map((_, i) => i === line.length - 1));
  return {
    offsets: points.slice(1).map(([x, y], i) => [x - points[i]![0], y - points[i]![1]]),
    pens: ends.slice(1).map((isEnd) => (isEnd ? PEN.isLifted : PEN.writes)),
  };
}

/** The lines that moves draw, from (0, 0), until the drawing is done. */
export function linesOf({ offsets, pens }: Sketch): Point[][] {
  const lines: Point[][] = [];
  let [at, line]: [Point, Point[]] = [[0, 0], [[0, 0]]];
  for (const [i, [dx, dy]] of offsets.entries()) {
    if (pens[i] === PEN.isDone) break;
    at = [at[0] + dx, at[1] + dy];
    line.push(at);
    if (pens[i] === PEN.writes) continue;
    lines.push(line);
    line = [];
  }
  return [...lines, line].filter(({ length }) => length > 1);
}

/** The first half of a drawing's lines: what somebody else may go on with. */
export function beginningOf({ offsets, pens }: Sketch): Sketch {
  const ends = pens.flatMap((pen, i) => (pen === PEN.isLifted ? [i + 1] : []));
  const moves = ends[Math.ceil(ends.length / 2) - 1] ?? 0;
  return { offsets: offsets.slice(0, moves), pens: pens.slice(0, moves) };
}
