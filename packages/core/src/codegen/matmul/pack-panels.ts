/** Copying of neighboring panels: some rows of all of them at a time, so that what lies side by side is read together. */
import type { FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import { pointers, sharedFunction } from "./function-cache.js";
import { advance } from "./lanes.js";
import { emitPackPanel, type PackShape } from "./pack-panel.js";

/** Rows at a time: where they are a power of two apart, the fastest cache holds few of them. */
const ROWS = 16;

/** The function (source, panels, rows, count): `count` panels, one after the other, each as `emitPackPanel` makes it. */
export function emitPackPanels(shape: PackShape, module: ModuleBuilder): FunctionReference {
  const pack = emitPackPanel(shape, module);
  const { columns, source: layout, step } = shape;
  return sharedFunction(module, { name: "pack-panels", ...shape }, pointers(4), (f) => {
    const [source, panels, rows, count] = f.parameters as [Local, Local, Local, Local];
    const [from, to, panel] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const packAll = (some: Local): void => {
      f.get(source).set(from).get(panels).set(to);
      f.count(panel, count, 1, () => {
        f.get(from).get(to).get(some).call(pack);
        advance(f, from, 4 * columns * layout.column);
        f.get(to)
          .get(rows)
          .i32(4 * step)
          .op("i32.mul")
          .op("i32.add")
          .set(to);
      });
    };
    if (layout.column !== 1) packAll(rows);
    else {
      const [done, some] = [f.local("i32"), f.local("i32")];
      f.count(done, rows, ROWS, () => {
        f.get(rows).get(done).op("i32.sub").tee(some).i32(ROWS);
        f.get(some).i32(ROWS).op("i32.lt_u").op("select").set(some);
        packAll(some);
        advance(f, source, 4 * ROWS * layout.row);
        advance(f, panels, 4 * ROWS * step);
      });
      f.free(done, some);
    }
    f.free(from, to, panel);
  });
}
