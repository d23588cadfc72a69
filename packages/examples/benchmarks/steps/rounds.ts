/**
 * Interleaved timing: in every round each implementation runs for a slice. A slow spell of the machine then meets all of
 * them, so that ratios within a round mean more than times.
 */
import { median } from "../../src/statistics.js";
import type { Implementation } from "./implementation.js";

/** How much is timed. */
export interface RoundOptions {
  readonly rounds: number;
  /** Milliseconds each implementation runs per round. */
  readonly slice: number;
  /** Milliseconds after which an implementation sits out the other rounds, once it took part in `enough`. */
  readonly patience: number;
  readonly enough: number;
}

/** Nine rounds of 0.3 s. */
export const LONG: RoundOptions = { rounds: 9, slice: 300, patience: 20_000, enough: 3 };
/** Three rounds, to see that everything runs. */
export const QUICK: RoundOptions = { rounds: 3, slice: 50, patience: 1000, enough: 1 };

/** The milliseconds of one implementation's runs. */
export interface Timing {
  readonly implementation: Implementation;
  /** Per round, those of its runs; none in rounds it sat out. */
  readonly rounds: readonly (readonly number[])[];
}

/** Times implementations in turn, after one round that does not count, in which engines compile what is hot. */
export async function timeInRounds(
  implementations: readonly Implementation[],
  options: RoundOptions,
): Promise<Timing[]> {
  const timings = implementations.map((implementation) => ({ implementation, rounds: [] as number[][], spent: 0 }));
  for (const { implementation } of timings) await implementation.slice(Math.min(WARM_UP, 3 * options.slice));
  for (let round = 0; round < options.rounds; round++) {
    for (const timing of timings) {
      const sitsOut = timing.spent > options.patience && round >= options.enough;
      const times = sitsOut ? [] : await timing.implementation.slice(options.slice);
      timing.rounds.push([...times]);
      timing.spent += times.reduce((total, time) => total + time, 0);
    }
  }
  return timings;
}

const WARM_UP = 1000;

/** The median over rounds of one timing's median divided by another's, over the rounds in which both took part. */
export function ratioOf(ours: Timing, other: Timing): number {
  const ratios = ours.rounds.flatMap((times, round) => {
    const others = other.rounds[round]!;
    return times.length > 0 && others.length > 0 ? [median(times) / median(others)] : [];
  });
  return ratios.length === 0 ? NaN : median(ratios);
}
