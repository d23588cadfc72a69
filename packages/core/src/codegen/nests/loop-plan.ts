/** How a nest is walked: axes that can be walked as one are joined, and one of them is chosen to be vectorized. */
import type { LaneExpression } from "../lane-expression.js";
import type { Access, LoopNest, Store } from "../loop-nest.js";

/** An axis to walk. */
export interface LoopAxis {
  /** The nest's axis, the innermost of those joined; strides along it are the strides of the whole. */
  readonly axis: number;
  readonly extent: number;
  readonly isReduced: boolean;
}

/** The loops from outside in. */
export interface LoopPlan {
  readonly axes: readonly LoopAxis[];
  /** Position in `axes` of the loop that takes several elements at a time; the loops after it are reduced. -1: none. */
  readonly vector: number;
  readonly accesses: readonly Access[];
}

/** The plan of a nest with at least one iteration. */
export function planLoops(nest: LoopNest): LoopPlan {
  const { loads, indexed } = inspect(nest.stores);
  const accesses = [...loads, ...nest.stores.map(({ access }) => access)];
  const reduced = reducedAxes(nest);
  const axes: LoopAxis[] = [];
  nest.shape.forEach((extent, axis) => {
    if (extent === 1 && !indexed.has(axis)) return;
    const last = axes.at(-1);
    const joins =
      last !== undefined &&
      last.isReduced === reduced.has(axis) &&
      !indexed.has(axis) &&
      !indexed.has(last.axis) &&
      accesses.every(({ strides }) => strides[last.axis] === strides[axis]! * extent);
    if (joins) axes[axes.length - 1] = { axis, extent: last.extent * extent, isReduced: last.isReduced };
    else axes.push({ axis, extent, isReduced: reduced.has(axis) });
  });
  return { ...ordered(axes, nest, accesses), accesses };
}

/** Axes along which reductions have stride 0. */
function reducedAxes({ shape, stores }: LoopNest): ReadonlySet<number> {
  const reductions = stores.filter(({ mode }) => mode.kind === "reduce");
  if (reductions.length === 0) return new Set();
  return new Set(
    shape.flatMap((extent, axis) => (extent !== 1 && reductions[0]!.access.strides[axis] === 0 ? [axis] : [])),
  );
}

function ordered(
  axes: readonly LoopAxis[],
  { stores }: LoopNest,
  accesses: readonly Access[],
): Omit<LoopPlan, "accesses"> {
  const hasOrder = stores.some(({ mode }) => mode.kind === "accumulate");
  const kept = axes.filter(({ isReduced }) => !isReduced);
  const reduced = axes.filter(({ isReduced }) => isReduced);
  if (hasOrder) {
    const last = axes.length - 1;
    return { axes, vector: last >= 0 && canVectorizeOrdered(stores, axes[last]!.axis) ? last : -1 };
  }
  if (reduced.length === 0) {
    const vector = bestAxis(kept, accesses);
    if (vector === undefined) return { axes, vector: -1 };
    return { axes: [...kept.filter((one) => one !== vector), vector], vector: kept.length - 1 };
  }
  const vector = bestAxis(axes, accesses)!;
  const rest = (list: readonly LoopAxis[]): LoopAxis[] => list.filter((one) => one !== vector);
  return vector.isReduced
    ? { axes: [...kept, ...rest(reduced), vector], vector: axes.length - 1 }
    : { axes: [...rest(kept), vector, ...reduced], vector: kept.length - 1 };
}

/** The axis along which most elements lie next to each other, of equals the innermost. */
function bestAxis(axes: readonly LoopAxis[], accesses: readonly Access[]): LoopAxis | undefined {
  let best: LoopAxis | undefined;
  let most = -Infinity;
  for (const one of axes) {
    const score = accesses.reduce((sum, { strides }) => sum + scoreOf(strides[one.axis]!), 0) * Math.min(one.extent, 4);
    if (score < most) continue;
    best = one;
    most = score;
  }
  return best;
}

function scoreOf(stride: number): number {
  if (stride === 1) return 4;
  return stride === 0 ? 3 : stride === -1 ? 2 : 0;
}

/** Whether neighbors along the axis are never the same element: what is added up must be one after the other. */
function canVectorizeOrdered(stores: readonly Store[], axis: number): boolean {
  return stores.every(
    ({ access: { strides, indirect } }) => strides[axis] === 1 && indirect.every(({ index }) => !varies(index, axis)),
  );
}

/** Whether an expression changes along an axis. */
export function varies(expression: LaneExpression, axis: number): boolean {
  const seen = new Set<LaneExpression>();
  const stack = [expression];
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (one.kind === "index" && one.axis === axis) return true;
    if (one.kind === "load") {
      if (one.access.strides[axis] !== 0) return true;
      stack.push(...one.access.indirect.map(({ index }) => index));
    } else if (one.kind === "operation" || one.kind === "host") stack.push(...one.inputs);
  }
  return false;
}

/** Every load of the stores' expressions, and the axes whose index they use. */
export function inspect(stores: readonly Store[]): {
  readonly loads: readonly Access[];
  readonly indexed: ReadonlySet<number>;
} {
  const loads: Access[] = [];
  const indexed = new Set<number>();
  const seen = new Set<LaneExpression>();
  const stack = stores.flatMap(({ value, access }) => [value, ...access.indirect.map(({ index }) => index)]);
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (one.kind === "index") indexed.add(one.axis);
    else if (one.kind === "load") {
      loads.push(one.access);
      stack.push(...one.access.indirect.map(({ index }) => index));
    } else if (one.kind !== "constant") stack.push(...one.inputs);
  }
  return { loads, indexed };
}
