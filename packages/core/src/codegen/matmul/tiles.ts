/** Blocks and panels around the innermost loops: inner axis, then rows, then panels of B, then tiles of A. */
import type { MatmulKernel, MatrixLayout } from "../kernel.js";
import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Target } from "../wasm/target.js";
import { advance } from "./lanes.js";
import { emitPackPanel } from "./pack-panel.js";
import { emitPanel } from "./panel.js";
import type { PanelGroup } from "./panels.js";
import type { TilePlan } from "./plan-matmul.js";
import { tileRows, type TileRun } from "./tile-rows.js";

/** What the parts of the code share. */
interface Context {
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
  /** Scratch: a panel of B, then a block of A. */
  readonly panel: Local | undefined;
  readonly block: Local;
  /** Steps of the inner axis before the current block, and in it. */
  readonly done: Local;
  readonly steps: Local;
}

/** The whole product, from the function's parameters. */
export function emitTiles(
  f: FunctionBuilder,
  kernel: MatmulKernel,
  plan: TilePlan,
  module: ModuleBuilder,
  target: Target,
): void {
  const [a, b, c] = f.parameters as [Local, Local, Local];
  const context: Context = {
    f,
    module,
    kernel,
    plan,
    relaxed: target.relaxed,
    a,
    b,
    c,
    init: kernel.init && f.parameters[3]!,
    panel: plan.scratch > 0 ? f.parameters.at(-1)! : undefined,
    block: f.local("i32"),
    done: f.local("i32"),
    steps: f.local("i32"),
  };
  innerBlocks(context);
}

function innerBlocks(context: Context): void {
  const { f, kernel, plan, a, b, done, steps, panel, block } = context;
  const { inner } = kernel;
  if (panel && plan.packsA)
    f.get(panel)
      .i32(4 * plan.scratch - 4 * plan.rowBlock * plan.innerBlock)
      .op("i32.add")
      .set(block);
  f.i32(plan.innerBlock).set(steps);
  rowBlocks(context, true);
  if (plan.innerBlock >= inner) return;
  f.i32(0).set(done);
  f.loop(({ exitIf }) => {
    f.get(done).i32(plan.innerBlock).op("i32.add").set(done);
    advance(f, a, 4 * plan.innerBlock * kernel.a.column);
    if (kernel.b !== "packed") advance(f, b, 4 * plan.innerBlock * kernel.b.row);
    f.i32(inner).get(done).op("i32.sub").tee(steps);
    f.i32(plan.innerBlock)
      .op("i32.gt_u")
      .if(() => {
        f.i32(plan.innerBlock).set(steps);
      });
    rowBlocks(context, false);
    f.get(done)
      .i32(inner - plan.innerBlock)
      .op("i32.lt_u");
    exitIf();
  });
}

function rowBlocks(context: Context, isFirst: boolean): void {
  const { f, kernel, plan } = context;
  const { rows } = kernel;
  const whole = Math.floor((rows - 1) / plan.rowBlock);
  if (whole === 0) {
    panels(context, rows, isFirst);
    return;
  }
  const [a, c] = [f.local("i32"), f.local("i32")];
  const init = context.init && f.local("i32");
  f.get(context.a).set(a).get(context.c).set(c);
  if (context.init && init) f.get(context.init).set(init);
  const inside = { ...context, a, c, init };
  const counter = f.local("i32");
  f.count(counter, whole, 1, () => {
    panels(inside, plan.rowBlock, isFirst);
    advance(f, a, 4 * plan.rowBlock * kernel.a.row);
    advance(f, c, 4 * plan.rowBlock * kernel.c);
    if (init && kernel.init) advance(f, init, 4 * plan.rowBlock * kernel.init.row);
  });
  panels(inside, rows - whole * plan.rowBlock, isFirst);
  f.free(a, c, counter, ...(init ? [init] : []));
}

function panels(context: Context, rows: number, isFirst: boolean): void {
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
    const tiles = tilesOf(group.vectors).map((part) => ({
      ...part,
      panel: panelFunction(context, group, part, initLayout),
    }));
    const pack = plan.packsB ? packFunction(context, group) : undefined;
    f.count(counter, group.count, 1, () => {
      if (pack && context.panel) f.get(b).get(context.panel).get(context.steps).call(pack);
      for (const { panel, count, start } of tiles) {
        if (plan.packsA) shifted(f, context.block, start, context.steps);
        else
          f.get(context.a)
            .i32(4 * start * kernel.a.row)
            .op("i32.add");
        f.get(plan.packsB && context.panel ? context.panel : b);
        f.get(c)
          .i32(4 * start * kernel.c)
          .op("i32.add");
        if (initLayout)
          f.get(init ?? c)
            .i32(4 * start * initLayout.row)
            .op("i32.add");
        f.get(context.steps).i32(count).call(panel);
      }
      advance(f, b, 4 * panelDistance(kernel, group));
      advance(f, c, 16 * group.vectors);
      if (init && kernel.init) advance(f, init, 16 * group.vectors * kernel.init.column);
    });
  }
  f.free(b, c, counter, ...(init ? [init] : []));
}

/** Pointers to the group's first panel. */
function startGroup(
  { f, kernel, b: from, c: row, init: rowOfInit, done }: Context,
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
  { module, kernel, plan, relaxed }: Context,
  { vectors, columns }: PanelGroup,
  { height }: TileRun,
  init: MatrixLayout | undefined,
): FunctionReference {
  const isPaddedB = kernel.b === "packed" || plan.packsB;
  const shape = {
    height,
    columns,
    a: plan.packsA ? { row: 1, column: height } : kernel.a,
    isPackedA: plan.packsA,
    b: kernel.b === "packed" || plan.packsB ? 4 * vectors : kernel.b.row,
    isPaddedB,
    c: kernel.c,
    init,
    relaxed,
  };
  return emitPanel(shape, module);
}

function packFunction({ module, kernel }: Context, { columns, vectors }: PanelGroup): FunctionReference {
  return emitPackPanel({ columns, source: kernel.b as MatrixLayout, step: 4 * vectors }, module);
}

/** Copies the rows of A's block, tile after tile, in each one column after the other. */
function packTiles({ f, module, kernel, a, block, steps }: Context, tiles: readonly TileRun[]): void {
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
