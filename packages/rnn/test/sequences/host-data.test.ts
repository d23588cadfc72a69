/** Data on the host: padded, packed, in buckets, in windows. */
import {
  bucketByLength,
  consecutiveWindows,
  Dataset,
  ndArray,
  packSequences,
  padSequences,
  splitData,
  unpackSequences,
  windowsOf,
  type NdArray,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Sequences of elements with one or more numbers. */
const sequenceLists = fc.integer({ min: 1, max: 3 }).chain((size) =>
  fc.array(fc.array(fc.array(fc.integer(), { minLength: size, maxLength: size }), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 8,
  }),
);

const nested = ({ data, shape: [steps, ...rest] }: NdArray): number[][] => {
  const size = rest.reduce((product, extent) => product * extent, 1);
  return Array.from({ length: steps! }, (_, t) => [...data.slice(t * size, (t + 1) * size)]);
};

describe("padding", () => {
  test("every element is where it was in time, and the rest is the value", () => {
    fc.assert(
      fc.property(sequenceLists, fc.nat({ max: 3 }), (sequences, more) => {
        const longest = Math.max(...sequences.map(({ length }) => length));
        const { values, lengths } = padSequences(sequences, { dtype: "i32", value: -7, length: longest + more });
        const size = sequences[0]![0]!.length;
        expect(values.shape).toEqual([longest + more, sequences.length, size]);
        expect([...lengths.data]).toEqual(sequences.map(({ length }) => length));
        values.data.forEach((element, i) => {
          const [t, b] = [Math.floor(i / size / sequences.length), Math.floor(i / size) % sequences.length];
          expect(element).toBe(sequences[b]![t]?.[i % size] ?? -7);
        });
      }),
    );
  });

  test.each([
    [[], "padSequences(sequences): there must be sequences, with elements of one shape, got none."],
    [
      [[1], []],
      "padSequences(sequences): sequence 1: it must be [T, …] with T ≥ 1, got f32[0]. Leave sequences without steps out.",
    ],
    [
      [5],
      "padSequences(sequences): sequence 0: it must be [T, …] with T ≥ 1, got f32[]. Leave sequences without steps out.",
    ],
    [
      [[1], [[1]]],
      "padSequences(sequences): there must be sequences, with elements of one shape, got f32[] in sequence 0 and f32[1] in sequence 1.",
    ],
  ])("%j is refused", (sequences, message) => {
    expectProblem(() => padSequences(sequences), { name: "ShapeError", code: "SEQUENCES", message });
  });

  test("a sequence that is too long", () => {
    expectProblem(() => padSequences([[1], [1, 2, 3]], { length: 2 }), {
      name: "ShapeError",
      code: "SEQUENCE_LENGTH",
      message:
        "padSequences(sequences): length must be a whole number, at least that of the longest sequence, got 2 for 3 steps of sequence 1. Cut it, or read it in windows.",
    });
    expect(() => padSequences([[1]], { length: NaN })).toThrow("got NaN");
  });
});

describe("packing", () => {
  test("unpacked again, sequences are what they were; rows hold no two sequences at one place", () => {
    fc.assert(
      fc.property(sequenceLists, fc.integer({ min: 6, max: 12 }), (sequences, length) => {
        const { values, segments, places } = packSequences(sequences, { length, dtype: "i32" });
        expect(unpackSequences(values, places).map(nested)).toEqual(sequences);
        const used = segments.data.filter((segment) => segment > 0).length;
        expect(used).toBe(sequences.reduce((total, { length: own }) => total + own, 0));
        const rows = values.shape[1]!;
        for (const { row, start, length: own } of places) {
          const own1 = Array.from({ length: own }, (_, t) => segments.data[(start + t) * rows + row]!);
          expect(new Set(own1).size).toBe(1);
          if (start > 0) expect(segments.data[(start - 1) * rows + row]).toBe(own1[0]! - 1);
        }
      }),
    );
  });

  test("a sequence longer than a row, and rows of no length", () => {
    expectProblem(() => packSequences([[1], [1, 2, 3]], { length: 2 }), {
      name: "ShapeError",
      code: "SEQUENCE_LENGTH",
      message:
        "packSequences(sequences, options): no sequence must be longer than a row, 2 steps, got 3 steps of sequence 1. Cut it, or read it in windows.",
    });
    expect(() => packSequences([[1]], { length: 0 })).toThrow("length must be a whole number ≥ 1, got 0");
  });
});

describe("buckets", () => {
  test("every example comes once, with others of its bucket; only the last of a bucket is not full", async () => {
    const bounds = [2, 4];
    const bucketOf = (length: number): number => [...bounds, Infinity].findIndex((bound) => length <= bound);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 9 })), fc.integer({ min: 1, max: 4 }), async (lengths, size) => {
        const examples = lengths.map((length, index) => ({ length, index }));
        const batches = await bucketByLength(Dataset.from(examples), {
          lengthOf: ({ length }) => length,
          boundaries: bounds,
          size,
        }).toArray();
        expect(batches.flat().sort((a, b) => a.index - b.index)).toEqual(examples);
        for (const batch of batches) expect(new Set(batch.map(({ length }) => bucketOf(length))).size).toBe(1);
        const open = batches.filter(({ length }) => length < size).map(([first]) => bucketOf(first!.length));
        expect(new Set(open).size).toBe(open.length);
        expect(batches.slice(0, batches.length - open.length).every(({ length }) => length === size)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("what is left can be left out, and boundaries must grow", async () => {
    const numbers = Dataset.from([1, 5, 2]);
    const options = { lengthOf: (length: number) => length, boundaries: [3], size: 2 };
    expect(await bucketByLength(numbers, { ...options, dropLast: true }).toArray()).toEqual([[1, 2]]);
    expectProblem(() => bucketByLength(numbers, { ...options, boundaries: [3, 3] }), {
      name: "ValueError",
      code: "BUCKETS",
      message: "bucketByLength(dataset, options): boundaries must be growing whole numbers ≥ 1, got [3, 3].",
    });
    expect(() => bucketByLength(numbers, { ...options, size: 0 })).toThrow("size must be a whole number ≥ 1, got 0");
  });
});

describe("windows", () => {
  const settings = fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 5 }),
    shift: fc.nat({ max: 3 }),
  });

  test("start a stride apart, end within the series, and their targets are a shift later", () => {
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 20 }), settings, (steps, { size, stride, shift }) => {
        const series = ndArray(Array.from({ length: steps }, (_, t) => [t, -t]));
        const windows = [...windowsOf(series, { size, stride, shift })];
        expect(windows.length).toBe(Math.floor((steps - size - shift) / stride) + 1);
        windows.forEach(({ x, y }, i) => {
          expect(nested(x).map(([t]) => t)).toEqual(Array.from({ length: size }, (_, t) => i * stride + t));
          expect(nested(y).map(([, t]) => -t!)).toEqual(Array.from({ length: size }, (_, t) => i * stride + t + shift));
        });
      }),
    );
  });

  test("consecutive ones, row by row, are the series", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 8, max: 30 }),
        settings,
        (batch, steps, options) => {
          const { size, shift } = options;
          fc.pre(Math.floor(steps / batch) >= size + shift);
          const series = Int32Array.from({ length: steps }, (_, t) => t);
          const windows = [...consecutiveWindows(series, { batch, size, shift, dtype: "i32" })];
          const long = Math.floor(steps / batch);
          for (let b = 0; b < batch; b++) {
            const read = windows.flatMap(({ x }) => nested(x).map((row) => row[b]));
            const wanted = Array.from({ length: read.length }, (_, t) => b * long + t);
            expect(read).toEqual(wanted);
            expect(read.length).toBe(Math.floor((long - shift) / size) * size);
            expect(windows.flatMap(({ y }) => nested(y).map((row) => row[b]! - shift))).toEqual(wanted);
          }
        },
      ),
    );
  });

  test("split in time with the gap that the documentation gives share no step, with a smaller one they may", () => {
    const shared = (
      series: number[],
      gap: number,
      options: { size: number; stride: number; shift: number },
    ): number => {
      const windows = [...windowsOf(series, options)];
      const parts = splitData(windows, { train: 0.5, test: 0.5 }, { ordered: true, gap });
      const [train, rest] = [parts.train, parts.test].map(
        (part) => new Set(part.flatMap(({ x, y }) => [...x.data, ...y.data])),
      );
      return [...train!].filter((step) => rest!.has(step)).length;
    };
    fc.assert(
      fc.property(settings, ({ size, stride, shift }) => {
        // One step after the other, so that all between the first and the last of a window are seen.
        fc.pre(shift <= size);
        const series = Array.from({ length: 100 }, (_, t) => t);
        const gap = Math.ceil((size + shift) / stride) - 1;
        expect(shared(series, gap, { size, stride, shift })).toBe(0);
        if (gap > 0) expect(shared(series, gap - 1, { size, stride, shift })).toBeGreaterThan(0);
      }),
    );
  });

  test("can be gone through again, shuffled, and joined to time-major batches", async () => {
    const windows = Dataset.from(windowsOf([0, 1, 2, 3, 4, 5, 6], { size: 3, stride: 1 }));
    const [batch] = await windows.shuffle({ seed: 1 }).batch(4, { axis: 1 }).toArray();
    expect(batch!.x.shape).toEqual([3, 4]);
    expect((await windows.toArray()).length).toBe(4);
    expect((await windows.toArray(1)).length).toBe(4);
  });

  test.each([
    [{ size: 0 }, "size must be a whole number ≥ 1, got 0"],
    [{ size: 1, stride: 0.5 }, "stride must be a whole number ≥ 1, got 0.5"],
    [{ size: 1, shift: -1 }, "shift must be a whole number ≥ 0, got -1"],
    [{ size: 3 }, "the series must have at least size + shift = 4 steps, got f32[3]"],
  ])("%j of three steps", (options, message) => {
    expect(() => windowsOf([1, 2, 3], options)).toThrow(message);
  });

  test("more rows than steps", () => {
    expect(() => consecutiveWindows([1, 2], { batch: 3, size: 1 })).toThrow(
      "consecutiveWindows(series, options): the series must have at least one step for each of 3 rows, got f32[2].",
    );
  });
});
