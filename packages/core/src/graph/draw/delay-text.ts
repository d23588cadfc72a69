/** How pictures write a delay. */

/**
 * `z⁻²`: the value of two steps ago.
 *
 * @example
 * delayText(12); // → "z⁻¹²"
 */
export function delayText(steps: number): string {
  return `z⁻${String(steps).replaceAll(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]!)}`;
}
