/** Shares from all to next to nothing, as text. */

/** A share as a percentage of two digits. */
export function percent(share: number): string {
  const value = 100 * share;
  return value !== 0 && value < 0.001 ? `${value.toExponential(0)} %` : `${Number(value.toPrecision(2))} %`;
}
