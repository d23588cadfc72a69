/** The innermost loops of a product: one panel of B and a number of tiles of A's rows, in a function of its own. */
import type { MatrixLayout } from "../kernel.js";
import type { FunctionBuilder, FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import { pointers, sharedFunction } from "./function-cache.js";
import { advance, lanesOf, loadLanes, storeLanes } from "./lanes.js";

/** All that the code of a panel depends on. Distances are in elements. */
export interface PanelShape {
  readonly height: number;
  /** Columns; the vectors are as many as are needed for them. */
  readonly columns: number;
  readonly a: MatrixLayout;
  /** The tiles of A lie one after the other. */
  readonly isPackedA: boolean;
  /** Distance of B's rows. */
  readonly b: number;
  /** Lanes of B's last vector that may be read. */
  readonly isPaddedB: boolean;
  readonly c: number;
  readonly init: MatrixLayout | undefined;
  readonly relaxed: boolean;
}

/**
 * The function (a, b, c, init if there is one, steps, tiles): for each tile of `height` rows, C = init + A B over `steps`
 * > 0 elements of the inner axis, in order. It is called many times, so that engines optimize it early.
 */
export function emitPanel(shape: PanelShape, module: ModuleBuilder): FunctionReference {
  const { height, columns, a, c, init } = shape;
  const vectors = Math.ceil(columns / 4);
  return sharedFunction(module, { name: "panel", ...shape }, pointers(init ? 6 : 5), (f) => {
    const [pa, pb, pc] = f.parameters as [Local, Local, Local];
    const pi = init ? f.parameters[3]! : undefined;
    const [steps, tiles] = f.parameters.slice(-2) as [Local, Local];
    const sums = Array.from({ length: height * vectors }, () => f.local("v128"));
    const locals = { pa: f.local("i32"), pb: f.local("i32"), end: f.local("i32"), sums };
    f.loop(({ exitIf }) => {
      startSums(f, shape, sums, pi);
      f.get(pa).set(locals.pa).get(pb).tee(locals.pb);
      stepLoop(f, shape, locals, steps);
      for (const [i, sum] of sums.entries()) {
        const [row, vector] = [Math.floor(i / vectors), i % vectors];
        storeLanes(f, pc, sum, 4 * (row * c + 4 * vector), lanesOf(columns, vector));
      }
      if (shape.isPackedA) f.get(locals.pa).set(pa);
      else advance(f, pa, 4 * height * a.row);
      advance(f, pc, 4 * height * c);
      if (pi && init) advance(f, pi, 4 * height * init.row);
      f.get(tiles).i32(1).op("i32.sub").tee(tiles);
      exitIf();
    });
  });
}

interface StepLocals {
  readonly pa: Local;
  readonly pb: Local;
  readonly end: Local;
  readonly sums: readonly Local[];
}

function startSums(f: FunctionBuilder, { columns, init }: PanelShape, sums: readonly Local[], pi?: Local): void {
  const vectors = Math.ceil(columns / 4);
  for (const [i, sum] of sums.entries()) {
    const [row, vector] = [Math.floor(i / vectors), i % vectors];
    if (!init || !pi) f.splat("f32", 0).set(sum);
    else if (init.column === 0)
      f.get(pi)
        .memory("v128.load32_splat", 4 * row * init.row)
        .set(sum);
    else {
      loadLanes(f, pi, 4 * (row * init.row + 4 * vector), lanesOf(columns, vector));
      f.set(sum);
    }
  }
}

/** The loop over the inner axis, one step per turn: engines unroll it themselves. B's pointer is on the stack. */
function stepLoop(f: FunctionBuilder, shape: PanelShape, locals: StepLocals, steps: Local): void {
  const { pa, pb, end } = locals;
  const distance = 4 * shape.b;
  f.get(steps).i32(distance).op("i32.mul").op("i32.add").set(end);
  f.loop(({ exitIf }) => {
    step(f, shape, locals);
    advance(f, pa, 4 * shape.a.column);
    f.get(pb).i32(distance).op("i32.add").tee(pb).get(end).op("i32.lt_u");
    exitIf();
  });
}

/** One column of A times one row of B. Whatever is used more than once gets a local, nothing else. */
function step(f: FunctionBuilder, shape: PanelShape, { pa, pb, sums }: StepLocals): void {
  const { height, columns, a, isPaddedB } = shape;
  const vectors = Math.ceil(columns / 4);
  const loadB = (vector: number): void => {
    loadLanes(f, pb, 16 * vector, isPaddedB ? 4 : lanesOf(columns, vector));
  };
  const x = f.local("v128");
  const row = Array.from({ length: height === 1 ? 0 : vectors }, (_, vector) => {
    const local = f.local("v128");
    loadB(vector);
    f.set(local);
    return local;
  });
  for (let i = 0; i < height; i++) {
    f.get(pa)
      .memory("v128.load32_splat", 4 * i * a.row)
      .set(x);
    for (let vector = 0; vector < vectors; vector++) {
      const y = row[vector];
      multiplyAdd(f, sums[i * vectors + vector]!, shape.relaxed, () => {
        f.get(x);
        if (y) f.get(y);
        else loadB(vector);
      });
    }
  }
  f.free(x, ...row);
}

/** sum += x · y, with one rounding if the target has it; `factors` leaves x and y on the stack. */
export function multiplyAdd(f: FunctionBuilder, sum: Local, relaxed: boolean, factors: () => void): void {
  if (!relaxed) f.get(sum);
  factors();
  if (relaxed) f.get(sum).op("f32x4.relaxed_madd").set(sum);
  else f.op("f32x4.mul").op("f32x4.add").set(sum);
}
