/** Times as people read them. */

/**
 * Minutes and seconds.
 *
 * @param seconds - negative ones count as 0
 * @example
 * duration(65); // → "1:05"
 */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
