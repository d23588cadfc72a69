/** Products in the form that is fastest among equal ones. */
import type { MatmulKernel, MatrixLayout } from "../kernel.js";

/**
 * The same product: strides that are never used become what suits most, and a product with one column becomes one with
 * one row, A and B having changed places (seen by its number of rows).
 */
export function normalized(kernel: MatmulKernel): MatmulKernel {
  const { rows, inner, columns, a, b, init } = kernel;
  if (b !== "packed" && isColumn(kernel)) {
    return normalized({
      kind: "matmul",
      rows: 1,
      inner,
      columns: rows,
      a: { row: 0, column: b.row },
      b: { row: a.column, column: a.row },
      c: rows,
      init: init && { row: 0, column: init.row },
    });
  }
  return {
    ...kernel,
    a: { row: rows === 1 ? 0 : a.row, column: inner === 1 ? 1 : a.column },
    b: b === "packed" ? b : normalizedB(b, inner, columns),
    init: init && { row: rows === 1 ? 0 : init.row, column: columns === 1 ? 1 : init.column },
  };
}

/** Whether C is a column without gaps. */
function isColumn({ rows, columns, c, init }: MatmulKernel): boolean {
  return columns === 1 && rows > 1 && c === 1 && (init === undefined || init.row <= 1);
}

function normalizedB({ row, column }: MatrixLayout, inner: number, columns: number): MatrixLayout {
  return { row: inner === 1 ? columns : row, column: columns === 1 ? 1 : column };
}
