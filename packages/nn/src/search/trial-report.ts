/** What became of trials, and which is better. */

/** What became of one trial. */
export interface TrialReport<C> {
  /** From 0. */
  readonly trial: number;
  readonly configuration: C;
  readonly seed: number;
  /** The loss with each budget that it was given, in order. */
  readonly results: readonly { readonly budget: number; readonly loss: number }[];
  /** Whether it was given the whole budget, was dropped before because others were better, failed, or the search was stopped. */
  readonly status: "finished" | "dropped" | "failed" | "stopped";
  /** Why it failed. */
  readonly error?: string;
}

/**
 * Which of two trials stands before the other: the one that was given more budget, then the one whose loss is lower, then
 * the one that comes first. Trials that failed, and those whose loss is NaN or ±∞, come last.
 */
export function compareTrials<C>(a: TrialReport<C>, b: TrialReport<C>): number {
  const [isUsableA, isUsableB] = [isUsable(a), isUsable(b)];
  if (isUsableA !== isUsableB) return isUsableA ? -1 : 1;
  if (!isUsableA) return a.trial - b.trial;
  return b.results.length - a.results.length || lossOf(a) - lossOf(b) || a.trial - b.trial;
}

/** Whether a trial has a loss that says something. */
export function isUsable<C>(report: TrialReport<C>): boolean {
  return report.status !== "failed" && Number.isFinite(lossOf(report));
}

/** The loss with the largest budget it was given; NaN if there is none. */
function lossOf<C>({ results }: TrialReport<C>): number {
  return results.at(-1)?.loss ?? NaN;
}
