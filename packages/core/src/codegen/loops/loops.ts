/** The loops of a nest, from the outside in. */
import type { Local } from "../wasm/function-builder.js";
import { settlePointer } from "./addresses.js";
import { writeBody } from "./body.js";
import { writeBulk } from "./bulk.js";
import type { Emission } from "./emission.js";
import { countedAxes } from "./nest-expressions.js";
import { Reduction } from "./reduction.js";
import { computeKept } from "./values.js";

/** The whole nest. */
export function writeNest(e: Emission): void {
  const axes = countedAxes(e.plan.nest);
  const counted = new Set([...e.plan.loops.keys()].filter((i) => axes.has(e.plan.loops[i]!.axis ?? -1)));
  e.scope(() => {
    for (const pointer of e.allClasses) {
      if (pointer.start === 0) continue;
      e.f.get(e.pointer(pointer)).i32(pointer.start).op("i32.add");
      e.f.set(e.movePointer(pointer));
    }
    computeKept(e, -1, true, [0]);
    for (const pointer of e.allClasses) settlePointer(e, pointer);
    writeLoops(e, { counted });
  });
}

/** What the loops around know. */
interface Surroundings {
  /** Positions of loops whose index is needed. */
  readonly counted: ReadonlySet<number>;
  readonly reduction?: Reduction;
}

/** The loop at the next position, with all inside it; the body inside the last. */
function writeLoops(e: Emission, around: Surroundings): void {
  const { plan, counters } = e;
  const position = counters.length;
  if (position === plan.reduced && around.reduction === undefined && isReducing(e)) {
    e.scope(() => {
      const reduction = new Reduction(e);
      writeLoops(e, { ...around, reduction });
      reduction.finish(e);
    });
  } else if (position === plan.loops.length) writeBody(e, around.reduction);
  else {
    e.scope(() => {
      writeLoop(e, position, around);
    });
  }
}

function isReducing({ plan }: Emission): boolean {
  return plan.nest.stores[0]!.mode.kind === "reduce";
}

function writeLoop(e: Emission, position: number, around: Surroundings): void {
  const { plan } = e;
  if (position === plan.vector && writeBulk(e)) return;
  const loop = openLoop(e, position, around);
  const { extent } = plan.loops[position]!;
  const inside = (): void => {
    writeInside(e, position, around);
  };
  if (position !== plan.vector) repeat(e, loop, extent, 1, inside);
  else {
    const outer = e.block;
    const step = plan.width * plan.unroll;
    const whole = Math.floor(extent / step);
    e.block = new Array<number>(plan.unroll).fill(plan.width);
    repeat(e, loop, whole, step, inside);
    e.block = restOf(extent - whole * step, plan.width);
    if (e.block.length > 0) {
      if (whole === 1) advance(e, loop, step);
      inside();
    }
    e.block = outer;
  }
  e.counters.pop();
  if (loop.counter !== undefined) e.f.free(loop.counter);
}

/** What moves with a loop. */
interface OpenLoop {
  readonly pointers: readonly { readonly local: Local; readonly stride: number }[];
  readonly counter: Local | undefined;
  /** After so many turns the reduction is flushed. */
  readonly flush: { readonly turns: number; readonly reduction: Reduction } | undefined;
}

/** Pointers of their own for all that moves along the loop, and a counter if its index is needed. */
function openLoop(e: Emission, position: number, { counted, reduction }: Surroundings): OpenLoop {
  const { f, plan } = e;
  const pointers = e.allClasses
    .filter(({ strides }) => strides[position] !== 0)
    .map((pointer) => {
      f.get(e.pointer(pointer));
      const local = e.movePointer(pointer);
      f.set(local);
      return { local, stride: pointer.strides[position]! };
    });
  const isFlushed = plan.flush?.position === position && reduction !== undefined;
  const flush = isFlushed ? { turns: plan.flush.turns, reduction } : undefined;
  const needsCounter = counted.has(position) || pointers.length === 0 || isFlushed;
  const counter = needsCounter ? f.local("i32") : undefined;
  if (counter !== undefined) f.i32(0).set(counter);
  e.counters.push(counter);
  return { pointers, counter, flush };
}

function advance({ f }: Emission, { pointers, counter }: OpenLoop, step: number): void {
  for (const { local, stride } of pointers)
    f.get(local)
      .i32(step * stride)
      .op("i32.add")
      .set(local);
  if (counter !== undefined) f.get(counter).i32(step).op("i32.add").set(counter);
}

/** Runs the body so many times; what moves is moved on between the turns, and behind the last of several. */
function repeat(e: Emission, loop: OpenLoop, turns: number, step: number, body: () => void): void {
  const { f } = e;
  const { pointers, counter, flush } = loop;
  if (turns === 0) return;
  if (turns === 1) {
    body();
    return;
  }
  const end = f.local("i32");
  const until = (position: Local, push: () => void): void => {
    f.loop(({ exitIf }) => {
      body();
      advance(e, loop, step);
      f.get(position);
      push();
      f.op("i32.ne");
      exitIf();
    });
  };
  if (counter === undefined) {
    const { local, stride } = pointers[0]!;
    f.get(local)
      .i32(turns * step * stride)
      .op("i32.add")
      .set(end);
    until(local, () => f.get(end));
  } else if (flush === undefined) until(counter, () => f.i32(turns * step));
  else {
    f.loop(({ exitIf }) => {
      f.get(counter)
        .i32(flush.turns * step)
        .op("i32.add")
        .tee(end)
        .i32(turns * step);
      f.get(end)
        .i32(turns * step)
        .op("i32.lt_u")
        .op("select")
        .set(end);
      until(counter, () => f.get(end));
      flush.reduction.flush(e);
      f.get(counter)
        .i32(turns * step)
        .op("i32.ne");
      exitIf();
    });
  }
  f.free(end);
}

/** Vectors for so many elements; the last one may not be full. */
function restOf(elements: number, width: number): number[] {
  return Array.from({ length: Math.ceil(elements / width) }, (_, i) => Math.min(width, elements - i * width));
}

/** What is computed at the start of a loop's turn, then the loops inside. */
function writeInside(e: Emission, position: number, around: Surroundings): void {
  if (position === e.plan.loops.length - 1) {
    writeLoops(e, around);
    return;
  }
  e.scope(() => {
    computeKept(e, position, true, [0]);
    for (const pointer of e.allClasses) settlePointer(e, pointer);
    if (position >= e.plan.vector) computeKept(e, position, false, [...e.block.keys()]);
    writeLoops(e, around);
  });
}
