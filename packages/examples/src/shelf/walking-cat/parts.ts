/** Which frames are for what, and how wrong predictions of them are. */
import { mean } from "../../statistics.js";
import { squaredError, type Baseline } from "./baselines.js";
import type { Frame } from "./cat-frames.js";

/** From where, up to where: those to train on, but for the first ones; those to choose the weights by; those that measure. */
export const PARTS = { training: [2, 15], validation: [15, 18], test: [18, 24] } as const;

/** What frames are for. */
export type Part = keyof typeof PARTS;

/** All of them, in their order. */
export const NAMES: readonly Part[] = ["training", "validation", "test"];

/** A part and its frames, counted from 1. */
export function titleOf(part: Part): string {
  const [from, to] = PARTS[part];
  return `${part} ${from + 1}–${to}`;
}

/** The mean squared error over the frames of each part. */
export function errorsOf(frames: readonly Frame[], way: Baseline): Readonly<Record<Part, number>> {
  const of = ([from, to]: readonly [number, number]): number => {
    const places = Array.from({ length: to - from }, (_, i) => from + i);
    return mean(places.map((place) => squaredError(way(frames, place), frames[place]!)));
  };
  return { training: of(PARTS.training), validation: of(PARTS.validation), test: of(PARTS.test) };
}

/** The error of each of some frames that follow the first ones. */
export function errorsAfter(frames: readonly Frame[], given: number, made: readonly Frame[]): readonly number[] {
  return made.map((frame, i) => squaredError(frame, frames[given + i]!));
}
