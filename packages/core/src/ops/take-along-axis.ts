/** Reading one element per position along an axis, and adding elements back there: each is the other's adjoint. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { LoopEmitter, Position } from "../graph/emitter.js";
import type { FloatNode, IntNode, Node } from "../graph/node.js";
import { signature, type GeneralOp } from "../graph/op.js";
import { commonDType, describeInputs, requireDType } from "../graph/type-rules.js";
import type { DType, NumericDType } from "../tensor/dtype.js";
import { forEachLine } from "../tensor/lines.js";
import { normalizeAxis, sizeOf, type Shape } from "../tensor/shape.js";
import { checkIndices } from "../graph/check-indices.js";

export const takeAlongAxisOp: GeneralOp<DType, [Node, IntNode], Readonly<{ axis: number }>> = {
  name: "takeAlongAxis",
  kind: "general",
  parameters: ["x", "indices"],
  inferType: ({ op, inputs, attrs: { axis } }) => {
    const [x, indices] = inputs;
    requireDType(op, inputs, 1, ["i32"]);
    const fits =
      x.shape.length === indices.shape.length &&
      x.shape.every((extent, i) => i === axis || extent === indices.shape[i]);
    if (!fits)
      throw new ShapeError({
        code: "SHAPE_MISMATCH",
        where: signature(op),
        rule: `x and indices must agree in every axis but ${axis}`,
        got: describeInputs(op, inputs),
      });
    return { dtype: x.dtype, shape: indices.shape };
  },
  reference: ([x, indices], output, { axis }, at) => {
    checkIndices(at, indices, x.shape[axis]!);
    forEachElement(x.shape, indices.shape, axis, indices.data, (indexed, position) => {
      output.data[position] = x.data[indexed]!;
    });
  },
  emit: (e, { inputs: [x, indices] }, { axis }) => {
    const { shape, lines, indexed } = linesOf(indices!.shape, axis, x!.shape[axis]!);
    e.loop(shape, (body) => {
      body.store(lines, body.load(0, indexed(body)));
    });
  },
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [x, indices], cotangent, attrs: { axis } }) => [
      apply(addAlongAxisOp, [cotangent, indices], { axis, size: x.shape[axis]! }) as FloatNode,
      null,
    ],
  },
  doc: { formula: "takeAlongAxis(x, i)[… j …] = x[… i_j …] in the same line; adjoint: addAlongAxis" },
};

/** Zeros with every update added at its index in its line. */
export const addAlongAxisOp: GeneralOp<
  NumericDType,
  [Node<NumericDType>, IntNode],
  Readonly<{ axis: number; size: number }>
> = {
  name: "addAlongAxis",
  kind: "general",
  parameters: ["updates", "indices"],
  inferType: ({ op, inputs: [updates], attrs: { axis, size } }) => ({
    dtype: commonDType(op, [updates], ["f32", "i32"]),
    shape: updates.shape.map((extent, i) => (i === axis ? size : extent)),
  }),
  reference: ([updates, indices], output, { axis, size }, at) => {
    checkIndices(at, indices, size);
    const totals = new Float64Array(output.data.length);
    forEachElement(output.shape, indices.shape, axis, indices.data, (indexed, position) => {
      totals[indexed]! += updates.data[position]!;
    });
    output.data.set(totals);
  },
  emit: (e, { inputs: [, indices] }, { axis, size }) => {
    const { shape, lines, indexed } = linesOf(indices!.shape, axis, size);
    e.fill(0);
    e.loop(shape, (body) => {
      body.accumulate(indexed(body), body.load(0, lines));
    });
  },
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [, indices], cotangent, attrs: { axis } }) => [takeAlongAxis(cotangent, indices, axis), null],
  },
  doc: {
    formula: "addAlongAxis(u, i)[… k …] = Σ over j with i_j = k of u[… j …] in the same line; adjoint: takeAlongAxis",
  },
};

/** The loop over all indices: their own positions, and those they name in lines of `extent` elements. */
function linesOf(
  indexShape: Shape,
  axis: number,
  extent: number,
): { shape: Shape; lines: Position; indexed: (body: LoopEmitter) => Position } {
  const count = indexShape[axis]!;
  const inner = sizeOf(indexShape.slice(axis + 1));
  const lines = { constant: 0, strides: [count * inner, inner, 1] };
  return {
    shape: [sizeOf(indexShape.slice(0, axis)), count, inner],
    lines,
    indexed: (body) => ({
      constant: 0,
      strides: [extent * inner, 0, 1],
      indirect: [{ index: body.load(1, lines), stride: inner, extent }],
    }),
  };
}

/** For every index: the position of the element it names, and its own. */
function forEachElement(
  shape: Shape,
  indexShape: Shape,
  axis: number,
  indices: ArrayLike<number>,
  visit: (indexed: number, position: number) => void,
): void {
  const starts: number[] = [];
  forEachLine(shape, axis, (start) => starts.push(start));
  forEachLine(indexShape, axis, (start, stride, count, line) => {
    for (let i = 0, position = start; i < count; i++, position += stride)
      visit(starts[line]! + indices[position]! * stride, position);
  });
}

/**
 * One element of x per index, in the same line along an axis, as NumPy's `take_along_axis`.
 *
 * @shapes x: D[...S, n, ...R], indices: i32[...S, m, ...R] -> D[...S, m, ...R]
 * @param indices - whole numbers in [0, n)
 * @param axis - the last one unless given; negative from the end
 * @throws ShapeError SHAPE_MISMATCH if another axis differs. ValueError INDEX_RANGE, when run, if an index is out of range.
 * @example
 * evaluate(takeAlongAxis(constant([[1, 2], [3, 4]]), constant([[1], [0]], "i32"))).data; // → [2, 3]
 */
export function takeAlongAxis<D extends DType>(x: Node<D>, indices: IntNode, axis = -1): Node<D> {
  return apply(takeAlongAxisOp, [x as Node, indices], {
    axis: normalizeAxis("takeAlongAxis(x, indices, axis)", axis, x.shape.length),
  }) as Node<D>;
}
