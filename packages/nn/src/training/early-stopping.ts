/** When a metric has stopped getting better. */

/** Which metric decides, and how long it is borne that it does not get better. */
export interface EarlyStopping {
  /** Name of a metric of the validation data. */
  readonly metric: string;
  /** Epochs in a row without a better value after which training ends, ≥ 1. */
  readonly patience: number;
  /** Whether the metric should fall (default) or rise. */
  readonly goal?: "fall" | "rise";
  /** By how much a value must be better to count as better, ≥ 0. Default 0. */
  readonly threshold?: number;
}

/** Whether a value is better than the best one before it. NaN is not. */
export function isBetter(
  value: number,
  best: number | undefined,
  { goal = "fall", threshold = 0 }: EarlyStopping,
): boolean {
  if (best === undefined) return !Number.isNaN(value);
  return goal === "fall" ? value < best - threshold : value > best + threshold;
}
