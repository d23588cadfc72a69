/** What a prediction of the next frame must beat. */
import { mean } from "../../statistics.js";
import { COLUMNS, ROWS, type Frame } from "./cat-frames.js";

/** The frame at a place of a clip, from those before it. */
export type Baseline = (frames: readonly Frame[], place: number) => Frame;

/** Nothing moves. */
export const copied: Baseline = (frames, place) => frames[place - 1]!;

/** Every point goes on changing as it did. */
export const extrapolated: Baseline = (frames, place) =>
  frames[place - 1]!.map((point, i) => Math.min(Math.max(2 * point - frames[place - 2]![i]!, 0), 1));

/**
 * Anything moves anywhere: every point becomes the mean of the square around it. Who does not know where edges will be is least wrong
 * with gray.
 *
 * @param radius - of the square
 */
export function blurred(radius: number): Baseline {
  const at = (frame: Frame, row: number, column: number): number =>
    row < 0 || row >= ROWS || column < 0 || column >= COLUMNS ? 0 : frame[row * COLUMNS + column]!;
  return (frames, place) =>
    frames[place - 1]!.map((_, i, frame) => {
      const [row, column] = [Math.floor(i / COLUMNS), i % COLUMNS];
      let sum = 0;
      for (let y = -radius; y <= radius; y++)
        for (let x = -radius; x <= radius; x++) sum += at(frame, row + y, column + x);
      return sum / (2 * radius + 1) ** 2;
    });
}

/** The mean squared difference of two frames. */
export function squaredError(a: Frame, b: Frame): number {
  return mean(Array.from(a, (point, i) => (point - b[i]!) ** 2));
}
