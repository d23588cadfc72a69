/** Matrix product over the last two axes, batched over the others; either operand may be read transposed. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { describe, requireNode, type FloatNode, type Node } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import { commonDType, describeInputs } from "../graph/type-rules.js";
import { broadcastShapes, formatShape, sameShape, type Shape } from "../tensor/shape.js";
import { formatType } from "../tensor/tensor-type.js";
import { multiplyMatrices } from "./reference/multiply-matrices.js";
import { reshape } from "./reshape.js";
import { broadcastTo } from "./sum-broadcast.js";

/** Which operands are read with their last two axes swapped. */
export type MatmulAttrs = Readonly<{ transposeA: boolean; transposeB: boolean }>;

export const matmulOp: GeneralOp<"f32", [FloatNode, FloatNode], MatmulAttrs> = {
  name: "matmul",
  kind: "general",
  parameters: ["a", "b"],
  inferType: ({ op, inputs, attrs }) => {
    const [a, b] = inputs;
    const dtype = commonDType(op, inputs, ["f32"]);
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw new ShapeError({
        code: "MATMUL_RANK",
        where: "matmul(a, b)",
        rule: "both operands must have at least two axes",
        got: describeInputs(op, inputs),
      });
    }
    const batch = a.shape.slice(0, -2);
    if (!sameShape(batch, b.shape.slice(0, -2))) throw unequalBatch(a, b);
    const [rows, inner] = matrix(a.shape, attrs.transposeA);
    const [otherInner, columns] = matrix(b.shape, attrs.transposeB);
    if (inner !== otherInner) throw unequalInner(a, b, attrs);
    return { dtype, shape: [...batch, rows, columns] };
  },
  reference: ([a, b], output, { transposeA, transposeB }) => {
    const [rows, inner] = matrix(a.shape, transposeA);
    const columns = output.shape.at(-1)!;
    multiplyMatrices(a.data, b.data, output.data, { rows, inner, columns, transposeA, transposeB });
  },
  emit: "kernel",
  derivative: {
    kind: "multilinear",
    vjp: ({ inputs: [a, b], cotangent: g, attrs: { transposeA, transposeB } }) => [
      transposeA ? product(b, g, transposeB, true) : product(g, b, false, !transposeB),
      transposeB ? product(g, a, true, transposeA) : product(a, g, !transposeA, false),
    ],
  },
  doc: { formula: "matmul(a, b) = a b; d/da = g b^T, d/db = a^T g" },
};

/** The op as it is: no promotion, no broadcasting. */
function product(a: FloatNode, b: FloatNode, transposeA: boolean, transposeB: boolean): FloatNode {
  return apply(matmulOp, [a, b], { transposeA, transposeB });
}

/** The sizes of the matrices as they are multiplied. */
function matrix(shape: Shape, isTransposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return isTransposed ? [columns, rows] : [rows, columns];
}

function unequalBatch(a: Node, b: Node): ShapeError {
  return new ShapeError({
    code: "SHAPE_BROADCAST",
    where: "matmul(a, b)",
    rule: "the axes before the last two must broadcast",
    got: `a = ${describe(a)} and b = ${describe(b)}: ${formatShape(a.shape.slice(0, -2))} ≠ ${formatShape(b.shape.slice(0, -2))}`,
  });
}

function unequalInner(a: Node, b: Node, { transposeA, transposeB }: MatmulAttrs): ShapeError {
  const [, inner] = matrix(a.shape, transposeA);
  const [otherInner, otherColumns] = matrix(b.shape, transposeB);
  const wouldFit = !transposeA && !transposeB && inner === otherColumns;
  const needed = { dtype: b.dtype, shape: [...b.shape.slice(0, -2), otherColumns, otherInner] };
  return new ShapeError({
    code: "SHAPE_CONTRACT",
    where: "matmul(a, b)",
    rule: `the ${transposeA ? "second-to-last" : "last"} axis of a must equal the ${transposeB ? "last" : "second-to-last"} axis of b`,
    got: `a = ${describe(a)} and b = ${describe(b)}: ${inner} ≠ ${otherInner}`,
    ...(wouldFit && { fix: `Did you mean matmul(a, transpose(b))? That reads b as ${formatType(needed)}` }),
    details: { a: a.shape, b: b.shape },
  });
}

/**
 * The matrix product, by NumPy's rules: the last two axes are matrices, the others broadcast; an operand with one axis
 * is a row (a) or a column (b) whose axis is dropped from the result.
 *
 * @shapes a: f32[...S, M, K], b: f32[...R, K, N] -> f32[S and R broadcast, M, N]
 * @param options - transposeA, transposeB: read that operand with its last two axes swapped
 * @throws ShapeError SHAPE_CONTRACT if the contracted axes differ; SHAPE_BROADCAST if the others do not broadcast; MATMUL_RANK for a scalar. DTypeError DTYPE_NOT_ACCEPTED if one is not f32.
 * @accuracy each element is summed in f64 by the interpreter and rounded once.
 * @example
 * evaluate(matmul(constant([[1, 2], [3, 4]]), constant([[5], [6]]))).data; // → [17, 39]
 */
export function matmul(a: FloatNode, b: FloatNode, options: Partial<MatmulAttrs> = {}): FloatNode {
  requireNode("matmul(a, b)", "a", a);
  requireNode("matmul(a, b)", "b", b);
  const { transposeA = false, transposeB = false } = options;
  if (a.shape.length === 0 || b.shape.length === 0) return product(a, b, transposeA, transposeB);
  if (b.shape.length === 1) {
    const column = matmul(a, reshape(b, [b.shape[0]!, 1]), { transposeA });
    return reshape(column, column.shape.slice(0, -1));
  }
  if (a.shape.length === 1) {
    const row = matmul(reshape(a, [1, a.shape[0]!]), b, { transposeB });
    return reshape(row, [...row.shape.slice(0, -2), row.shape.at(-1)!]);
  }
  if (a.shape.length > 2 && b.shape.length === 2 && !transposeA) {
    const rows = product(reshape(a, [sizeBeforeLast(a.shape), a.shape.at(-1)!]), b, false, transposeB);
    return reshape(rows, [...a.shape.slice(0, -1), rows.shape[1]!]);
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (batch === undefined) throw unequalBatch(a, b);
  return product(
    broadcastTo(a, [...batch, ...a.shape.slice(-2)]),
    broadcastTo(b, [...batch, ...b.shape.slice(-2)]),
    transposeA,
    transposeB,
  );
}

function sizeBeforeLast(shape: Shape): number {
  return shape.slice(0, -1).reduce((size, extent) => size * extent, 1);
}
