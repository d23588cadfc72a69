/**
 * The interpreter's matrix product: plain loops, sums in f64, one rounding per element. Loop orders read both operands
 * along their rows, so that a real network trains in reasonable time.
 */
import type { TypedArrayOf } from "../../tensor/dtype.js";

type Elements = TypedArrayOf<"f32" | "i32" | "bool">;

interface Sizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** output = a b for every matrix of the batch. */
export function multiplyMatrices(a: Elements, b: Elements, output: Elements, sizes: Sizes): void {
  const { rows, inner, columns, transposeA, transposeB } = sizes;
  const totals = new Float64Array(columns);
  const strideRow = transposeA ? 1 : inner;
  const strideInner = transposeA ? rows : 1;
  for (let start = 0, aStart = 0, bStart = 0; start < output.length; start += rows * columns, aStart += rows * inner, bStart += inner * columns) {
    for (let row = 0; row < rows; row++) {
      const aRow = aStart + row * strideRow;
      if (transposeB) dotProducts(a, aRow, strideInner, b, bStart, inner, totals);
      else sumOfRows(a, aRow, strideInner, b, bStart, inner, totals);
      output.set(totals, start + row * columns);
    }
  }
}

/** totals[j] = Σ_k a[k] b[k, j]: rows of b, scaled and added. */
function sumOfRows(a: Elements, aStart: number, aStride: number, b: Elements, bStart: number, inner: number, totals: Float64Array): void {
  const columns = totals.length;
  totals.fill(0);
  for (let k = 0, i = aStart, row = bStart; k < inner; k++, i += aStride, row += columns) {
    const factor = a[i]!;
    for (let j = 0; j < columns; j++) totals[j]! += factor * b[row + j]!;
  }
}

/** totals[j] = Σ_k a[k] b[j, k]: one dot product per row of b. */
function dotProducts(a: Elements, aStart: number, aStride: number, b: Elements, bStart: number, inner: number, totals: Float64Array): void {
  for (let j = 0, row = bStart; j < totals.length; j++, row += inner) {
    let total = 0;
    for (let k = 0, i = aStart; k < inner; k++, i += aStride) total += a[i]! * b[row + k]!;
    totals[j] = total;
  }
}
