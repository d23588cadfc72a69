/** A published result, as data. */

/** What was found in a run. */
export interface Found {
  /** The figures, in the same words as what is published. */
  readonly obtained: string;
  readonly holds: boolean;
  /** Why it does not hold, or what is done otherwise than published. */
  readonly remark?: string;
}

/** A published result, and the run that is to reproduce it. */
export interface Row {
  /** Short; selects the row on the command line. */
  readonly name: string;
  readonly published: string;
  /** Author, year, place. */
  readonly source: string;
  /** Several where the claim is a rate of success. Default [1]; of no effect on what draws nothing. */
  readonly seeds?: readonly number[];
  /** Whether a run takes minutes: it is run when it is named, or with all others. */
  readonly isLong?: boolean;
  readonly run: (seed: number) => Promise<Found> | Found;
}

/** For rows whose settings were chosen by trying some on seeds 1 to 3: those seeds have been used up. */
export const FRESH_SEEDS: readonly number[] = [4, 5, 6];
