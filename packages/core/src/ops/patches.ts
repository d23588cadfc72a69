/** Patches under a sliding window, and patches added back where they came from: each is the other's adjoint. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { describe, type Node } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import { commonDType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { checkShape, formatShape, sameShape, sizeOf, type Shape } from "../tensor/shape.js";
import { isWithoutPadding, loopOverPatches } from "./rules/patch-loops.js";
import { windowCounts, windowOffsets, type Window } from "./rules/window.js";

type WindowAttrs = Readonly<Window>;

const EXTRACT = "extractPatches(x, window)";
const ACCUMULATE = "accumulatePatches(patches, size, window)";

export const extractPatchesOp: GeneralOp<NumericDType, [Node<NumericDType>], WindowAttrs> = {
  name: "extractPatches",
  kind: "general",
  parameters: ["x"],
  inferType: ({ op, inputs, attrs }) => {
    const [x] = inputs;
    const dtype = commonDType(op, inputs, ["f32", "i32"]);
    const counts = windowCounts(EXTRACT, x.shape, `x = ${describe(x)}`, attrs);
    return { dtype, shape: checkShape(EXTRACT, [x.shape[0]!, ...counts, ...attrs.kernel, x.shape.at(-1)!]) };
  },
  reference: ([x], output, attrs) => {
    const size = x.shape.slice(1, -1);
    forEachElement(size, output.shape, attrs, (patch, element) => {
      output.data[patch] = element < 0 ? 0 : x.data[element]!;
    });
  },
  emit: (e, { inputs: [x], output }, attrs) => {
    if (!isWithoutPadding(x!.shape, output.shape, attrs)) e.fill(0);
    loopOverPatches(e, x!.shape, output.shape, attrs, (loop, patch, element) => {
      loop.store(patch, loop.load(0, element));
    });
  },
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [x], cotangent, attrs }) => [accumulatePatches(cotangent, x.shape.slice(1, -1), attrs)],
  },
  doc: {
    formula:
      "extractPatches(x)[n, o…, k…, c] = x[n, o stride + k dilation - before, c], 0 outside; adjoint: accumulatePatches",
  },
};

export const accumulatePatchesOp: GeneralOp<
  NumericDType,
  [Node<NumericDType>],
  WindowAttrs & Readonly<{ size: Shape }>
> = {
  name: "accumulatePatches",
  kind: "general",
  parameters: ["patches"],
  inferType: ({ op, inputs, attrs }) => {
    const [patches] = inputs;
    const dtype = commonDType(op, inputs, ["f32", "i32"]);
    return { dtype, shape: accumulatedShape(patches, attrs) };
  },
  reference: ([patches], output, attrs) => {
    const totals = new Float64Array(output.data.length);
    forEachElement(attrs.size, patches.shape, attrs, (patch, element) => {
      if (element >= 0) totals[element]! += patches.data[patch]!;
    });
    output.data.set(totals);
  },
  emit: (e, { inputs: [patches], output }, attrs) => {
    e.fill(0);
    loopOverPatches(e, output.shape, patches!.shape, attrs, (loop, patch, element) => {
      loop.accumulate(element, loop.load(0, patch));
    });
  },
  derivative: { kind: "linear", vjp: ({ cotangent, attrs }) => [extractPatches(cotangent, attrs)] },
  doc: {
    formula:
      "accumulatePatches(p)[n, i…, c] = Σ over o stride + k dilation - before = i of p[n, o…, k…, c]; adjoint: extractPatches",
  },
};

/** For every element of the patches: its position, and that of the element of `[N, ...size, C]` it reads, negative in the padding. */
function forEachElement(
  size: Shape,
  patches: Shape,
  window: Window,
  visit: (patch: number, element: number) => void,
): void {
  const rank = size.length;
  const offsets = windowOffsets(size, patches.slice(1, 1 + rank), window);
  const [batch, channels, area] = [patches[0]!, patches.at(-1)!, sizeOf(size)];
  let patch = 0;
  for (let n = 0; n < batch; n++) {
    for (const offset of offsets) {
      const first = offset < 0 ? -Infinity : (n * area + offset) * channels;
      for (let c = 0; c < channels; c++) visit(patch++, first + c);
    }
  }
}

/** `[N, ...size, C]`, if extracting patches from it gives the shape of the patches. */
function accumulatedShape(patches: Node, { size, ...window }: WindowAttrs & { readonly size: Shape }): Shape {
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
  return apply(extractPatchesOp, [x as Node<NumericDType>], windowAttrs(window)) as Node as Node<D>;
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
  const attrs = { ...windowAttrs(window), size: [...size] };
  return apply(accumulatePatchesOp, [patches as Node<NumericDType>], attrs) as Node as Node<D>;
}

function windowAttrs({ kernel, stride, dilation, before, after }: PatchWindow): WindowAttrs {
  const all = (value: number): number[] => kernel.map(() => value);
  return {
    kernel: [...kernel],
    stride: stride ?? all(1),
    dilation: dilation ?? all(1),
    before: before ?? all(0),
    after: after ?? all(0),
  };
}
