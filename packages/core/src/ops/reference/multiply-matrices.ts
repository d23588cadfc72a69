/**
 * The interpreter's matrix product: plain loops, sums in f64, one rounding per element. Both loops read rows of b, and
 * take four at a time, so that a real network trains in reasonable time.
 */
import type { DType, TypedArrayOf } from "../../tensor/dtype.js";

type Elements = TypedArrayOf<DType>;

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
  const factors = new Float64Array(inner);
  const totals = new Float64Array(columns);
  const rowStride = transposeA ? 1 : inner;
  const innerStride = transposeA ? rows : 1;
  for (
    let start = 0, aStart = 0, bStart = 0;
    start < output.length;
    aStart += rows * inner, bStart += inner * columns
  ) {
    for (let row = 0; row < rows; row++, start += columns) {
      for (let k = 0, i = aStart + row * rowStride; k < inner; k++, i += innerStride) factors[k] = a[i]!;
      if (transposeB) dotProducts(factors, b, bStart, totals);
      else sumOfRows(factors, b, bStart, totals);
      output.set(totals, start);
    }
  }
}

/** totals[j] = Σ_k factors[k] b[k, j]: rows of b, scaled and added. */
function sumOfRows(factors: Float64Array, b: Elements, start: number, totals: Float64Array): void {
  const columns = totals.length;
  const inner = factors.length;
  totals.fill(0);
  let k = 0;
  let r0 = start;
  for (; k + 3 < inner; k += 4, r0 += 4 * columns) {
    const [f0, f1, f2, f3] = [factors[k]!, factors[k + 1]!, factors[k + 2]!, factors[k + 3]!];
    const [r1, r2, r3] = [r0 + columns, r0 + 2 * columns, r0 + 3 * columns];
    for (let j = 0; j < columns; j++)
      totals[j]! += f0 * b[r0 + j]! + f1 * b[r1 + j]! + f2 * b[r2 + j]! + f3 * b[r3 + j]!;
  }
  for (; k < inner; k++, r0 += columns) {
    const factor = factors[k]!;
    for (let j = 0; j < columns; j++) totals[j]! += factor * b[r0 + j]!;
  }
}

/** totals[j] = Σ_k factors[k] b[j, k]: one dot product per row of b. */
function dotProducts(factors: Float64Array, b: Elements, start: number, totals: Float64Array): void {
  const columns = totals.length;
  const inner = factors.length;
  let j = 0;
  let r0 = start;
  for (; j + 3 < columns; j += 4, r0 += 4 * inner) {
    const [r1, r2, r3] = [r0 + inner, r0 + 2 * inner, r0 + 3 * inner];
    let [t0, t1, t2, t3] = [0, 0, 0, 0];
    for (let k = 0; k < inner; k++) {
      const factor = factors[k]!;
      t0 += factor * b[r0 + k]!;
      t1 += factor * b[r1 + k]!;
      t2 += factor * b[r2 + k]!;
      t3 += factor * b[r3 + k]!;
    }
    totals[j] = t0;
    totals[j + 1] = t1;
    totals[j + 2] = t2;
    totals[j + 3] = t3;
  }
  for (; j < columns; j++, r0 += inner) {
    let total = 0;
    for (let k = 0; k < inner; k++) total += factors[k]! * b[r0 + k]!;
    totals[j] = total;
  }
}
