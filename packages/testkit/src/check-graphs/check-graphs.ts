/** A long search for a program that some way to run computes otherwise than the interpreter at double precision. */
import fc from "fast-check";
import { findDifference, type WayToRun } from "../find-difference.js";
import { randomPrograms } from "../random-program.js";

/** What to search. */
export interface SearchOptions {
  /** How many programs. */
  readonly cases: number;
  readonly seed: number;
  /** The one program to look at again, as a failure of this seed named it. */
  readonly path?: string;
  readonly ways: readonly WayToRun[];
  /** Called after each program, with how many have been looked at. */
  readonly onCase?: (done: number) => void;
}

/** A program that is not computed alike, as small as it could be made. */
export interface GraphFailure {
  readonly seed: number;
  readonly path: string;
  /** Its graph and the values of its inputs. */
  readonly text: string;
  /** The way to run it, and the element that differs or the error. */
  readonly difference: string;
}

/** What was found. */
export interface SearchResult {
  /** Programs looked at, without those of shrinking. */
  readonly cases: number;
  readonly failures: readonly GraphFailure[];
}

/** After so many failures the rest is not looked at: they are likely one mistake. */
const MOST_FAILURES = 5;

/** Looks at so many programs; what follows a failure is searched with the next seed. */
export async function checkGraphs({ cases, seed, path, ways, onCase }: SearchOptions): Promise<SearchResult> {
  const failures: GraphFailure[] = [];
  let done = 0;
  while (done < cases && failures.length < MOST_FAILURES) {
    const seen = { count: 0, hasFailed: false };
    const property = fc.asyncProperty(randomPrograms, async (program) => {
      // What fast-check tries after a failure is the same program made smaller.
      if (!seen.hasFailed) {
        seen.count++;
        onCase?.(done + seen.count);
      }
      const difference = await findDifference(program, ways);
      if (difference === undefined) return;
      seen.hasFailed = true;
      throw new Difference(difference);
    });
    const details = await fc.check(property, {
      seed: seed + failures.length,
      numRuns: cases - done,
      ...(path !== undefined && { path, endOnFailure: true }),
    });
    done += seen.count;
    if (!details.failed) break;
    failures.push({
      seed: details.seed,
      path: details.counterexamplePath ?? "",
      text: fc.stringify(details.counterexample?.[0]).trim(),
      difference: details.errorInstance instanceof Error ? details.errorInstance.message : "no program could be made",
    });
  }
  return { cases: done, failures };
}

class Difference extends Error {}
