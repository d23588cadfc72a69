/** Patches under a sliding window, and patches added back where they came from: each is the other's adjoint. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { describe, type Node } from "../graph/node.js";
import type { GeneralOp, ViewOp } from "../graph/op.js";
import { commonDType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { checkShape, formatShape, sameShape, sizeOf, stridesOf, type Shape } from "../tensor/shape.js";
import { stridedWalk } from "../tensor/strided-walk.js";
import { spanOf, windowCounts, type Window } from "./rules/window.js";
import { pad, slice } from "./slice-pad.js";

/** A window that never leaves the tensor. */
type WindowAttrs = Readonly<Omit<Window, "before" | "after">>;
type AccumulateAttrs = WindowAttrs & Readonly<{ size: Shape }>;

const EXTRACT = "extractPatches(x, window)";
const ACCUMULATE = "accumulatePatches(patches, size, window)";

export const extractPatchesOp: ViewOp<WindowAttrs, [Node<NumericDType>]> = {
  name: "extractPatches",
  kind: "view",
  parameters: ["x"],
  inferType: ({ op, inputs, attrs }) => {
    const [x] = inputs;
    const dtype = commonDType(op, inputs, ["f32", "i32"]);
    const counts = windowCounts(EXTRACT, x.shape, `x = ${describe(x)}`, withoutPadding(attrs));
    return { dtype, shape: checkShape(EXTRACT, [x.shape[0]!, ...counts, ...attrs.kernel, x.shape.at(-1)!]) };
  },
  view: (input, _, attrs) => ({ offset: 0, strides: patchStrides(input.shape, attrs) }),
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [x], cotangent, attrs }) => [accumulatePatches(cotangent, x.shape.slice(1, -1), attrs)],
  },
  doc: { formula: "extractPatches(x)[n, o…, k…, c] = x[n, o stride + k dilation, c]; adjoint: accumulatePatches" },
};

export const accumulatePatchesOp: GeneralOp<NumericDType, [Node<NumericDType>], AccumulateAttrs> = {
  name: "accumulatePatches",
  kind: "general",
  parameters: ["patches"],
  inferType: ({ op, inputs, attrs }) => {
    const [patches] = inputs;
    const dtype = commonDType(op, inputs, ["f32", "i32"]);
    return { dtype, shape: accumulatedShape(patches, attrs.size, withoutPadding(attrs)) };
  },
  reference: ([patches], output, attrs) => {
    const totals = new Float64Array(output.data.length);
    stridedWalk(patches.shape, 0, patchStrides(output.shape, attrs), (index, position) => {
      totals[position]! += patches.data[index]!;
    });
    output.data.set(totals);
  },
  emit: (e, { inputs: [patches], output }, attrs) => {
    const { shape, dtype } = patches!;
    const from = { constant: 0, strides: stridesOf(shape) };
    const to = { constant: 0, strides: patchStrides(output.shape, attrs) };
    const isDisjoint = attrs.kernel.every((_, axis) => spanOf(attrs, axis) <= attrs.stride[axis]!);
    if (!isDisjoint || sizeOf(shape) < sizeOf(output.shape)) e.fill(0);
    e.loop(shape, (loop) => {
      // A sum that starts from 0 is never -0.
      if (isDisjoint) loop.store(to, loop.add(loop.load(0, from), loop.constant(0, dtype)));
      else loop.accumulate(to, loop.load(0, from));
    });
  },
  derivative: { kind: "linear", vjp: ({ cotangent, attrs }) => [extractPatches(cotangent, attrs)] },
  doc: {
    formula:
      "accumulatePatches(p)[n, i…, c] = Σ over o stride + k dilation = i of p[n, o…, k…, c]; adjoint: extractPatches",
  },
};

function withoutPadding(window: WindowAttrs): Window {
  const none = window.kernel.map(() => 0);
  return { ...window, before: none, after: none };
}

/** How far elements of `[N, ...size, C]` are apart that are neighbors along an axis of its patches. */
function patchStrides(tensor: Shape, { stride, dilation }: WindowAttrs): number[] {
  const [batch, ...rest] = stridesOf(tensor);
  const spatial = rest.slice(0, -1);
  return [
    batch!,
    ...spatial.map((distance, axis) => distance * stride[axis]!),
    ...spatial.map((distance, axis) => distance * dilation[axis]!),
    rest.at(-1)!,
  ];
}

/** `[N, ...size, C]`, if extracting patches from it gives the shape of the patches. */
function accumulatedShape(patches: Node, size: Shape, window: Window): Shape {
  checkShape(ACCUMULATE, size);
  const shape = [patches.shape[0] ?? 0, ...size, patches.shape.at(-1) ?? 0];
  const counts = windowCounts(ACCUMULATE, shape, `x = [N, ${size.join(", ")}, C]`, window);
  const expected = [shape[0]!, ...counts, ...window.kernel, shape.at(-1)!];
  if (sameShape(patches.shape, expected)) return checkShape(ACCUMULATE, shape);
  throw new ShapeError({
    code: "PATCHES_SHAPE",
    where: ACCUMULATE,
    rule: `patches must be [N, ${[...counts, ...window.kernel].join(", ")}, C] for size ${formatShape(size)}`,
    got: describe(patches),
  });
}

/** A sliding window: one entry per spatial axis in each list. */
export interface PatchWindow {
  /** How many elements a window reads, ≥ 1. */
  readonly kernel: Shape;
  /** Distance between the starts of two windows, ≥ 1. Default 1. */
  readonly stride?: readonly number[];
  /** Distance between two elements of a window, ≥ 1. Default 1. */
  readonly dilation?: readonly number[];
  /** Zeros added before the first element, ≥ 0. Default 0. */
  readonly before?: readonly number[];
  /** Zeros added after the last element, ≥ 0. Default 0. */
  readonly after?: readonly number[];
}

/**
 * What a window sees at each of its positions along the spatial axes; zeros in the padding.
 *
 * y[n, o…, k…, c] = x[n, o stride + k dilation - before, c]
 *
 * @shapes x: D[N, ...S, C] -> D[N, ...O, ...kernel, C], O = ⌊(S + before + after - dilation (kernel - 1) - 1) / stride⌋ + 1
 * @param window - one spatial axis for each entry of `kernel`
 * @throws ShapeError WINDOW_RANK if x has other than two axes more than the window; WINDOW_SIZE if the window does not fit. ValueError WINDOW_SETTING if one of its numbers is out of range. DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(extractPatches(constant([[[1], [2], [3]]]), { kernel: [2] })).data; // → [1, 2, 2, 3]
 */
export function extractPatches<D extends NumericDType>(x: Node<D>, window: PatchWindow): Node<D> {
  const { before, after, ...attrs } = filled(window);
  windowCounts(EXTRACT, x.shape, `x = ${describe(x)}`, { before, after, ...attrs });
  const widths = before.map((count, axis) => ({ axis: 1 + axis, before: count, after: after[axis]! }));
  const padded = isPadded({ before, after }) ? pad(x, widths) : x;
  return apply(extractPatchesOp, [padded as Node<NumericDType>], attrs) as Node<D>;
}

/**
 * The sum of patches, each added where a window of the same settings would have read it; what lies in the padding is lost.
 *
 * @shapes patches: D[N, ...O, ...kernel, C] -> D[N, ...size, C]
 * @param size - the spatial axes of the result
 * @throws ShapeError PATCHES_SHAPE if the patches are not those of a tensor of this size; WINDOW_SIZE, WINDOW_RANK and ValueError WINDOW_SETTING as extractPatches.
 * @example
 * const patches = constant([[[[1], [2]], [[10], [20]]]]);
 * evaluate(accumulatePatches(patches, [3], { kernel: [2] })).data; // → [1, 12, 20]
 */
export function accumulatePatches<D extends NumericDType>(patches: Node<D>, size: Shape, window: PatchWindow): Node<D> {
  const { before, after, ...attrs } = filled(window);
  accumulatedShape(patches, size, { before, after, ...attrs });
  const whole = size.map((extent, axis) => before[axis]! + extent + after[axis]!);
  const total = apply(accumulatePatchesOp, [patches as Node<NumericDType>], {
    ...attrs,
    size: whole,
  }) as Node as Node<D>;
  const ranges = size.map((extent, axis) => ({ axis: 1 + axis, start: before[axis]!, stop: before[axis]! + extent }));
  return isPadded({ before, after }) ? slice(total, ...ranges) : total;
}

function filled({ kernel, stride, dilation, before, after }: PatchWindow): Window {
  const all = (value: number): number[] => kernel.map(() => value);
  return {
    kernel: [...kernel],
    stride: stride ?? all(1),
    dilation: dilation ?? all(1),
    before: before ?? all(0),
    after: after ?? all(0),
  };
}

function isPadded({ before, after }: Pick<Window, "before" | "after">): boolean {
  return [...before, ...after].some((count) => count > 0);
}
