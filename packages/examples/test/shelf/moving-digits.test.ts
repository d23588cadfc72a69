/** Clips of moving digits: what their labels say is what is to be seen. */
import { expect, test } from "vitest";
import { clipsOf, DIRECTIONS, FRAMES, SIZE, smallDigits } from "../../src/shelf/moving-digits/clips.js";
import { mean } from "../../src/statistics.js";

const CLIPS = 1500;
const digits = smallDigits(1);
const clips = clipsOf(digits.test, 1, "test")(CLIPS);
const centers = Array.from({ length: FRAMES * CLIPS }, (_, at) =>
  center(clips.frames.subarray(at * SIZE ** 2, (at + 1) * SIZE ** 2)),
);

test("no digit is in both parts, and there are all of them", () => {
  const keys = [...digits.training, ...digits.test].map(({ image }) => image.join());
  expect(keys).toHaveLength(10_000);
  const training = new Set(keys.slice(0, digits.training.length));
  expect(keys.slice(digits.training.length).filter((key) => training.has(key))).toEqual([]);
});

test("a digit stays the same in its clip, and all digits and directions come", () => {
  const first = clips.digit.subarray(0, CLIPS);
  for (let t = 1; t < FRAMES; t++) expect(clips.digit.subarray(t * CLIPS, (t + 1) * CLIPS)).toEqual(first);
  expect(new Set(first).size).toBe(10);
  expect(new Set(clips.direction)).toEqual(new Set(DIRECTIONS.keys()));
});

test("ink moves where the label says, unless it has just turned", () => {
  DIRECTIONS.forEach(({ down, right }, direction) => {
    const moves = centers.flatMap((now, at) => {
      const before = at - CLIPS;
      const isStraight = clips.direction[at] === direction && clips.direction[before] === direction;
      return isStraight ? [{ down: now.row - centers[before]!.row, right: now.column - centers[before]!.column }] : [];
    });
    const way = { down: mean(moves.map((move) => move.down)), right: mean(moves.map((move) => move.right)) };
    // Snow, which does not move, pulls the center of all ink to the middle.
    for (const axis of ["down", "right"] as const) {
      const wanted = { down, right }[axis];
      if (wanted === 0) expect(Math.abs(way[axis])).toBeLessThan(0.1);
      else expect(way[axis] * wanted).toBeGreaterThan(0.4);
    }
  });
});

test("where a digit is says nothing about where it moves", () => {
  for (const t of [0, FRAMES - 1]) {
    const places = Array.from({ length: CLIPS }, (_, clip) => ({
      ...centers[t * CLIPS + clip]!,
      direction: clips.direction[t * CLIPS + clip]!,
    }));
    for (const axis of ["row", "column"] as const) {
      const all = places.map((place) => place[axis]);
      const deviation = Math.sqrt(mean(all.map((value) => (value - mean(all)) ** 2)));
      for (const direction of DIRECTIONS.keys()) {
        const own = places.filter((place) => place.direction === direction).map((place) => place[axis]);
        expect(Math.abs(mean(own) - mean(all))).toBeLessThan((4 * deviation) / Math.sqrt(own.length));
      }
    }
  }
});

/** The center of all that is bright. */
function center(frame: Float32Array): { readonly row: number; readonly column: number } {
  let [ink, row, column] = [0, 0, 0];
  frame.forEach((point, i) => {
    ink += point;
    row += point * Math.floor(i / SIZE);
    column += point * (i % SIZE);
  });
  return { row: row / ink, column: column / ink };
}
