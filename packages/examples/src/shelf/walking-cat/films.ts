/** Frames of the cat as pictures. */
import { imageGrid, type GrayImage } from "@unfold/report";
import { squaredError, type Baseline } from "./baselines.js";
import { COLUMNS, ROWS, type Frame } from "./cat-frames.js";

/** Frames in a row of the clip, as on the plate. */
const PER_ROW = 6;
const SCALE = 3;

/** The whole clip. */
export function clip(frames: readonly Frame[]): string {
  const rows = Array.from({ length: Math.ceil(frames.length / PER_ROW) }, (_, row) => {
    const own = frames.slice(row * PER_ROW, (row + 1) * PER_ROW);
    return { name: `${row * PER_ROW + 1}–${row * PER_ROW + own.length}`, images: own.map(imageOf) };
  });
  return imageGrid({ rows, scale: SCALE });
}

/** What came after the first frames, what was predicted in several ways, and what a network makes of its own predictions. */
export function films(
  frames: readonly Frame[],
  given: number,
  made: { readonly ways: Readonly<Record<string, Baseline>>; readonly free: readonly Frame[] },
): string {
  const places = made.free.map((_, i) => given + i);
  const row = (name: string, images: readonly Frame[]) => ({
    name,
    images: images.map(imageOf),
    captions: images.map((image, i) => [squaredError(image, frames[given + i]!).toFixed(3)]),
  });
  const came = { name: "what came", images: places.map((place) => imageOf(frames[place]!)) };
  const rows = Object.entries(made.ways).map(([name, way]) =>
    row(
      name,
      places.map((place) => way(frames, place)),
    ),
  );
  return imageGrid({
    columns: places.map((place) => `frame ${place + 1}`),
    rows: [came, ...rows, row("runs freely", made.free)],
    scale: SCALE,
  });
}

function imageOf(frame: Frame): GrayImage {
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from(frame.subarray(row * COLUMNS, (row + 1) * COLUMNS), (dark) => 1 - dark),
  );
}
