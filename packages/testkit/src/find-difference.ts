/** Whether a program has the values that the interpreter gives it, wherever it is run. */
import { evaluateAll, type NdArray } from "@unfold/core";
import type { RandomProgram } from "./random-program.js";

/** A way to run programs, and its name. */
export interface WayToRun {
  readonly name: string;
  /** The elements of the outputs, by their names. */
  readonly run: (program: RandomProgram) => Promise<Readonly<Record<string, ArrayLike<number>>>>;
}

/** Rounding in another order may do so many times the harm that it did to the interpreter. */
const NOISE_FACTOR = 30;

/**
 * The first element that some way gives and that is not near the one wanted, or the error it ends with; undefined if all
 * are near.
 */
export async function findDifference(program: RandomProgram, ways: readonly WayToRun[]): Promise<string | undefined> {
  const { outputs, values, precision, tolerance } = program;
  const exact = evaluateAll(outputs, values);
  const rounded = evaluateAll(outputs, values, { precision: "f32" });
  const expected = precision === "f64" ? exact : rounded;
  // Of an ill-conditioned program nobody knows more digits than this.
  const allowed = Math.max(tolerance, NOISE_FACTOR * largestDifference(rounded, exact));
  for (const { name, run } of ways) {
    const difference = await run(program).then(
      (found) => firstDifference(found, expected, allowed),
      (error: unknown) => String(error),
    );
    if (difference !== undefined) return `${name}: ${difference}`;
  }
  return undefined;
}

type Values = Readonly<Record<string, NdArray>>;

function largestDifference(rounded: Values, exact: Values): number {
  let largest = 0;
  for (const [name, { data }] of Object.entries(exact)) {
    data.forEach((value, i) => {
      largest = Math.max(largest, relativeDifference(rounded[name]!.data[i]!, value));
    });
  }
  return largest;
}

function firstDifference(
  found: Readonly<Record<string, ArrayLike<number>>>,
  expected: Values,
  allowed: number,
): string | undefined {
  for (const [name, { data: wanted }] of Object.entries(expected)) {
    const actual = found[name];
    if (actual?.length !== wanted.length) return `${name} has ${actual?.length ?? "no"} elements, not ${wanted.length}`;
    const isFar = (value: number, i: number): boolean =>
      !(relativeDifference(actual[i]!, value) <= allowed) && !Object.is(actual[i], value);
    const i = wanted.findIndex(isFar);
    if (i >= 0) return `${name}[${i}] is ${actual[i]!}, not ${wanted[i]!}`;
  }
  return undefined;
}

/** Of numbers below 1 the difference itself. */
function relativeDifference(actual: number, wanted: number): number {
  return Math.abs(actual - wanted) / Math.max(1, Math.abs(wanted));
}
