/** CTC decoding against all paths written down: of the likeliest path, and of prefixes with a beam of any width. */
import { constant, ctcBeamDecode, ctcGreedyDecode, ctcLoss, evaluate, ndArray, type NdArray } from "@unfold/rnn";
import { ctcLabelProbabilities, expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, seeds } from "../../recurrences.js";

/** Sums of at most 4^5 products of 5 probabilities. */
const ATOL = 1e-12;

const drawn = fc
  .record({
    steps: fc.integer({ min: 1, max: 5 }),
    classes: fc.integer({ min: 2, max: 4 }),
    batch: fc.integer({ min: 1, max: 2 }),
    seed: seeds,
  })
  .chain((sizes) =>
    fc.record({
      sizes: fc.constant(sizes),
      blank: fc.nat({ max: sizes.classes - 1 }),
      inputLengths: fc.array(fc.integer({ min: 0, max: sizes.steps }), {
        minLength: sizes.batch,
        maxLength: sizes.batch,
      }),
    }),
  )
  .map(({ sizes: { steps, classes, batch, seed }, ...rest }) => ({
    ...rest,
    classes,
    logits: drawReals([steps, batch, classes], seed, "logits"),
  }));

/** The probabilities of the classes at each step of a sequence. */
function rowsOf({ data, shape }: NdArray, b: number, length: number): number[][] {
  const [, batch, classes] = shape as [number, number, number];
  return Array.from({ length }, (_, t) => {
    const row = Array.from(data.subarray((t * batch + b) * classes, (t * batch + b + 1) * classes), Math.exp);
    const total = row.reduce((sum, weight) => sum + weight, 0);
    return row.map((weight) => weight / total);
  });
}

const parse = (said: string): number[] => (said === "" ? [] : said.split(",").map(Number));

test("greedy decoding says what the likeliest path does", () => {
  fc.assert(
    fc.property(drawn, ({ logits, blank, inputLengths }) => {
      ctcGreedyDecode(logits, { blank, inputLengths }).forEach(({ labels, logProbability }, b) => {
        const rows = rowsOf(logits, b, inputLengths[b]!);
        const path = rows.map((row) => row.indexOf(Math.max(...row)));
        const merged = path.filter((label, t) => t === 0 || label !== path[t - 1]);
        expect(labels).toEqual(merged.filter((label) => label !== blank));
        const probability = rows.reduce((product, row) => product * Math.max(...row), 1);
        expect(Math.abs(logProbability - Math.log(probability))).toBeLessThanOrEqual(ATOL);
      });
    }),
  );
});

describe("prefix beam decoding", () => {
  test("that is wide enough finds all labels, with their probabilities over all paths, best first", () => {
    fc.assert(
      fc.property(drawn, ({ logits, blank, inputLengths }) => {
        ctcBeamDecode(logits, { blank, inputLengths, beams: 2000 }).forEach((found, b) => {
          const all = ctcLabelProbabilities(rowsOf(logits, b, inputLengths[b]!), blank);
          expect(found.map(({ labels }) => labels.join()).sort()).toEqual([...all.keys()].sort());
          for (const { labels, logProbability } of found)
            expect(Math.abs(logProbability - Math.log(all.get(labels.join())!))).toBeLessThanOrEqual(ATOL);
          const order = found.map(({ logProbability }) => logProbability);
          expect(order).toEqual(order.toSorted((x, y) => y - x));
        });
      }),
      { numRuns: 60 },
    );
  });

  test("weighs each label by what it is told, as if each path were weighed by all of its labels", () => {
    fc.assert(
      fc.property(drawn, ({ logits, blank, inputLengths }) => {
        // A model of pairs that forbids one of them.
        const extend = (labels: readonly number[], label: number): number =>
          labels.at(-1) === 1 && label === 0 ? -Infinity : 0.3 * label - 0.7 * (labels.at(-1) ?? 2);
        ctcBeamDecode(logits, { blank, inputLengths, beams: 2000, extend }).forEach((found, b) => {
          const all = ctcLabelProbabilities(rowsOf(logits, b, inputLengths[b]!), blank);
          const weighed = [...all].flatMap(([said, probability]) => {
            const labels = parse(said);
            const weight = labels.reduce((sum, label, i) => sum + extend(labels.slice(0, i), label), 0);
            return weight === -Infinity ? [] : [[said, Math.log(probability) + weight] as const];
          });
          expect(found).toHaveLength(weighed.length);
          const scores = new Map(weighed);
          for (const { labels, logProbability } of found)
            expect(Math.abs(logProbability - scores.get(labels.join())!)).toBeLessThanOrEqual(ATOL);
        });
      }),
      { numRuns: 40 },
    );
  });

  test("of any width finds no more than there is, each once, at most W", () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 6 }), ({ logits, blank, inputLengths }, beams) => {
        ctcBeamDecode(logits, { blank, inputLengths, beams }).forEach((found, b) => {
          const all = ctcLabelProbabilities(rowsOf(logits, b, inputLengths[b]!), blank);
          expect(found.length).toBeLessThanOrEqual(beams);
          expect(found.length).toBeGreaterThanOrEqual(1);
          expect(new Set(found.map(({ labels }) => labels.join())).size).toBe(found.length);
          for (const { labels, logProbability } of found)
            expect(logProbability).toBeLessThanOrEqual(Math.log(all.get(labels.join())!) + ATOL);
        });
      }),
    );
  });

  test("over 60 steps comes the nearer to minus the loss the wider it is", () => {
    // As of a trained network: a blank at every other step, labels 1 to 5 in between, each e^3 to e^5 times as likely as others.
    const noise = drawReals([60, 1, 6], 3, "logits").data;
    const said = (t: number): number => (t % 2 === 0 ? 0 : 1 + (((t - 1) / 2) % 5));
    const data = noise.map((logit, i) => logit / 4 + (i % 6 === said(Math.floor(i / 6)) ? 4 : 0));
    const logits = ndArray(data, { shape: [60, 1, 6] });
    const labels = Array.from({ length: 30 }, (_, i) => said(2 * i + 1));
    const target = constant(ndArray(labels, { dtype: "i32", shape: [30, 1] }), "i32");
    const exact = -evaluate(ctcLoss(constant(logits), target, { reduction: "sum" })).item();
    const missing = [10, 100, 1000].map((beams) => {
      const [best] = ctcBeamDecode(logits, { beams })[0]!;
      expect(best!.labels).toEqual(labels);
      return exact - best!.logProbability;
    });
    // What a beam has dropped is missing, less the wider it is.
    expect(missing).toEqual(missing.toSorted((a, b) => b - a));
    expect(missing[0]!).toBeLessThan(0.5);
    expect(missing[2]!).toBeGreaterThan(-ATOL);
    expect(missing[2]!).toBeLessThan(0.01);
  });
});

describe("errors", () => {
  const where = "ctcBeamDecode(logits, options)";
  const logits = [
    [
      [0, 1],
      [1, 0],
    ],
  ];

  test.each([0, 1.5, NaN])("a beam of %d", (beams) => {
    expectProblem(() => ctcBeamDecode(logits, { beams }), {
      name: "ValueError",
      code: "BEAM_OPTION",
      message: `${where}: beams must be a whole number ≥ 1, got ${beams}. A beam of 1 keeps the likeliest prefix; leave it out for 16.`,
    });
  });

  test.each([-1, 2, 0.5])("the blank %d", (blank) => {
    expectProblem(() => ctcBeamDecode(logits, { blank }), {
      name: "ValueError",
      code: "CTC_BLANK",
      message: `${where}: blank must be a class, a whole number in [0, 2), got ${blank}.`,
    });
  });

  test.each([2, -1, 0.5])("the length %d of one step", (length) => {
    expectProblem(() => ctcGreedyDecode(logits, { inputLengths: [1, length] }), {
      name: "ValueError",
      code: "CTC_LENGTH",
      message: `ctcGreedyDecode(logits, options): every length must be a whole number in [0, 1], got ${length} of sequence 1.`,
    });
  });

  test("shapes that do not fit", () => {
    const message = `${where}: logits must be [T, B, V], V ≥ 1, with a length for each of B sequences, got `;
    expect(() => ctcBeamDecode([[0, 1]])).toThrow(`${message}[1, 2].`);
    expect(() => ctcBeamDecode([[[]]])).toThrow(`${message}[1, 1, 0].`);
    expectProblem(() => ctcBeamDecode(logits, { inputLengths: [1] }), {
      name: "ShapeError",
      code: "CTC_SHAPE",
      message: `${message}[1, 2, 2] and 1 lengths.`,
    });
  });

  test.each([
    { title: "NaN", row: [0, NaN] },
    { title: "∞", row: [0, Infinity] },
    { title: "-∞ everywhere", row: [-Infinity, -Infinity] },
  ])("logits of $title, but in padding", ({ row }) => {
    const padded = [[[0, 1]], [row]];
    expect(ctcGreedyDecode(padded, { inputLengths: [1] })[0]!.labels).toEqual([1]);
    expectProblem(() => ctcGreedyDecode(padded), {
      name: "ValueError",
      code: "CTC_LOGITS",
      message:
        "ctcGreedyDecode(logits, options): logits must be numbers or -∞, and not all -∞, got others at step 1 of sequence 0.",
    });
  });

  test.each([NaN, Infinity])("a factor of e^%d", (logarithm) => {
    expectProblem(() => ctcBeamDecode(logits, { extend: () => logarithm }), {
      name: "ValueError",
      code: "CTC_EXTEND",
      message: `${where}: extend must give a number or -∞, got ${logarithm} for 1 after [].`,
    });
  });
});
