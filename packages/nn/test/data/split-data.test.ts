/** Parts of data: nothing in two of them. */
import { Dataset, splitData } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const counts = fc.integer({ min: 20, max: 80 });

test("every example is in one part, in about the shares asked for, whatever the seed", () => {
  fc.assert(
    fc.property(counts, fc.nat(), (count, seed) => {
      const examples = Array.from({ length: count }, (_, i) => i);
      const {
        train,
        validation,
        test: rest,
      } = splitData(examples, { train: 0.7, validation: 0.2, test: 0.1 }, { seed });
      expect([...train, ...validation, ...rest].toSorted((a, b) => a - b)).toEqual(examples);
      expect(Math.abs(train.length - 0.7 * count)).toBeLessThanOrEqual(1);
      expect(train).toEqual(train.toSorted((a, b) => a - b));
    }),
  );
});

test("a group stays together", () => {
  fc.assert(
    fc.property(counts, fc.nat(), (count, seed) => {
      const examples = Array.from({ length: count }, (_, i) => ({ speaker: i % 9 }));
      const parts = splitData(examples, { train: 0.5, test: 0.5 }, { seed, groupBy: ({ speaker }) => speaker });
      const speakers = (part: typeof examples): Set<number> => new Set(part.map(({ speaker }) => speaker));
      expect([...speakers(parts.train)].filter((speaker) => speakers(parts.test).has(speaker))).toEqual([]);
      expect(parts.train.length + parts.test.length).toBe(count);
    }),
  );
});

test("parts in time follow each other, with a gap that no window bridges", () => {
  fc.assert(
    fc.property(counts, fc.nat({ max: 5 }), (count, gap) => {
      const examples = Array.from({ length: count }, (_, i) => i);
      const { train, test: rest } = splitData(examples, { train: 0.6, test: 0.4 }, { ordered: true, gap });
      expect(train).toEqual(examples.slice(0, train.length));
      expect(rest).toEqual(examples.slice(train.length + gap));
    }),
  );
});

test("the order of a random split depends on the seed alone", () => {
  const examples = Array.from({ length: 40 }, (_, i) => i);
  const split = (seed: number): number[] => splitData(examples, { train: 0.5, test: 0.5 }, { seed }).train;
  expect(split(1)).toEqual(split(1));
  expect(split(1)).not.toEqual(split(2));
});

describe("a dataset", () => {
  const shares = { train: 0.6, validation: 0.2, test: 0.2 };
  const people = Array.from({ length: 60 }, (_, i) => ({ speaker: `s${i % 20}`, i }));
  const groupBy = ({ speaker }: { readonly speaker: string }): string => speaker;

  test("is divided by group, the same in every epoch and order, however shuffled or repeated", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat({ max: 3 }), async (seed, epoch) => {
        const data = Dataset.from(people).shuffle({ seed: 3 }).repeat(2);
        const parts = Object.values(data.split(shares, { seed, groupBy }));
        const members = await Promise.all(parts.map((part) => part.toArray(epoch)));
        const speakers = members.map((part) => new Set(part.map(groupBy)));
        expect(members.flat().length).toBe(2 * people.length);
        expect(new Set(speakers.flatMap((part) => [...part])).size).toBe(
          speakers.reduce((count, { size }) => count + size, 0),
        );
        const again = Object.values(Dataset.from(people).split(shares, { seed, groupBy }));
        const plain = await Promise.all(again.map(async (part) => new Set((await part.toArray()).map(groupBy))));
        expect(plain).toEqual(speakers);
      }),
      { numRuns: 20 },
    );
  });

  test("gives parts in about the shares asked for, and leaves out the rest", async () => {
    const numbers = Dataset.from(Array.from({ length: 5000 }, (_, i) => i));
    const parts = numbers.split({ a: 0.5, b: 0.2 }, { seed: 1, groupBy: (x) => x });
    const sizes = [(await parts.a.toArray()).length, (await parts.b.toArray()).length];
    // Four standard deviations of binomial counts; the seed is fixed.
    expect(Math.abs(sizes[0]! - 2500)).toBeLessThan(4 * Math.sqrt(5000 * 0.5 * 0.5));
    expect(Math.abs(sizes[1]! - 1000)).toBeLessThan(4 * Math.sqrt(5000 * 0.2 * 0.8));
  });

  test("refuses shares and seeds when it is divided", () => {
    const split = (share: number, seed: number): unknown =>
      Dataset.from([1]).split({ a: share }, { seed, groupBy: String });
    expect(() => split(1.1, 1)).toThrow(
      "dataset.split(shares, options): shares must be > 0 and at most 1 together, got 1.1",
    );
    expect(() => split(1, 0.5)).toThrow("the seed must be a whole number");
  });
});

describe("refused", () => {
  test.each<[Record<string, number>]>([[{ a: 0.6, b: 0.5 }], [{ a: 0 }], [{ a: -1 }], [{ a: NaN }], [{}]])(
    "shares %j",
    (shares) => {
      expect(() => splitData([1, 2, 3], shares, { seed: 1 })).toThrow("shares must be > 0 and at most 1 together");
    },
  );

  test.each([-1, 0.5, NaN, Infinity])("a gap of %d, which would give an example to two parts or none", (gap) => {
    const split = (): unknown => splitData([1, 2, 3, 4], { train: 0.5, test: 0.5 }, { ordered: true, gap });
    expect(split).toThrow(`gap must be a whole number ≥ 0, got ${gap}`);
  });

  test.each([
    [{ ordered: true, gab: 1 } as const, "ordered, gap"],
    [{ seed: 1, groupby: String }, "seed, groupBy"],
  ])("a misspelled option", (options, keys) => {
    expect(() => splitData([1, 2], { all: 1 }, options)).toThrow(`options must be an object with keys of ${keys}`);
  });

  test("a part without examples", () => {
    expect(() => splitData([1], { train: 0.9, test: 0.1 }, { seed: 1 })).toThrow(
      'every part must get an example, got none for "test" out of 1 examples in 1 groups',
    );
  });
});
