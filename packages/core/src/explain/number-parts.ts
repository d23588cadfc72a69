/** Numbers as they are printed in formulas. */
import { ValueError } from "../errors.js";

/** Below this a number is easier to read as a power of ten. */
const SMALLEST_FIXED = 1e-4;
const LARGEST_FIXED = 1e9;

/** A number in parts: `1.5 · 10^-7` has an exponent, `0.25` has none. */
export interface NumberParts {
  readonly isNegative: boolean;
  /** Without a sign. */
  readonly digits: string;
  readonly exponent: number | undefined;
}

/**
 * A number rounded to so many decimals, without zeros at the end; very small and very large ones as a power of ten with so
 * many decimals.
 *
 * @throws ValueError EXPLAIN_DECIMALS if the decimals are not a whole number in [0, 17].
 */
export function numberParts(value: number, decimals: number): NumberParts {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 17) {
    throw new ValueError({
      code: "EXPLAIN_DECIMALS",
      where: "explanation",
      rule: "decimals must be a whole number in [0, 17]",
      got: String(decimals),
    });
  }
  const size = Math.abs(value);
  const isNegative = value < 0;
  if (Number.isNaN(size)) return { isNegative, digits: "NaN", exponent: undefined };
  if (size === Infinity) return { isNegative, digits: "∞", exponent: undefined };
  // Of a number below 1, at least two digits are shown.
  const smallest = Math.min(1, Math.max(SMALLEST_FIXED, 10 ** (1 - decimals)));
  if (size === 0 || (size >= smallest && size < LARGEST_FIXED)) {
    return { isNegative, digits: withoutZeros(size.toFixed(decimals)), exponent: undefined };
  }
  const [mantissa = "", exponent] = size.toExponential(decimals).split("e");
  return { isNegative, digits: withoutZeros(mantissa), exponent: Number(exponent) };
}

function withoutZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
