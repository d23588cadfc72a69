/** Values compared with numbers as they were printed. */
import { expect } from "vitest";

/** Every value, rounded to as many decimals as its printed number has, reads the same: `"0.35891648"` has eight. */
export function expectPrinted(values: ArrayLike<number>, printed: readonly string[]): void {
  const rounded = Array.from(values, (value, i) => value.toFixed(decimalsOf(printed[i] ?? "")));
  expect(rounded).toEqual(printed);
}

function decimalsOf(printed: string): number {
  return printed.length - printed.indexOf(".") - 1;
}
