/** One block of rows and of the inner axis: panels of B, and in each tiles of A. */
import type { MatmulKernel, MatrixLayout } from "../kernel.js";
import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import { advance } from "./lanes.js";
import { emitPackPanel } from "./pack-panel.js";
import { emitPackPanels } from "./pack-panels.js";
import { emitPanel } from "./panel.js";
import type { PanelGroup } from "./panels.js";
import type { TilePlan } from "./plan-matmul.js";
import { tileRows, type TileRun } from "./tile-rows.js";

/** What the parts of the code share. */
export interface BlockContext {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly kernel: MatmulKernel;
  readonly plan: TilePlan;
  readonly relaxed: boolean;
  /** Where the current block of A, its rows of C and init, and B's block along the inner axis start. */
  readonly a: Local;
  readonly b: Local;
  readonly c: Local;
  readonly init: Local | undefined;
  /** Scratch: panels of B, then a block of A. */
  readonly panel: Local | undefined;
  readonly block: Local;
  /** Steps of the inner axis before the current block, and in it. */
  readonly done: Local;
  readonly steps: Local;
}

/** Panels of one width, and what moves from one to the next. */
interface Walk {
  readonly group: PanelGroup;
  /** The panel's function for each run of tiles, and where the run starts. */
  readonly runs: readonly (TileRun & { readonly panel: FunctionReference })[];
  /** Where the current panel of B starts, its columns of C, and of init if it is not C. */
  readonly b: Local;
  readonly c: Local;
  readonly init: Local | undefined;
  readonly initLayout: MatrixLayout | undefined;
}

/** The block's panels from left to right; the sums start from init in the first block of the inner axis, then from C. */
export function emitBlock(context: BlockContext, rows: number, isFirst: boolean): void {
  const { f, kernel, plan } = context;
  const [b, c, counter] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const initLayout = isFirst ? kernel.init : { row: kernel.c, column: 1 };
  const init = isFirst && context.init ? f.local("i32") : undefined;
  // Copied tiles of A are the same for all panels.
  const widest = plan.groups[0]!.vectors;
  const tilesOf = (vectors: number): readonly TileRun[] => tileRows(rows, plan.packsA ? widest : vectors, plan.tuning);
  if (plan.packsA) packTiles(context, tilesOf(widest));
  for (const group of plan.groups) {
    startGroup(context, group, isFirst, b, c, init);
    const runs = tilesOf(group.vectors).map((run) => ({
      ...run,
      panel: panelFunction(context, group, run, initLayout),
    }));
    const walk = { group, runs, b, c, init, initLayout };
    if (plan.packedPanels === 0) somePanels(context, walk, group.count);
    else {
      const whole = Math.floor(group.count / plan.packedPanels);
      f.count(counter, whole, 1, () => {
        packedPanels(context, walk, plan.packedPanels);
      });
      packedPanels(context, walk, group.count - whole * plan.packedPanels);
    }
  }
  f.free(b, c, counter, ...(init ? [init] : []));
}

/** So many panels, copied first. */
function packedPanels(context: BlockContext, walk: Walk, count: number): void {
  const { f, kernel, module, panel, steps } = context;
  const { columns, vectors } = walk.group;
  if (count === 0 || panel === undefined) return;
  const b = f.local("i32");
  const pack = emitPackPanels({ columns, source: kernel.b as MatrixLayout, step: 4 * vectors }, module);
  f.get(walk.b).get(panel).tee(b).get(steps).i32(count).call(pack);
  somePanels(context, { ...walk, b }, count);
  advance(f, walk.b, 4 * count * panelDistance(kernel, walk.group));
  f.free(b);
}

/** So many panels, as they lie. */
function somePanels(context: BlockContext, { group, runs, b, c, init, initLayout }: Walk, panels: number): void {
  const { f, kernel, plan, a, block, steps } = context;
  const counter = f.local("i32");
  f.count(counter, panels, 1, () => {
    for (const { panel, count, start } of runs) {
      if (plan.packsA) shifted(f, block, start, steps);
      else
        f.get(a)
          .i32(4 * start * kernel.a.row)
          .op("i32.add");
      f.get(b);
      f.get(c)
        .i32(4 * start * kernel.c)
        .op("i32.add");
      if (initLayout)
        f.get(init ?? c)
          .i32(4 * start * initLayout.row)
          .op("i32.add");
      f.get(steps).i32(count).call(panel);
    }
    if (plan.packedPanels > 0) {
      shifted(f, b, 4 * group.vectors, steps);
      f.set(b);
    } else advance(f, b, 4 * panelDistance(kernel, group));
    advance(f, c, 16 * group.vectors);
    if (init && kernel.init) advance(f, init, 16 * group.vectors * kernel.init.column);
  });
  f.free(counter);
}

/** Pointers to the group's first panel. */
function startGroup(
  { f, kernel, b: from, c: row, init: rowOfInit, done }: BlockContext,
  { start, vectors }: PanelGroup,
  isFirst: boolean,
  b: Local,
  c: Local,
  init: Local | undefined,
): void {
  f.get(from)
    .i32(4 * start * (kernel.b === "packed" ? kernel.inner : kernel.b.column))
    .op("i32.add")
    .set(b);
  if (kernel.b === "packed" && !isFirst)
    f.get(b)
      .get(done)
      .i32(16 * vectors)
      .op("i32.mul")
      .op("i32.add")
      .set(b);
  f.get(row)
    .i32(4 * start)
    .op("i32.add")
    .set(c);
  if (init && rowOfInit)
    f.get(rowOfInit)
      .i32(4 * start * kernel.init!.column)
      .op("i32.add")
      .set(init);
}

/** Elements from one panel of a group to the next. */
function panelDistance({ b, inner }: MatmulKernel, { vectors }: PanelGroup): number {
  return 4 * vectors * (b === "packed" ? inner : b.column);
}

function panelFunction(
  { module, kernel, plan, relaxed }: BlockContext,
  { vectors, columns }: PanelGroup,
  { height }: TileRun,
  init: MatrixLayout | undefined,
): FunctionReference {
  const isPacked = kernel.b === "packed" || plan.packedPanels > 0;
  const shape = {
    height,
    columns,
    a: plan.packsA ? { row: 1, column: height } : kernel.a,
    isPackedA: plan.packsA,
    b: isPacked ? 4 * vectors : kernel.b.row,
    isPaddedB: isPacked,
    c: kernel.c,
    init,
    relaxed,
  };
  return emitPanel(shape, module);
}

/** Copies the rows of A's block, tile after tile, in each one column after the other. */
function packTiles({ f, module, kernel, a, block, steps }: BlockContext, tiles: readonly TileRun[]): void {
  const [from, to, counter] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const source = { row: kernel.a.column, column: kernel.a.row };
  for (const { height, count, start } of tiles) {
    const pack = emitPackPanel({ columns: height, source, step: height }, module);
    f.get(a)
      .i32(4 * start * kernel.a.row)
      .op("i32.add")
      .set(from);
    shifted(f, block, start, steps);
    f.set(to);
    f.count(counter, count, 1, () => {
      f.get(from).get(to).get(steps).call(pack);
      advance(f, from, 4 * height * kernel.a.row);
      shifted(f, to, height, steps);
      f.set(to);
    });
  }
  f.free(from, to, counter);
}

/** Leaves pointer + 4 · rows · steps on the stack. */
function shifted(f: FunctionBuilder, pointer: Local, rows: number, steps: Local): void {
  f.get(pointer);
  if (rows > 0)
    f.get(steps)
      .i32(4 * rows)
      .op("i32.mul")
      .op("i32.add");
}
