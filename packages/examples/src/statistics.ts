/** What is said of numbers. */

/** The middle of the values, at least one: the mean of both middle ones where there are two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** The mean of the values, at least one. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** The least of the values; unlike `Math.min(...)` for any number of them. */
export function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => (value < smallest ? value : smallest), Infinity);
}

/** The largest of the values; unlike `Math.max(...)` for any number of them. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (value > most ? value : most), -Infinity);
}

/** Where the largest of the values is, the first of several. */
export function indexOfLargest(values: readonly number[]): number {
  return values.indexOf(largest(values));
}

/** A share in [0, 1] as it is read: `12.5 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
