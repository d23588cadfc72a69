/** Products with few rows and columns of B that lie contiguous: sums of vectors along the inner axis. */
import type { MatmulKernel, MatrixLayout } from "../kernel.js";
import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Target } from "../wasm/target.js";
import { pointers, sharedFunction } from "./function-cache.js";
import { advance, loadLanes, storeLanes } from "./lanes.js";
import { transpose, type Four } from "./pack-panel.js";
import { multiplyAdd } from "./panel.js";

/** What the code of one row's dot products depends on. */
interface DotShape {
  readonly inner: number;
  /** Columns at a time, 1 to 4, and vectors of the inner axis per turn. */
  readonly columns: number;
  readonly turn: number;
  /** Distance of B's columns. */
  readonly b: number;
  readonly init: 0 | 1 | undefined;
  readonly relaxed: boolean;
}

/** Calls the dot products of all rows. */
export function emitDots(f: FunctionBuilder, kernel: MatmulKernel, module: ModuleBuilder, { relaxed }: Target): void {
  const { rows, inner, columns, a, c, init } = kernel;
  const b = (kernel.b as MatrixLayout).column;
  const [pa, pb, pc] = f.parameters as [Local, Local, Local];
  const pi = init && f.parameters[3];
  const shape = { inner, b, init: init && (init.column === 0 ? 0 : 1), relaxed, turn: 2 } as const;
  const part = (wide: number, first: number, count: number, row: number): void => {
    if (count === 0) return;
    const dots = emitDot({ ...shape, columns: wide }, module);
    f.get(pa)
      .i32(4 * row * a.row)
      .op("i32.add");
    f.get(pb)
      .i32(4 * first * b)
      .op("i32.add");
    f.get(pc)
      .i32(4 * (row * c + first))
      .op("i32.add");
    if (pi)
      f.get(pi)
        .i32(4 * (row * init.row + first * init.column))
        .op("i32.add");
    f.i32(count).call(dots);
  };
  const whole = Math.floor(columns / 4);
  for (let row = 0; row < rows; row++) {
    part(4, 0, whole, row);
    part(columns % 4, 4 * whole, columns % 4 === 0 ? 0 : 1, row);
  }
}

/** The function (a, b, c, init if there is one, count): `count` times so many columns. */
function emitDot(shape: DotShape, module: ModuleBuilder): FunctionReference {
  const { columns, b, init } = shape;
  return sharedFunction(module, { name: "dot", ...shape }, pointers(init === undefined ? 4 : 5), (f) => {
    const [a, pb, c] = f.parameters as [Local, Local, Local];
    const pi = init === undefined ? undefined : f.parameters[3]!;
    const count = f.parameters.at(-1)!;
    const sums: Four = [f.local("v128"), f.local("v128"), f.local("v128"), f.local("v128")];
    f.loop(({ exitIf }) => {
      sumProducts(f, shape, a, pb, sums.slice(0, columns));
      const rows = transpose(f, sums);
      f.get(rows[0]).get(rows[1]).op("f32x4.add").get(rows[2]).get(rows[3]).op("f32x4.add").op("f32x4.add");
      if (pi) {
        if (init === 0) f.get(pi).memory("v128.load32_splat");
        else loadLanes(f, pi, 0, columns);
        f.op("f32x4.add");
      }
      f.set(rows[0]);
      storeLanes(f, c, rows[0], 0, columns);
      advance(f, pb, 4 * columns * b);
      advance(f, c, 4 * columns);
      if (pi && init === 1) advance(f, pi, 4 * columns);
      f.get(count).i32(1).op("i32.sub").tee(count);
      exitIf();
    });
  });
}

/** Each sum becomes a vector: element k of the products is in lane k mod 4 of the part k / 4 mod turn; parts are added at last. */
function sumProducts(f: FunctionBuilder, shape: DotShape, a: Local, b: Local, sums: readonly Local[]): void {
  const { inner, turn, relaxed } = shape;
  const [pa, pb, end, x] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("v128")];
  const second = Array.from({ length: (turn - 1) * sums.length }, () => f.local("v128"));
  const all = [...sums, ...second];
  for (const sum of all) f.splat("f32", 0).set(sum);
  const vector = (u: number, lanes: number): void => {
    loadLanes(f, pa, 16 * u, lanes);
    f.set(x);
    for (const column of sums.keys())
      multiplyAdd(f, all[u * sums.length + column]!, relaxed, () => {
        f.get(x);
        loadLanes(f, pb, 4 * (4 * u + column * shape.b), lanes);
      });
  };
  f.get(a).set(pa).get(b).set(pb);
  const turns = Math.floor(inner / (4 * turn));
  if (turns > 0) {
    f.get(a)
      .i32(16 * turn * turns)
      .op("i32.add")
      .set(end);
    f.loop(({ exitIf }) => {
      for (let u = 0; u < turn; u++) vector(u, 4);
      advance(f, pb, 16 * turn);
      f.get(pa)
        .i32(16 * turn)
        .op("i32.add")
        .tee(pa)
        .get(end)
        .op("i32.lt_u");
      exitIf();
    });
  }
  const rest = inner - 4 * turn * turns;
  for (let u = 0; 4 * u < rest; u++) vector(u, Math.min(4, rest - 4 * u));
  for (const [i, part] of second.entries()) {
    const sum = sums[i % sums.length]!;
    f.get(sum).get(part).op("f32x4.add").set(sum);
  }
  f.free(pa, pb, end, x, ...second);
}
