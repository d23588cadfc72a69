/** Whether a program has the values that the interpreter gives it, wherever it is run. */
import { evaluateAll, ndArray, type NdArray } from "@unfold/core";
import type { RandomProgram } from "./random-program.js";

/** A way to run programs, and its name. */
export interface WayToRun {
  readonly name: string;
  /** The elements of the outputs, by their names. */
  readonly run: (program: RandomProgram) => Promise<Found>;
}

/** Rounding in another order may do so many times the harm that it did to the interpreter. */
const NOISE_FACTOR = 30;
/** So many times the harm that inputs rounded otherwise do is no fault either: the interpreter may have been lucky. */
const INPUT_FACTOR = 8;

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
  const sensitivity = (): number =>
    INPUT_FACTOR * largestDifference(evaluateAll(outputs, roundedOtherwise(values)), exact);
  const differenceOf = (found: Found): string | undefined =>
    firstDifference(found, expected, allowed) && firstDifference(found, expected, Math.max(allowed, sensitivity()));
  for (const { name, run } of ways) {
    const difference = await run(program).then(differenceOf, (error: unknown) => String(error));
    if (difference !== undefined) return `${name}: ${difference}`;
  }
  return undefined;
}

type Found = Readonly<Record<string, ArrayLike<number>>>;
type Values = Readonly<Record<string, NdArray>>;

/** The same inputs, their floats moved up and down in turn by a unit or two in the last place. */
function roundedOtherwise(values: Values): Values {
  const move = (value: number, i: number): number => Math.fround(value * (1 + (i % 2 === 0 ? 1 : -1) * 2 ** -23));
  return Object.fromEntries(
    Object.entries(values).map(([name, array]) => {
      if (array.dtype !== "f32") return [name, array];
      return [name, ndArray(Float32Array.from(array.data, move), { shape: array.shape })];
    }),
  );
}

function largestDifference(rounded: Values, exact: Values): number {
  let largest = 0;
  for (const [name, { data }] of Object.entries(exact)) {
    data.forEach((value, i) => {
      largest = Math.max(largest, relativeDifference(rounded[name]!.data[i]!, value));
    });
  }
  return largest;
}

function firstDifference(found: Found, expected: Values, allowed: number): string | undefined {
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
