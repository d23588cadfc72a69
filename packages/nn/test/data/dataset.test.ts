/** Data as it flows: the same epoch gives the same, nothing is lost, and what is wrong with data is said with its number. */
import { NdArray } from "@unfold/core";
import { Dataset } from "@unfold/nn";
import fc from "fast-check";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";

const lists = fc.array(fc.integer(), { maxLength: 30 });
const seeds = fc.nat();

test("map, filter, take and skip do what those of lists do", async () => {
  await fc.assert(
    fc.asyncProperty(lists, fc.nat({ max: 35 }), fc.nat({ max: 35 }), async (list, skipped, taken) => {
      const data = Dataset.from(list)
        .map((x, i) => x + i)
        .filter(async (x) => Promise.resolve(x % 3 !== 0))
        .skip(skipped)
        .take(taken);
      const expected = list.map((x, i) => x + i).filter((x) => x % 3 !== 0);
      expect(await data.toArray()).toEqual(expected.slice(skipped, skipped + taken));
    }),
  );
});

describe("shuffling", () => {
  const buffers = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 40 }));

  test("loses nothing; the same seed and epoch give the same order", async () => {
    await fc.assert(
      fc.asyncProperty(lists, seeds, buffers, fc.nat({ max: 9 }), async (list, seed, buffer, epoch) => {
        const data = Dataset.from(list).shuffle({ seed, buffer });
        const found = await data.toArray(epoch);
        expect(found.toSorted((a, b) => a - b)).toEqual(list.toSorted((a, b) => a - b));
        expect(await data.toArray(epoch)).toEqual(found);
      }),
    );
  });

  test("an element comes at most a buffer's length early", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 20 }), async (seed, buffer) => {
        const numbers = Array.from({ length: 60 }, (_, i) => i);
        const found = await Dataset.from(numbers).shuffle({ seed, buffer }).toArray();
        found.forEach((number, place) => {
          expect(number - place).toBeLessThanOrEqual(buffer);
        });
      }),
    );
  });

  test("all orders of three are equally likely", async () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 3000; seed++) {
      const order = (await Dataset.from([1, 2, 3]).shuffle({ seed }).toArray()).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // χ² with 5 degrees of freedom is above 20.5 with probability 0.001; seeds are fixed.
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(chiSquared).toBeLessThan(20.5);
  });

  test("every epoch has an order of its own", async () => {
    const data = Dataset.from(Array.from({ length: 20 }, (_, i) => i)).shuffle({ seed: 1 });
    expect(await data.toArray(1)).not.toEqual(await data.toArray(0));
    expect(await data.repeat(2).toArray()).toEqual([...(await data.toArray(0)), ...(await data.toArray(1))]);
    expect(await data.repeat(2).toArray(1)).toEqual([...(await data.toArray(2)), ...(await data.toArray(3))]);
  });
});

describe("batches", () => {
  const examples = (count: number) => Array.from({ length: count }, (_, i) => ({ x: [i, -i], label: i }));

  test("hold their examples in order, row by row", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 20 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (count, size, dropLast) => {
          const data = Dataset.from(examples(count)).batch(size, { dtypes: { label: "i32" }, dropLast });
          const batches = await data.toArray();
          const kept = dropLast ? count - (count % size) : count;
          expect(batches.map(({ x }) => x.shape[0])).toEqual(
            Array.from({ length: Math.ceil(kept / size) }, (_, i) => Math.min(size, kept - i * size)),
          );
          expect(batches.flatMap(({ x }) => [...x.data])).toEqual(examples(kept).flatMap(({ x }) => x));
          expect(batches.flatMap(({ label }) => [...label.data])).toEqual(examples(kept).map(({ label }) => label));
          expect(batches.every(({ label }) => label.dtype === "i32")).toBe(true);
        },
      ),
    );
  });

  test("of sequences are time-major when asked", async () => {
    const sequences = [{ x: [[1], [2]] }, { x: [[3], [4]] }, { x: [[5], [6]] }];
    const [batch] = await Dataset.from(sequences).batch(3, { axis: 1 }).toArray();
    expect(batch!.x.shape).toEqual([2, 3, 1]);
    expect([...batch!.x.data]).toEqual([1, 3, 5, 2, 4, 6]);
  });

  test("may have sequences beside numbers", async () => {
    const examples = [1, 2, 3].map((i) => ({ text: [i, 10 * i], label: i }));
    const [batch] = await Dataset.from(examples)
      .batch(3, { axis: { text: 1 } })
      .toArray();
    expect([...batch!.text.data]).toEqual([1, 2, 3, 10, 20, 30]);
    expect(batch!.text.shape).toEqual([2, 3]);
    expect(batch!.label.shape).toEqual([3]);
  });

  const refused: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    ["a size of 0", async () => Dataset.from(examples(1)).batch(0).toArray(), "size must be a whole number ≥ 1, got 0"],
    [
      "NaN, with its example",
      async () =>
        Dataset.from([...examples(4), { x: [0, NaN], label: 0 }])
          .batch(3)
          .toArray(),
      'dataset.batch(size): "x" of example 4: every number must be finite, got NaN at element 1',
    ],
    [
      "what is too large for f32",
      async () =>
        Dataset.from([{ x: [0, -1e300] }])
          .batch(1)
          .toArray(),
      '"x" of example 0: every number must be finite, got -1e+300, which is ±∞ in f32, at element 1',
    ],
    [
      "examples of two lengths",
      async () =>
        Dataset.from([{ x: [1] }, { x: [1, 2] }])
          .batch(2)
          .toArray(),
      'dataset.batch(size): "x" of example 1: examples of a batch must have one shape, f32[1] as example 0, got f32[2]',
    ],
    [
      "examples with other names",
      async () =>
        Dataset.from<{ x: number }>([{ x: 1 }, { y: 1 } as never])
          .batch(2)
          .toArray(),
      "example 1: examples of a batch must have the same names, x, got y",
    ],
    [
      "examples without names",
      async () =>
        Dataset.from([1 as never])
          .batch(2)
          .toArray(),
      "dataset.batch(size): example 0: examples must be values by name, got a number. Name them: dataset.map((x) => ({ x })).",
    ],
    [
      "nothing among examples",
      async () =>
        Dataset.from([{ x: 1 }, null as never])
          .batch(2)
          .toArray(),
      "dataset.batch(size): example 1: examples must be values by name, got null.",
    ],
    [
      "numbers without time",
      async () =>
        Dataset.from([{ x: 1 }])
          .batch(1, { axis: 1 })
          .toArray(),
      'dataset.batch(size, { axis: 1 }): "x": examples must have a time axis, got f32[]',
    ],
    [
      "a half as a label",
      async () =>
        Dataset.from([{ y: 0.5 }])
          .batch(1, { dtypes: { y: "i32" } })
          .toArray(),
      'dataset.batch(size): "y" of example 0',
    ],
  ];
  test.each(refused)("refuse %s", async (_, make, message) => {
    await expect((async () => make())()).rejects.toThrow(message);
  });

  test("name the row that is wrong also where it was shuffled, in every epoch", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ x: [i, i === 13 ? NaN : 0] }));
    for (const dataset of [Dataset.from(rows), Dataset.from(() => rows.map(({ x }) => ({ x })))]) {
      const batches = dataset
        .shuffle({ seed: 1, buffer: 7 })
        .map(({ x }) => Promise.resolve({ x }))
        .batch(4);
      for (const epoch of [0, 1, 2])
        await expect(batches.toArray(epoch)).rejects.toThrow(
          /"x" of example \d+ \(row 13 before shuffling\): every number must be finite, got NaN at element 1/,
        );
    }
    const odd = Dataset.from([{ x: [1] }, { x: [1, 2] }])
      .shuffle({ seed: 1 })
      .batch(2);
    await expect(odd.toArray()).rejects.toThrow(/example 1 \(row [01] before shuffling\).*as example 0 \(row [01] /);
  });

  test("bear numbers that are not finite when told to", async () => {
    const [batch] = await Dataset.from([{ x: Infinity }])
      .batch(1, { allowNotFinite: true })
      .toArray();
    expect(batch!.x).toEqual(new NdArray({ dtype: "f32", shape: [1] }, Float32Array.of(Infinity)));
  });
});

describe("prefetching", () => {
  test("gives the same, with so many examples on their way", async () => {
    let [running, most] = [0, 0];
    const slow = Dataset.from([1, 2, 3, 4, 5, 6]).map(async (x) => {
      most = Math.max(most, ++running);
      await setTimeout(1);
      running--;
      return x;
    });
    expect(await slow.prefetch(3).toArray()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(most).toBe(1);
  });

  test("reads ahead while the consumer works", async () => {
    const read: number[] = [];
    const data = Dataset.from([1, 2, 3, 4]).map((x) => {
      read.push(x);
      return x;
    });
    for await (const first of data.prefetch(3)) {
      await setTimeout(1);
      expect([first, ...read]).toEqual([1, 1, 2, 3]);
      break;
    }
  });

  test("an error comes in its turn, and stopping early closes the source", async () => {
    const failing = Dataset.from([1, 2, 3]).map((x) => {
      if (x === 2) throw new Error("two");
      return x;
    });
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const x of failing.prefetch(5)) seen.push(x);
      })(),
    ).rejects.toThrow("two");
    expect(seen).toEqual([1]);
    let isClosed = false;
    const rows = Dataset.from(function* () {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        isClosed = true;
      }
    });
    expect(await rows.prefetch(2).take(3).toArray()).toEqual([0, 1, 2]);
    expect(isClosed).toBe(true);
  });
});

test("many examples of one: those of lists and of what comes later, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lists), fc.boolean(), async (nested, isLate) => {
      const late = async function* (list: number[]) {
        for (const x of list) yield Promise.resolve(x);
      };
      const data = Dataset.from(nested).flatMap((list, i) => (isLate ? late([...list, i]) : [...list, i]));
      expect(await data.toArray()).toEqual(nested.flatMap((list, i) => [...list, i]));
    }),
  );
});

test("a text is a list of its characters", async () => {
  const letters = Dataset.from("añ🐋");
  expect([await letters.toArray(), await letters.toArray(1)]).toEqual([
    ["a", "ñ", "🐋"],
    ["a", "ñ", "🐋"],
  ]);
});

test.each([
  ["Node", () => Readable.from([1, 2])],
  ["lines", () => createInterface({ input: Readable.from(["1\n2\n"]) })],
  ["the web", () => new Blob(["12"]).stream() as ReadableStream<unknown>],
] as const)("a stream of %s can be gone through once", async (_, makeStream) => {
  const once = Dataset.from<unknown>(makeStream());
  expect((await once.toArray()).length).toBeGreaterThan(0);
  await expect(once.toArray(1)).rejects.toThrow("got an iterator or a stream that has been used up");
  const again = Dataset.from<unknown>(makeStream);
  expect(await again.toArray(1)).toEqual(await again.toArray());
});

test("an iterator can be gone through once; a function makes a new one for each epoch", async () => {
  const rows = function* () {
    yield* [1, 2];
  };
  const once = Dataset.from(rows());
  expect(await once.toArray()).toEqual([1, 2]);
  await expect(once.toArray(1)).rejects.toThrow("the source must be there again in each epoch");
  const again = Dataset.from(rows);
  expect([await again.toArray(), await again.toArray(1)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test.each([
  ["take", () => Dataset.from([1]).take(-1)],
  ["skip", () => Dataset.from([1]).skip(0.5)],
  ["repeat", () => Dataset.from([1]).repeat(0)],
  ["prefetch", () => Dataset.from([1]).prefetch(NaN)],
  ["shuffle", () => Dataset.from([1]).shuffle({ seed: 1, buffer: 0 })],
] as const)("%s refuses numbers that are no counts", (_, make) => {
  expect(make).toThrow("must be a whole number");
});
