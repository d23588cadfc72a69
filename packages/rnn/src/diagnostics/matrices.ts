/** Stacks of small dense matrices on the host, as Jacobians over time are. */
import { ndArray, NdArray, ShapeError, ValueError, type TensorValue } from "@unfold/core";

/** Matrices of one size, one after the other in row-major order. */
export interface MatrixStack {
  /** The axes before the last two: of a matrix over time `[T]`. */
  readonly axes: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly matrices: readonly Float64Array[];
}

/**
 * The matrices of a value `[…S, M, N]`, copied.
 *
 * @throws ShapeError MATRIX_RANK unless there are two axes at least. ValueError NOT_FINITE if an element is NaN or ±∞.
 */
export function matricesOf(where: string, value: TensorValue): MatrixStack {
  const { shape, data } = ndArray(value, { where });
  const [rows, columns] = shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new ShapeError({
      code: "MATRIX_RANK",
      where,
      rule: "the value must be a matrix [M, N], or matrices [T, M, N]",
      got: `[${shape.join(", ")}]`,
    });
  }
  const unfit = data.find((element) => !Number.isFinite(element));
  if (unfit !== undefined) {
    throw new ValueError({ code: "NOT_FINITE", where, rule: "all elements must be finite", got: String(unfit) });
  }
  const axes = shape.slice(0, -2);
  const count = axes.reduce((product, extent) => product * extent, 1);
  const size = rows * columns;
  const matrices = Array.from({ length: count }, (_, i) => Float64Array.from(data.subarray(i * size, (i + 1) * size)));
  return { axes, rows, columns, matrices };
}

/** The stack, its matrices being square. @throws ShapeError MATRIX_SQUARE */
export function squareMatricesOf(where: string, value: TensorValue): MatrixStack {
  const stack = matricesOf(where, value);
  if (stack.rows === stack.columns) return stack;
  throw new ShapeError({
    code: "MATRIX_SQUARE",
    where,
    rule: "a matrix must have as many rows as columns",
    got: `[${stack.rows}, ${stack.columns}]`,
  });
}

/** f32 values of this shape. */
export function valuesOf(shape: readonly number[], values: readonly number[]): NdArray<"f32"> {
  return new NdArray({ dtype: "f32", shape: [...shape] }, Float64Array.from(values));
}
