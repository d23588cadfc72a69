/** Where a value lies: an address and a stride per axis. Views of a value are other layouts of the same elements. */
import type { StridedView } from "../../graph/op.js";
import { sizeOf, stridesOf, type Shape } from "../../tensor/shape.js";
import type { Address } from "../loop-program.js";

/** A tensor's place. */
export interface Layout {
  readonly address: Address;
  readonly shape: Shape;
  /** In elements, one per axis. */
  readonly strides: readonly number[];
}

/** The address some elements further. */
export function moved({ buffer, offset, terms }: Address, elements: number): Address {
  return { buffer, offset: offset + elements, terms };
}

/** Whether two addresses are always the same. */
export function sameAddress(a: Address, b: Address): boolean {
  return (
    a.buffer === b.buffer &&
    a.offset === b.offset &&
    a.terms.length === b.terms.length &&
    a.terms.every(({ loop, stride }, i) => loop === b.terms[i]!.loop && stride === b.terms[i]!.stride)
  );
}

/** Row-major, without gaps. */
export function contiguous(address: Address, shape: Shape): Layout {
  return { address, shape, strides: stridesOf(shape) };
}

/** Whether the elements lie row-major without gaps; strides of axes of size 1 do not matter. */
export function isContiguous({ shape, strides }: Layout): boolean {
  const wanted = stridesOf(shape);
  return sizeOf(shape) <= 1 || shape.every((extent, axis) => extent === 1 || strides[axis] === wanted[axis]);
}

/**
 * The layout of a strided view of a value; undefined if the elements do not lie at equal distances.
 *
 * A view's offset and strides count the input's elements row-major. Each is split into steps along the input's axes,
 * which the input's own strides turn into distances in memory.
 */
export function viewLayout(input: Layout, { offset, strides }: StridedView, shape: Shape): Layout | undefined {
  if (isContiguous(input)) return { address: moved(input.address, offset), shape, strides };
  if (sizeOf(shape) === 0) return { address: input.address, shape, strides };
  const steps = stridesOf(input.shape);
  let start = 0;
  let rest = offset;
  for (const [axis, step] of steps.entries()) {
    const index = Math.floor(rest / step);
    rest -= index * step;
    start += index * input.strides[axis]!;
  }
  const distances: number[] = [];
  for (const [axis, stride] of strides.entries()) {
    const distance = distanceOf(input, steps, stride, shape[axis]!);
    if (distance === undefined) return undefined;
    distances.push(distance);
  }
  return { address: moved(input.address, start), shape, strides: distances };
}

/** The distance in memory between neighbours that are `stride` elements apart row-major, `extent` of them. */
function distanceOf(input: Layout, steps: readonly number[], stride: number, extent: number): number | undefined {
  if (extent <= 1 || stride === 0) return 0;
  const size = Math.abs(stride);
  // From the innermost axis whose steps divide the stride outwards, as far as the neighbours reach.
  const axis = input.shape.findLastIndex((count, at) => count !== 1 && size < steps[at]! * count);
  if (axis < 0 || size % steps[axis]! !== 0) return undefined;
  const distance = (size / steps[axis]!) * input.strides[axis]!;
  let reach = steps[axis]! * input.shape[axis]!;
  let inner = axis;
  for (let outer = axis - 1; outer >= 0 && size * (extent - 1) >= reach; outer--) {
    if (input.shape[outer] === 1) continue;
    if (input.strides[outer]! !== input.strides[inner]! * (steps[outer]! / steps[inner]!)) return undefined;
    reach = steps[outer]! * input.shape[outer]!;
    inner = outer;
  }
  return size * (extent - 1) < reach ? Math.sign(stride) * distance : undefined;
}

/** Distances of rows and columns if the axes before the last can be walked as one; undefined otherwise. */
export function asMatrix({ shape, strides }: Layout): { row: number; column: number } | undefined {
  const column = strides.at(-1) ?? 0;
  let row: number | undefined;
  let size = 1;
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    if (row === undefined) row = strides[axis]!;
    else if (strides[axis] !== row * size) return undefined;
    size *= shape[axis]!;
  }
  return { row: row ?? 0, column };
}
