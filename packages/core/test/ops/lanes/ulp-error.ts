/** How far a number of single precision is from the true result. */

/** Distance of two neighboring f32 numbers at a value: subnormal numbers are all 2^-149 apart. */
function ulpAt(value: number): number {
  const exponent = Math.min(Math.max(Math.floor(Math.log2(Math.abs(value))), -126), 127);
  return 2 ** (exponent - 23);
}

/** The error in units of the last place of the true result; ∞ where only an exact special value will do. */
export function ulpError(actual: number, expected: number): number {
  if (Object.is(actual, expected)) return 0;
  if (Number.isNaN(actual) || Number.isNaN(expected)) return Infinity;
  return Math.abs(beforeOverflow(actual) - beforeOverflow(expected)) / ulpAt(expected);
}

/** ∞, and what becomes it, is the number that would come after the largest. */
function beforeOverflow(x: number): number {
  return Math.min(Math.max(x, -(2 ** 128)), 2 ** 128);
}
