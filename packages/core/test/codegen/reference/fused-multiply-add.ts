/** a · b + c of f32 numbers, rounded once to f32. */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** Position of the low word of a double. */
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;

/**
 * The product is exact in f64. The sum is rounded to odd there: its last bit says whether anything was lost, so that
 * rounding to f32 afterwards is as good as rounding once.
 *
 * @source Boldo & Melquiond 2008, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd"
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const other = sum - product;
  // What the sum lost, exactly (Knuth 1969).
  const lost = product - (sum - other) + (c - other);
  if (lost === 0 || !Number.isFinite(lost)) return Math.fround(sum);
  double[0] = sum;
  if ((words[LOW]! & 1) === 0) {
    if (lost > 0 === sum > 0) words[LOW] = words[LOW]! | 1;
    else {
      if (words[LOW] === 0) words[1 - LOW]! -= 1;
      words[LOW]! -= 1;
    }
  }
  return Math.fround(double[0]);
}
