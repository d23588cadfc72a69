/** Reading slices of a tensor by index, and adding slices at indices: each is the other's adjoint. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { LoopEmitter, Position } from "../graph/emitter.js";
import { describe, type FloatNode, type IntNode, type Node } from "../graph/node.js";
import { signature, type GeneralOp } from "../graph/op.js";
import { commonDType, describeInputs, requireDType } from "../graph/type-rules.js";
import type { DType, NumericDType } from "../tensor/dtype.js";
import { normalizeAxis, sameShape, sizeOf, type Shape } from "../tensor/shape.js";
import { add } from "./add.js";
import { checkIndices } from "../graph/check-indices.js";

export const gatherOp: GeneralOp<DType, [Node, IntNode], Readonly<{ axis: number }>> = {
  name: "gather",
  kind: "general",
  parameters: ["x", "indices"],
  inferType: ({ op, inputs, attrs: { axis } }) => {
    const [x, indices] = inputs;
    requireDType(op, inputs, 1, ["i32"]);
    return { dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] };
  },
  reference: ([x, indices], output, { axis }, at) => {
    const size = x.shape[axis]!;
    checkIndices(at, indices, size);
    forEachSlice(x.shape, axis, indices.data, (source, target, length) => {
      for (let i = 0; i < length; i++) output.data[target + i] = x.data[source + i]!;
    });
  },
  emit: (e, { inputs: [x, indices] }, { axis }) => {
    const { shape, sliced, indexed } = slicesOf(x!.shape, axis, sizeOf(indices!.shape));
    e.loop(shape, (body) => {
      body.store({ constant: 0, strides: sliced }, body.load(0, indexed(body)));
    });
  },
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [x, indices], cotangent, attrs: { axis } }) => [
      apply(scatterOp, [cotangent, indices], { axis, size: x.shape[axis]! }) as FloatNode,
      null,
    ],
  },
  doc: { formula: "gather(x, i)[… j …] = x[… i_j …]; adjoint: scatter" },
};

/** Zeros with the updates added at their indices; an index named twice gets both. */
export const scatterOp: GeneralOp<
  NumericDType,
  [Node<NumericDType>, IntNode],
  Readonly<{ axis: number; size: number }>
> = {
  name: "scatter",
  kind: "general",
  parameters: ["updates", "indices"],
  inferType: ({ op, inputs, attrs: { axis, size } }) => {
    const [updates, indices] = inputs;
    requireDType(op, inputs, 1, ["i32"]);
    const rank = indices.shape.length;
    if (!sameShape(updates.shape.slice(axis, axis + rank), indices.shape)) {
      throw new ShapeError({
        code: "SCATTER_SHAPE",
        where: signature(op),
        rule: `updates must have the axes of indices from axis ${axis} on`,
        got: describeInputs(op, inputs),
      });
    }
    return {
      dtype: commonDType(op, [updates], ["f32", "i32"]),
      shape: [...updates.shape.slice(0, axis), size, ...updates.shape.slice(axis + rank)],
    };
  },
  reference: ([updates, indices], output, { axis, size }, at) => {
    checkIndices(at, indices, size);
    const totals = new Float64Array(output.data.length);
    forEachSlice(output.shape, axis, indices.data, (target, source, length) => {
      for (let i = 0; i < length; i++) totals[target + i]! += updates.data[source + i]!;
    });
    output.data.set(totals);
  },
  emit: (e, { inputs: [, indices], output }, { axis }) => {
    const { shape, sliced, indexed } = slicesOf(output.shape, axis, sizeOf(indices!.shape));
    e.fill(0);
    e.loop(shape, (body) => {
      body.accumulate(indexed(body), body.load(0, { constant: 0, strides: sliced }));
    });
  },
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [, indices], cotangent, attrs: { axis } }) => [gather(cotangent, indices, axis), null],
  },
  doc: { formula: "scatter(u, i)[… k …] = Σ over j with i_j = k of u[… j …]; adjoint: gather" },
};

/** The loop over all elements of all slices: positions in the tensor of slices, and in the one that input 1 indexes. */
function slicesOf(
  indexedShape: Shape,
  axis: number,
  count: number,
): { shape: Shape; sliced: readonly number[]; indexed: (body: LoopEmitter) => Position } {
  const length = sizeOf(indexedShape.slice(axis + 1));
  const extent = indexedShape[axis]!;
  return {
    shape: [sizeOf(indexedShape.slice(0, axis)), count, length],
    sliced: [count * length, length, 1],
    indexed: (body) => ({
      constant: 0,
      strides: [extent * length, 0, 1],
      indirect: [{ index: body.load(1, { constant: 0, strides: [0, 1, 0] }), stride: length, extent }],
    }),
  };
}

/** For every index: where its slice starts in the indexed tensor and in the tensor of slices. */
function forEachSlice(
  shape: Shape,
  axis: number,
  indices: NdData,
  visit: (indexed: number, sliced: number, length: number) => void,
): void {
  const length = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const extent = shape[axis]!;
  for (let block = 0, sliced = 0; block < outer; block++) {
    for (let j = 0; j < indices.length; j++, sliced += length)
      visit((block * extent + indices[j]!) * length, sliced, length);
  }
}

type NdData = ArrayLike<number>;

/**
 * The slices of x at indices along an axis, as NumPy's `take`. An embedding is gather(table, tokens).
 *
 * @shapes x: D[...S, n, ...R], indices: i32[...I] -> D[...S, ...I, ...R]
 * @param indices - whole numbers in [0, n)
 * @param axis - the first one unless given; negative from the end
 * @throws ShapeError AXIS_RANGE if the axis is not one of x. DTypeError DTYPE_NOT_ACCEPTED if the indices are not i32. ValueError INDEX_RANGE, when run, if an index is out of range.
 * @example
 * evaluate(gather(constant([[1, 2], [3, 4]]), constant([1, 1, 0], "i32"))).data; // → [3, 4, 3, 4, 1, 2]
 */
export function gather<D extends DType>(x: Node<D>, indices: IntNode, axis = 0): Node<D> {
  return apply(gatherOp, [x as Node, indices], {
    axis: normalizeAxis("gather(x, indices, axis)", axis, x.shape.length),
  }) as Node<D>;
}

/**
 * The target with updates added at indices along an axis. An index named twice gets both updates.
 *
 * @shapes target: D[...S, n, ...R], indices: i32[...I], updates: D[...S, ...I, ...R] -> D[...S, n, ...R]
 * @param indices - whole numbers in [0, n)
 * @param axis - the first one unless given; negative from the end
 * @throws ShapeError SCATTER_SHAPE if the updates do not have the shape of the slices. ValueError INDEX_RANGE, when run, if an index is out of range.
 * @example
 * evaluate(scatterAdd(constant([1, 1, 1]), constant([2, 2], "i32"), constant([5, 6]))).data; // → [1, 1, 12]
 */
export function scatterAdd<D extends NumericDType>(
  target: Node<D>,
  indices: IntNode,
  updates: Node<D>,
  axis = 0,
): Node<D> {
  const at = normalizeAxis("scatterAdd(target, indices, updates, axis)", axis, target.shape.length);
  const scattered = apply(scatterOp, [updates, indices], { axis: at, size: target.shape[at]! }) as Node as Node<D>;
  if (!sameShape(scattered.shape, target.shape)) {
    throw new ShapeError({
      code: "SCATTER_SHAPE",
      where: "scatterAdd(target, indices, updates)",
      rule: "updates must have the shape of the slices of target at the indices",
      got: `target = ${describe(target)}, indices = ${describe(indices)} and updates = ${describe(updates)}`,
    });
  }
  return add(target, scattered);
}
