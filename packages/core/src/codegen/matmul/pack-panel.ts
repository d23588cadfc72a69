/** Copying of one panel: a few columns of a matrix, row after row without gaps. */
import type { MatrixLayout } from "../kernel.js";
import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import { pointers, sharedFunction } from "./function-cache.js";
import { advance, lanesOf, loadLanes, storeLanes } from "./lanes.js";

/** All that the code of packing depends on. */
export interface PackShape {
  readonly columns: number;
  readonly source: MatrixLayout;
  /** Distance of rows in the panel: at least `columns`; what is between is filled with zeros if it is a whole vector. */
  readonly step: number;
}

/** The function (source, panel, rows) for rows > 0. */
export function emitPackPanel(shape: PackShape, module: ModuleBuilder): FunctionReference {
  return sharedFunction(module, { name: "pack", ...shape }, pointers(3), (f) => {
    const [source, panel, rows] = f.parameters as [Local, Local, Local];
    const { row, column } = shape.source;
    const rowLoop = (copy: () => void): void => {
      f.loop(({ exitIf }) => {
        copy();
        advance(f, source, 4 * row);
        advance(f, panel, 4 * shape.step);
        f.get(rows).i32(1).op("i32.sub").tee(rows);
        exitIf();
      });
    };
    if (column === 1) {
      rowLoop(() => {
        copyRow(f, shape, source, panel);
      });
      return;
    }
    if (row === 1) transposeRows(f, shape, source, panel, rows);
    f.get(rows).if(() => {
      rowLoop(() => {
        gatherRow(f, shape, source, panel);
      });
    });
  });
}

/** Lanes of the panel's vector that are written. */
function writtenLanes({ columns, step }: PackShape, vector: number): number {
  return step % 4 === 0 ? 4 : lanesOf(columns, vector);
}

function copyRow(f: FunctionBuilder, shape: PackShape, source: Local, panel: Local): void {
  const value = f.local("v128");
  for (let vector = 0; 4 * vector < shape.columns; vector++) {
    loadLanes(f, source, 16 * vector, lanesOf(shape.columns, vector));
    f.set(value);
    storeLanes(f, panel, value, 16 * vector, writtenLanes(shape, vector));
  }
  f.free(value);
}

/** One element after the other, whatever the distances. */
function gatherRow(f: FunctionBuilder, shape: PackShape, source: Local, panel: Local): void {
  const { columns, source: layout } = shape;
  const value = f.local("v128");
  for (let vector = 0; 4 * vector < columns; vector++) {
    for (let lane = 0; lane < lanesOf(columns, vector); lane++) {
      const offset = 4 * (4 * vector + lane) * layout.column;
      f.get(source);
      if (lane === 0) f.memory("v128.load32_zero", offset);
      else f.get(value).laneMemory("v128.load32_lane", lane, offset);
      f.set(value);
    }
    storeLanes(f, panel, value, 16 * vector, writtenLanes(shape, vector));
  }
  f.free(value);
}

/** Four rows per turn, each vector of four columns as a block of 4 × 4 elements; leaves the rows that remain, 0 to 3. */
function transposeRows(f: FunctionBuilder, shape: PackShape, source: Local, panel: Local, rows: Local): void {
  f.get(rows)
    .i32(4)
    .op("i32.ge_u")
    .if(() => {
      f.loop(({ exitIf }) => {
        for (let vector = 0; 4 * vector < shape.columns; vector++) transposeBlock(f, shape, vector, source, panel);
        advance(f, source, 16);
        advance(f, panel, 16 * shape.step);
        f.get(rows).i32(4).op("i32.sub").tee(rows).i32(4).op("i32.ge_u");
        exitIf();
      });
    });
}

function transposeBlock(f: FunctionBuilder, shape: PackShape, vector: number, source: Local, panel: Local): void {
  const present = lanesOf(shape.columns, vector);
  const column = (lane: number): Local => {
    const local = f.local("v128");
    if (lane < present) f.get(source).memory("v128.load", 4 * (4 * vector + lane) * shape.source.column);
    else f.splat("f32", 0);
    f.set(local);
    return local;
  };
  const columns: Four = [column(0), column(1), column(2), column(3)];
  const rows = transpose(f, columns);
  for (const [i, row] of rows.entries())
    storeLanes(f, panel, row, 4 * (i * shape.step + 4 * vector), writtenLanes(shape, vector));
  f.free(...columns, ...rows);
}

/** Four vectors. */
export type Four = readonly [Local, Local, Local, Local];

/** Rows of the 4 × 4 block of which the columns are given, in new locals. */
export function transpose(f: FunctionBuilder, [a, b, c, d]: Four): Four {
  const words = (...numbers: number[]): number[] => numbers.flatMap((n) => [4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3]);
  const mix = (x: Local, y: Local, ...numbers: number[]): Local => {
    const local = f.local("v128");
    f.get(x)
      .get(y)
      .shuffle(words(...numbers))
      .set(local);
    return local;
  };
  const [low, high] = [mix(a, b, 0, 4, 1, 5), mix(a, b, 2, 6, 3, 7)];
  const [low2, high2] = [mix(c, d, 0, 4, 1, 5), mix(c, d, 2, 6, 3, 7)];
  const rows: Four = [
    mix(low, low2, 0, 1, 4, 5),
    mix(low, low2, 2, 3, 6, 7),
    mix(high, high2, 0, 1, 4, 5),
    mix(high, high2, 2, 3, 6, 7),
  ];
  f.free(low, high, low2, high2);
  return rows;
}
