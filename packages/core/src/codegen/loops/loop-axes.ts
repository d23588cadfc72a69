/** The axes that a nest really loops over: none of extent 1, neighbors joined, ordered by how far their steps reach. */
import type { Access, LoopNest } from "../loop-nest.js";
import { accessesOf, countedAxes } from "./nest-expressions.js";

/** One loop. */
export interface LoopAxis {
  readonly extent: number;
  /** The nest's axis along which it steps: the last of those that were joined. None for the loop of a single iteration. */
  readonly axis: number | undefined;
  /** How many indices of that axis one step passes. */
  readonly step: number;
  readonly isReduced: boolean;
}

/** Elements from one index of an axis to the next. */
export function strideAlong({ strides }: Access, { axis, step }: LoopAxis): number {
  return axis === undefined ? 0 : step * strides[axis]!;
}

/** Whether the axis of a nest is reduced: no store moves along it. */
export function isReducedAxis({ stores }: LoopNest, axis: number): boolean {
  return stores.every(({ access, mode }) => mode.kind === "reduce" && access.strides[axis] === 0);
}

/**
 * The axes of a nest that is not empty, those to be looped over first in front. Iterations of a nest that accumulates
 * stay in their order; other nests run along the smallest strides last, and along reduced axes after all others.
 */
export function loopAxes(nest: LoopNest): readonly LoopAxis[] {
  const accesses = accessesOf(nest);
  const axes: LoopAxis[] = [];
  for (let axis = nest.shape.length - 1; axis >= 0; axis--) {
    const extent = nest.shape[axis]!;
    if (extent !== 1) axes.unshift({ extent, axis, step: 1, isReduced: isReducedAxis(nest, axis) });
  }
  if (!nest.stores.some(({ mode }) => mode.kind === "accumulate")) sortByStrides(axes, nest, accesses);
  return joined(axes, nest, accesses);
}

function sortByStrides(axes: LoopAxis[], { stores }: LoopNest, accesses: readonly Access[]): void {
  const reach = (axis: LoopAxis, list: readonly Access[]): number =>
    list.reduce((sum, access) => sum + Math.abs(strideAlong(access, axis)), 0);
  const written = stores.map(({ access }) => access);
  axes.sort(
    (a, b) =>
      Number(a.isReduced) - Number(b.isReduced) ||
      reach(b, written) - reach(a, written) ||
      reach(b, accesses) - reach(a, accesses),
  );
}

/** Joins neighbors where every access steps along the outer one as far as along all of the inner one. */
function joined(axes: readonly LoopAxis[], nest: LoopNest, accesses: readonly Access[]): readonly LoopAxis[] {
  const counted = countedAxes(nest);
  const canJoin = (outer: LoopAxis, inner: LoopAxis): boolean =>
    outer.isReduced === inner.isReduced &&
    !counted.has(outer.axis!) &&
    !counted.has(inner.axis!) &&
    accesses.every((access) => strideAlong(access, outer) === strideAlong(access, inner) * inner.extent);
  const result: LoopAxis[] = [];
  for (const axis of axes) {
    const outer = result.at(-1);
    if (outer !== undefined && canJoin(outer, axis))
      result.splice(-1, 1, { ...axis, extent: outer.extent * axis.extent });
    else result.push(axis);
  }
  return result;
}
