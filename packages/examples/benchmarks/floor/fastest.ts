/** Which of several programs for the same work is the floor on this engine. */
import { median } from "../../src/statistics.js";
import type { Implementation } from "../steps/implementation.js";

/** Milliseconds each program is tried, once to be compiled well and once to be timed. */
const TRIAL = 60;

/** The fastest of implementations, tried one after another. */
export async function fastest(candidates: readonly Implementation[]): Promise<Implementation> {
  const timed: { readonly candidate: Implementation; readonly time: number }[] = [];
  for (const candidate of candidates) {
    await candidate.slice(TRIAL);
    timed.push({ candidate, time: median(await candidate.slice(TRIAL)) });
  }
  return timed.toSorted((a, b) => a.time - b.time)[0]!.candidate;
}
