/** Products and packing one element at a time: for engines without vectors, and layouts that run backwards. */
import type { MatmulKernel, MatrixLayout, PackKernel } from "../kernel.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import type { Target } from "../wasm/target.js";
import { advance } from "./lanes.js";
import { panelGroups } from "./panels.js";

/** C = init + A B, each element along the inner axis in order. */
export function scalarMatmul(f: FunctionBuilder, kernel: MatmulKernel): void {
  const { rows, inner, columns, a, c, init } = kernel;
  const b = kernel.b === "packed" ? { row: columns, column: 1 } : kernel.b;
  const [pa, pb, pc] = f.parameters as [Local, Local, Local];
  const pi = init && f.parameters[3];
  const [i, j, k] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const [x, y, sum] = [f.local("i32"), f.local("i32"), f.local("f32")];
  f.count(i, rows, 1, () => {
    f.count(j, columns, 1, () => {
      if (pi) f.get(pi).memory("f32.load").set(sum);
      else f.f32(0).set(sum);
      f.get(pa).set(x).get(pb).set(y);
      f.count(k, inner, 1, () => {
        f.get(sum).get(x).memory("f32.load").get(y).memory("f32.load").op("f32.mul").op("f32.add").set(sum);
        advance(f, x, 4 * a.column);
        advance(f, y, 4 * b.row);
      });
      f.get(pc).get(sum).memory("f32.store");
      advance(f, pb, 4 * b.column);
      advance(f, pc, 4);
      if (pi) advance(f, pi, 4 * init.column);
    });
    advance(f, pa, 4 * a.row);
    advance(f, pb, -4 * columns * b.column);
    advance(f, pc, 4 * (c - columns));
    if (pi) advance(f, pi, 4 * (init.row - columns * init.column));
  });
}

/** C = init or 0. */
export function scalarInit(f: FunctionBuilder, { rows, columns, c, init }: MatmulKernel): void {
  const from = f.parameters[3] ?? f.local("i32");
  const zero = f.local("f32");
  copyMatrix(f, rows, columns, [from, init ?? { row: 0, column: 0 }], [f.parameters[2]!, { row: c, column: 1 }], () => {
    if (init) f.get(from).memory("f32.load");
    else f.get(zero);
  });
}

/** B as panels; without vectors, B row-major. */
export function scalarPack(f: FunctionBuilder, kernel: PackKernel, { simd }: Target): void {
  const { inner, columns, b: source } = kernel;
  const [b, panels] = f.parameters as [Local, Local];
  const element = (): void => {
    f.get(b).memory("f32.load");
  };
  if (!simd) {
    copyMatrix(f, inner, columns, [b, source], [panels, { row: columns, column: 1 }], element);
    return;
  }
  f.get(panels)
    .i32(0)
    .i32(4 * inner * 4 * Math.ceil(columns / 4))
    .memoryFill();
  for (const group of panelGroups(columns, kernel.panels)) {
    const step = 4 * group.vectors;
    f.count(f.local("i32"), group.count, 1, () => {
      copyMatrix(f, inner, group.columns, [b, source], [panels, { row: step, column: 1 }], element);
      advance(f, b, 4 * (step * source.column - inner * source.row));
    });
  }
}

/** Stores an element per row and column while both pointers move; afterwards they are behind the last row. */
function copyMatrix(
  f: FunctionBuilder,
  rows: number,
  columns: number,
  [from, source]: readonly [Local, MatrixLayout],
  [to, target]: readonly [Local, MatrixLayout],
  element: () => void,
): void {
  const [i, j] = [f.local("i32"), f.local("i32")];
  f.count(i, rows, 1, () => {
    f.count(j, columns, 1, () => {
      f.get(to);
      element();
      f.memory("f32.store");
      advance(f, from, 4 * source.column);
      advance(f, to, 4 * target.column);
    });
    advance(f, from, 4 * (source.row - columns * source.column));
    advance(f, to, 4 * (target.row - columns * target.column));
  });
  f.free(i, j);
}
