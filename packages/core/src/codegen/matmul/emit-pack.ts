/** Packing of a whole matrix: its panels from left to right. */
import type { MatrixLayout, PackKernel } from "../kernel.js";
import type { FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Target } from "../wasm/target.js";
import { pointers } from "./function-cache.js";
import { advance } from "./lanes.js";
import { emitPackPanels } from "./pack-panels.js";
import { panelGroups } from "./panels.js";
import { scalarPack } from "./scalar.js";
import { tuningOf } from "./tuning.js";

/** Floats that packed B takes: its columns padded to whole vectors. */
export function packedFloats(inner: number, columns: number, target: Target): number {
  return inner * (target.simd ? 4 * Math.ceil(columns / 4) : columns);
}

/** Whether it pays to pack B by a kernel of its own, before one product of so many rows or, if it is reused, many. */
export function packingOf(
  rows: number,
  inner: number,
  columns: number,
  b: MatrixLayout,
  target: Target,
  isReused: boolean,
): boolean {
  if (!target.simd || !isReused || inner <= 1 || columns <= 1 || rows === 0) return false;
  return b.column !== 1 || rows > 1 || inner * b.row > tuningOf(target).nearFloats;
}

/** The function (b, panels): panel after panel, in each the rows of B without gaps. */
export function emitPack(kernel: PackKernel, module: ModuleBuilder, target: Target): FunctionReference {
  const { inner, columns } = kernel;
  const source = {
    row: inner === 1 ? columns : kernel.b.row,
    column: columns === 1 ? 1 : kernel.b.column,
  };
  return module.addFunction(pointers(2), (f) => {
    if (inner === 0 || columns === 0) return;
    const [b, panels] = f.parameters as [Local, Local];
    if (!target.simd || source.row < 0 || source.column < 0) {
      scalarPack(f, kernel, target);
      return;
    }
    for (const group of panelGroups(columns, kernel.panels)) {
      const step = 4 * group.vectors;
      const pack = emitPackPanels({ columns: group.columns, source, step }, module);
      f.get(b).get(panels).i32(inner).i32(group.count).call(pack);
      advance(f, b, 4 * step * group.count * source.column);
      advance(f, panels, 4 * step * group.count * inner);
    }
  });
}
