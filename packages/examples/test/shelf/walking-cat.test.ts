/** The cat's frames as they are read, and what predictions of them are held against. */
import { expect, test } from "vitest";
import { blurred, copied, extrapolated, squaredError } from "../../src/shelf/walking-cat/baselines.js";
import { catFrames, COLUMNS, ROWS, type Frame } from "../../src/shelf/walking-cat/cat-frames.js";
import { mean } from "../../src/statistics.js";
import { trainPredictor } from "../../src/shelf/walking-cat/train-predictor.js";

const frames = catFrames();

test("there are 24 frames with a dark cat in the middle of light paper", () => {
  expect(frames).toHaveLength(24);
  for (const frame of frames) {
    expect(frame).toHaveLength(ROWS * COLUMNS);
    expect(frame.every((dark) => dark >= 0 && dark <= 1)).toBe(true);
    const share = mean([...frame]);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.3);
    const center = (place: (i: number) => number): number =>
      mean(Array.from(frame, (dark, i) => dark * place(i))) / share;
    expect(Math.abs(center((i) => Math.floor(i / COLUMNS)) - ROWS / 2)).toBeLessThan(5);
    expect(Math.abs(center((i) => i % COLUMNS) - COLUMNS / 2)).toBeLessThan(4);
    // The paper above the tail.
    expect(mean([...frame.subarray(0, 2 * COLUMNS)])).toBeLessThan(0.1);
  }
});

test("what stands still is copied without error; what changes evenly is extrapolated without error, up to black and white", () => {
  const gray = (dark: number): Frame => new Float32Array(ROWS * COLUMNS).fill(dark);
  expect(squaredError(copied([gray(0.5), gray(0.5)], 1), gray(0.5))).toBe(0);
  expect(squaredError(extrapolated([gray(0.25), gray(0.5)], 2), gray(0.75))).toBe(0);
  expect(squaredError(extrapolated([gray(0.25), gray(0.75)], 2), gray(1))).toBe(0);
  expect(squaredError(extrapolated([gray(0.75), gray(0.25)], 2), gray(0))).toBe(0);
});

test("a blur spreads one point over a square around it, and keeps its sum inside the frame", () => {
  const frame = new Float32Array(ROWS * COLUMNS);
  frame[10 * COLUMNS + 20] = 1;
  const spread = blurred(1)([frame], 1);
  const found = [...spread.entries()].filter(([, dark]) => dark > 0);
  expect(found).toHaveLength(9);
  for (const [, dark] of found) expect(dark).toBeCloseTo(1 / 9, 6);
  expect(spread[11 * COLUMNS + 21]).toBeCloseTo(1 / 9, 6);
});

test("a network sees no frame ahead, and running freely begins with what it predicts from the frames it is given", async () => {
  const looks: (readonly Frame[])[] = [];
  const changed = frames.map((frame, t) => (t < 10 ? frame : frames[0]!));
  for (const clip of [frames, changed])
    await trainPredictor({
      ...{ frames: clip, seed: 1, updates: 1, seen: 6, every: 1 },
      onLook: (_, { predictions, runFreely }) => {
        looks.push(predictions);
        const free = runFreely(10, 3);
        expect(free).toHaveLength(3);
        expect(squaredError(free[0]!, predictions[9]!)).toBeLessThan(1e-10);
        expect(squaredError(free[1]!, predictions[10]!)).toBeGreaterThan(1e-5);
      },
    });
  const [before, after, beforeChanged, afterChanged] = looks;
  expect(beforeChanged!.slice(0, 10)).toEqual(before!.slice(0, 10));
  expect(afterChanged!.slice(0, 10)).toEqual(after!.slice(0, 10));
  expect(afterChanged![10]).not.toEqual(after![10]);
  expect(after![0]).not.toEqual(before![0]);
});
