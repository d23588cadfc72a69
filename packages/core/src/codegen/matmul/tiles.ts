/** Blocks around the innermost loops: of the inner axis, then of rows. */
import type { MatmulKernel } from "../kernel.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Target } from "../wasm/target.js";
import { emitBlock, type BlockContext } from "./block.js";
import { advance } from "./lanes.js";
import type { TilePlan } from "./plan-matmul.js";

/** The whole product, from the function's parameters. */
export function emitTiles(
  f: FunctionBuilder,
  kernel: MatmulKernel,
  plan: TilePlan,
  module: ModuleBuilder,
  target: Target,
): void {
  const [a, b, c] = f.parameters as [Local, Local, Local];
  const context: BlockContext = {
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

function innerBlocks(context: BlockContext): void {
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

function rowBlocks(context: BlockContext, isFirst: boolean): void {
  const { f, kernel, plan } = context;
  const { rows } = kernel;
  const whole = Math.floor((rows - 1) / plan.rowBlock);
  if (whole === 0) {
    emitBlock(context, rows, isFirst);
    return;
  }
  const [a, c] = [f.local("i32"), f.local("i32")];
  const init = context.init && f.local("i32");
  f.get(context.a).set(a).get(context.c).set(c);
  if (context.init && init) f.get(context.init).set(init);
  const inside = { ...context, a, c, init };
  const counter = f.local("i32");
  f.count(counter, whole, 1, () => {
    emitBlock(inside, plan.rowBlock, isFirst);
    advance(f, a, 4 * plan.rowBlock * kernel.a.row);
    advance(f, c, 4 * plan.rowBlock * kernel.c);
    if (init && kernel.init) advance(f, init, 4 * plan.rowBlock * kernel.init.row);
  });
  emitBlock(inside, rows - whole * plan.rowBlock, isFirst);
  f.free(a, c, counter, ...(init ? [init] : []));
}
