/** Slice with strides and pad with zeros between and around: each is the other's adjoint. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { describe, type FloatNode, type Node } from "../graph/node.js";
import type { GeneralOp, ViewOp } from "../graph/op.js";
import type { DType } from "../tensor/dtype.js";
import { checkElement } from "../tensor/nd-array.js";
import {
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sizeOf,
  stridesOf,
  type Shape,
} from "../tensor/shape.js";
import { stridedWalk } from "../tensor/strided-walk.js";

/** Per axis: the first index, how many, and the distance between them. */
export type SliceAttrs = Readonly<{ start: readonly number[]; size: Shape; step: readonly number[] }>;
/** Per axis: elements added before, after, and between every two; and their value. */
export type PadAttrs = Readonly<{
  before: readonly number[];
  after: readonly number[];
  between: readonly number[];
  value: number;
}>;

export const sliceOp: ViewOp<SliceAttrs> = {
  name: "slice",
  kind: "view",
  parameters: ["x"],
  inferType: ({ inputs: [x], attrs: { start, size, step } }) => {
    checkShape("slice(x)", size);
    const bad = size.findIndex((count, axis) => {
      const first = start[axis]!;
      const last = first + (count - 1) * step[axis]!;
      const isWhole = Number.isInteger(first) && Number.isInteger(step[axis]);
      return !isWhole || step[axis]! < 1 || (count > 0 && (first < 0 || last >= x.shape[axis]!));
    });
    if (size.length !== x.shape.length || bad >= 0) {
      throw new ShapeError({
        code: "SLICE_RANGE",
        where: "slice(x)",
        rule: "every axis must be read inside its size with a step ≥ 1",
        got: `x = ${describe(x)}, start ${formatShape(start)}, size ${formatShape(size)}, step ${formatShape(step)}`,
        details: { axis: bad, start, size, step },
      });
    }
    return { dtype: x.dtype, shape: size };
  },
  view: (input, _, { start, step }) => {
    const strides = stridesOf(input.shape);
    return {
      offset: strides.reduce((offset, stride, axis) => offset + stride * start[axis]!, 0),
      strides: strides.map((stride, axis) => stride * step[axis]!),
    };
  },
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [x], cotangent, attrs: { start, size, step } }) => {
      const after = x.shape.map((extent, axis) =>
        size[axis] === 0 ? extent - start[axis]! : extent - start[axis]! - (size[axis]! - 1) * step[axis]! - 1,
      );
      return [
        apply(padOp, [cotangent], { before: start, after, between: step.map((s) => s - 1), value: 0 }) as FloatNode,
      ];
    },
  },
  doc: { formula: "slice(x)[i] = x[start + i step]; adjoint: pad" },
};

export const padOp: GeneralOp<DType, [Node], PadAttrs> = {
  name: "pad",
  kind: "general",
  parameters: ["x"],
  inferType: ({ inputs: [x], attrs: { before, after, between, value } }) => {
    checkElement("pad(x, widths, value)", value, x.dtype, 0);
    const shape = x.shape.map(
      (extent, axis) => before[axis]! + extent + Math.max(extent - 1, 0) * between[axis]! + after[axis]!,
    );
    if (
      [before, after, between].some(
        (list) => list.length !== x.shape.length || list.some((count) => !Number.isInteger(count) || count < 0),
      )
    ) {
      throw new ShapeError({
        code: "PAD_RANGE",
        where: "pad(x)",
        rule: "before, after and between must hold a whole number ≥ 0 for every axis",
        got: `x = ${describe(x)}, before ${formatShape(before)}, after ${formatShape(after)}, between ${formatShape(between)}`,
      });
    }
    return { dtype: x.dtype, shape: checkShape("pad(x)", shape) };
  },
  reference: ([x], output, attrs) => {
    output.data.fill(attrs.value);
    const { constant, strides } = insidePadding(output.shape, attrs);
    stridedWalk(x.shape, constant, strides, (index, position) => {
      output.data[position] = x.data[index]!;
    });
  },
  emit: (e, { inputs: [x], output }, attrs) => {
    const { shape } = x!;
    if (sizeOf(shape) < sizeOf(output.shape)) e.fill(attrs.value);
    e.loop(shape, (body) => {
      body.store(insidePadding(output.shape, attrs), body.load(0, { constant: 0, strides: stridesOf(shape) }));
    });
  },
  derivative: {
    kind: "rules",
    vjp: ({ inputs: [x], cotangent, attrs: { before, between } }) => [
      apply(sliceOp, [cotangent], {
        start: before,
        size: x.shape,
        step: between.map((count) => count + 1),
      }) as FloatNode,
    ],
    jvp: ({ tangents: [t], attrs }) => t && (apply(padOp, [t], { ...attrs, value: 0 }) as FloatNode),
  },
  doc: { formula: "pad(x): x with elements of one value around and between; adjoint: slice" },
};

/** Where the elements of x are in the padded tensor. */
function insidePadding(padded: Shape, { before, between }: PadAttrs): { constant: number; strides: number[] } {
  const strides = stridesOf(padded);
  return {
    constant: strides.reduce((offset, stride, axis) => offset + stride * before[axis]!, 0),
    strides: strides.map((stride, axis) => stride * (between[axis]! + 1)),
  };
}

/** What to read along one axis, as in Python's `start:stop:step`. */
export interface AxisRange {
  readonly axis: number;
  /** First index, negative from the end. Default 0. */
  readonly start?: number;
  /** Index to stop before, negative from the end. Default: the end. */
  readonly stop?: number;
  /** Distance between indices, ≥ 1. Default 1. */
  readonly step?: number;
}

/**
 * Part of a tensor: a range along each axis named, everything along the others. Ranges beyond the end are cut, as in Python.
 *
 * @shapes x: D[...S] -> D[S with shorter axes]
 * @param ranges - one for each axis to cut
 * @throws ShapeError AXIS_RANGE if an axis is not one of x; SLICE_RANGE if a step is not a whole number ≥ 1.
 * @example
 * evaluate(slice(constant([0, 1, 2, 3, 4]), { axis: 0, start: 1, step: 2 })).data; // → [1, 3]
 */
export function slice<D extends DType>(x: Node<D>, ...ranges: readonly AxisRange[]): Node<D> {
  const start = x.shape.map(() => 0);
  const size = [...x.shape];
  const step = x.shape.map(() => 1);
  const where = "slice(x, ...ranges)";
  checkAxesOnce(where, ranges, x);
  for (const range of ranges) {
    const axis = normalizeAxis(where, range.axis, x.shape.length);
    const extent = x.shape[axis]!;
    checkRange(where, x, axis, { start: range.start ?? 0, stop: range.stop ?? extent, step: range.step ?? 1 });
    const clamped = (index: number): number => Math.min(Math.max(index < 0 ? index + extent : index, 0), extent);
    start[axis] = clamped(range.start ?? 0);
    step[axis] = range.step ?? 1;
    size[axis] = Math.max(Math.ceil((clamped(range.stop ?? extent) - start[axis]) / step[axis]), 0);
  }
  return apply(sliceOp, [x as Node], { start, size, step }) as Node<D>;
}

/**
 * A tensor with elements of one value added along each axis named.
 *
 * @shapes x: D[...S] -> D[S with longer axes]
 * @param widths - per axis: how many `before`, `after`, and `between` every two elements; 0 unless given
 * @param value - the value of the added elements, 0 unless given
 * @throws ShapeError AXIS_RANGE if an axis is not one of x; PAD_RANGE if a count is not a whole number ≥ 0.
 * @example
 * evaluate(pad(constant([1, 2]), [{ axis: 0, before: 1, after: 2 }])).data; // → [0, 1, 2, 0, 0]
 */
export function pad<D extends DType>(
  x: Node<D>,
  widths: readonly {
    readonly axis: number;
    readonly before?: number;
    readonly after?: number;
    readonly between?: number;
  }[],
  value = 0,
): Node<D> {
  const before = x.shape.map(() => 0);
  const after = x.shape.map(() => 0);
  const between = x.shape.map(() => 0);
  checkAxesOnce("pad(x, widths)", widths, x);
  for (const width of widths) {
    const axis = normalizeAxis("pad(x, widths)", width.axis, x.shape.length);
    before[axis] = width.before ?? 0;
    after[axis] = width.after ?? 0;
    between[axis] = width.between ?? 0;
  }
  return apply(padOp, [x as Node], { before, after, between, value }) as Node<D>;
}

function checkAxesOnce(where: string, entries: readonly { readonly axis: number }[], x: Node): void {
  normalizeAxes(
    where,
    entries.map(({ axis }) => axis),
    x.shape.length,
  );
}

type Range = Readonly<{ start: number; stop: number; step: number }>;

function checkRange(where: string, x: Node, axis: number, { start, stop, step }: Range): void {
  if (Number.isInteger(start) && Number.isInteger(stop) && Number.isInteger(step) && step >= 1) return;
  throw new ShapeError({
    code: "SLICE_RANGE",
    where,
    rule: "start and stop must be whole numbers and step a whole number ≥ 1",
    got: `start ${start}, stop ${stop}, step ${step} along axis ${axis} of x = ${describe(x)}`,
    details: { axis },
  });
}
