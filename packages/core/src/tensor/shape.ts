/** Shapes: sizes per axis, row-major strides, NumPy's broadcast rule, axes counted from either end. */
import { ShapeError } from "../errors.js";
import { showValue } from "../show-value.js";

/** Sizes per axis, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** More elements than one tensor may have: indices are 32-bit in every backend. */
const LARGEST_SIZE = 2 ** 31 - 1;

/**
 * Number of elements of a shape.
 *
 * @example
 * sizeOf([2, 3]); // → 6
 */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** For a walk over a shape: the strides of what is left of it without some axes, 0 along these. */
export function reducedStrides(shape: Shape, axes: readonly number[]): number[] {
  const kept = stridesOf(shape.filter((_, axis) => !axes.includes(axis)));
  let next = 0;
  return shape.map((_, axis) => (axes.includes(axis) ? 0 : kept[next++]!));
}

/** Whether two shapes are equal axis by axis. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  // A plain loop makes no function: every run asks this of its inputs.
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** `[32, 128]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * The shape both broadcast to by NumPy's rule, or undefined if they do not fit: aligned at the last axis, each pair of
 * sizes must be equal or one of them 1.
 *
 * @example
 * broadcastShapes([4, 1], [3]); // → [4, 3]
 */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const x = a[a.length - fromEnd] ?? 1;
    const y = b[b.length - fromEnd] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    result[rank - fromEnd] = x === 1 ? y : x;
  }
  return result;
}

/** Throws unless every size is a whole number ≥ 0 and the tensor is small enough to index. */
export function checkShape(where: string, shape: Shape): Shape {
  const given: unknown = shape;
  if (!Array.isArray(given)) {
    throw new ShapeError({
      code: "SHAPE_EXTENT",
      where,
      rule: "a shape must be a list of sizes",
      got: showValue(shape),
      fix: "[] is a single number, [3] a vector of 3",
    });
  }
  const bad = shape.findIndex((extent) => !Number.isInteger(extent) || extent < 0);
  if (bad >= 0) {
    throw new ShapeError({
      code: "SHAPE_EXTENT",
      where,
      rule: "every size of a shape must be a whole number ≥ 0",
      got: `${formatShape(shape)}: axis ${bad} is ${shape[bad]!}`,
      details: { shape, axis: bad },
    });
  }
  if (sizeOf(shape) > LARGEST_SIZE) {
    throw new ShapeError({
      code: "SHAPE_TOO_LARGE",
      where,
      rule: `a tensor must have at most ${LARGEST_SIZE} elements`,
      got: `${formatShape(shape)} with ${sizeOf(shape)}`,
      details: { shape },
    });
  }
  return shape;
}

/** An axis counted from the start; a negative one counts from the end, as in NumPy. */
export function normalizeAxis(where: string, axis: number, rank: number): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank) {
    throw new ShapeError({
      code: "AXIS_RANGE",
      where,
      rule:
        rank === 0
          ? "axis must name an axis, and a scalar has none"
          : `axis must be a whole number in [${-rank}, ${rank - 1}]`,
      got: `${axis}`,
      details: { axis, rank },
    });
  }
  return normalized;
}

/**
 * Axes counted from the start, ascending, each once; undefined means all of them.
 *
 * @param where - how errors call the place
 * @param axes - negative ones count from the end
 * @param rank - how many axes there are
 * @throws ShapeError AXIS_RANGE if an axis is not one of them; AXIS_REPEATED if one is named twice.
 * @example
 * normalizeAxes("sum(x)", [-1, 0], 3); // → [0, 2]
 */
export function normalizeAxes(where: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  const normalized = list.map((axis) => normalizeAxis(where, axis, rank)).sort((a, b) => a - b);
  const repeated = normalized.find((axis, i) => axis === normalized[i - 1]);
  if (repeated !== undefined) {
    throw new ShapeError({
      code: "AXIS_REPEATED",
      where,
      rule: "every axis must be named once",
      got: `axis ${repeated} twice in ${formatShape(list)}`,
      details: { axes: list },
    });
  }
  return normalized;
}

/** Where the element at a row-major position stands: one number per axis. */
export function indexOf(position: number, shape: Shape): number[] {
  let rest = position;
  return shape
    .toReversed()
    .map((extent) => {
      const index = rest % extent;
      rest = Math.floor(rest / extent);
      return index;
    })
    .reverse();
}
