/** Guessed networks are those of the paper, and their problems are labeled as they should be. */
import { createRuntime } from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guess } from "../../src/reproduce/guessing/guess.js";
import {
  fullyConnected,
  guessedAnswers,
  latchUnit,
  LESS_CONNECTED,
  logisticNetwork,
  type Connections,
} from "../../src/reproduce/guessing/guessed-network.js";
import { firstElement, freeInputs, parity, tomita } from "../../src/reproduce/guessing/kinds.js";
import { LONGEST, longSequences, type LabeledSequences } from "../../src/reproduce/guessing/long-sequences.js";

const logistic = (net: number): number => 1 / (1 + Math.exp(-net));

/** The network once more, unit by unit. */
function plainly({ units, hidden, outputSeesItself, outputHasBias }: Connections, w: number[], x: number[]): number {
  let at = 0;
  const take = (count: number): number[] => w.slice(at, (at += count));
  const [fromX, fromOut, bias] = [take(units), take(units), take(units)];
  const among = hidden === "all" ? take(units * units) : hidden === "self" ? take(units) : [];
  const [read, [direct = 0]] = [take(units), take(1)];
  const self = outputSeesItself ? take(1)[0]! : 0;
  const outBias = outputHasBias ? take(1)[0]! : 0;
  expect(at).toBe(w.length);
  let [h, out] = [new Array<number>(units).fill(0), 0];
  for (const element of x) {
    h = h.map((own, j) => {
      const others =
        hidden === "all" ? h.reduce((sum, value, k) => sum + value * among[k * units + j]!, 0) : (among[j] ?? 0) * own;
      return logistic(fromX[j]! * element + fromOut[j]! * out + bias[j]! + others);
    });
    out = logistic(h.reduce((sum, value, j) => sum + value * read[j]!, 0) + direct * element + self * out + outBias);
  }
  return out;
}

test.each([
  ["A1, 2 units", fullyConnected(2)],
  ["A2", LESS_CONNECTED],
  ["A2 without self-connections", { ...LESS_CONNECTED, hidden: "none" }],
] as const)("%s computes what its units compute", async (_, connections) => {
  const network = logisticNetwork(connections);
  const { inputs, answer } = guessedAnswers(network, { steps: 4, sequences: 2, guesses: 2 });
  const run = await (await createRuntime()).compile({ inputs, outputs: { answer } });
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  const vector = (length: number) => fc.array(number, { minLength: length, maxLength: length });
  fc.assert(
    fc.property(vector(2 * network.weights), vector(8), fc.integer({ min: 1, max: 4 }), (weights, x, length) => {
      const { data } = run.run({ weights, x, lengths: [4, length] }).answer;
      for (const [s, steps] of [4, length].entries())
        for (const g of [0, 1]) {
          const own = weights.filter((__, i) => i % 2 === g);
          const read = x.filter((__, i) => i % 2 === s).slice(0, steps);
          expect(data[s * 2 + g]!).toBeCloseTo(plainly(connections, own, read), 4);
        }
    }),
    { numRuns: 20 },
  );
});

const elementsOf = ({ x, lengths }: LabeledSequences, s: number): number[] =>
  Array.from({ length: lengths[s]! }, (_, t) => x[t * lengths.length + s]!);
const textOf = (sequences: LabeledSequences, s: number): string =>
  elementsOf(sequences, s)
    .map((sign) => (sign === 1 ? "1" : "0"))
    .join("");

describe("sequences", () => {
  test.each([
    ["parity", parity, (bits: string) => bits.replaceAll("0", "").length % 2 === 1],
    ["Tomita 1", tomita[1], (bits: string) => /^1*$/.test(bits)],
    ["Tomita 2", tomita[2], (bits: string) => /^(10)*$/.test(bits)],
    ["Tomita 4", tomita[4], (bits: string) => !/000/.test(bits)],
  ] as const)("of %s are labeled right", (name, kind, isOf) => {
    const sequences = longSequences(kind, 1, name);
    expect(sequences.targets).toHaveLength(100);
    for (const [s, target] of sequences.targets.entries()) {
      expect(target).toBe(s % 2);
      expect(isOf(textOf(sequences, s))).toBe(target === 1);
      expect(sequences.lengths[s]).toBeGreaterThanOrEqual(500);
      expect(sequences.lengths[s]).toBeLessThanOrEqual(LONGEST);
    }
  });

  test("of the latch begin with their class, and go on with noise of the deviation asked for", () => {
    const sequences = longSequences(firstElement(0.2, [-1, 1]), 1, "latch");
    expect(sequences.targets.map((_, s) => elementsOf(sequences, s)[0])).toEqual(sequences.targets);
    const noise = sequences.targets.flatMap((_, s) => elementsOf(sequences, s).slice(1));
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    // About 55,000 squares: a standard error of 0.6 %.
    expect(variance / 0.04).toBeCloseTo(1, 1);
  });
});

test("guessing finds a latch, which holds sequences it has not seen", async () => {
  const [training, test] = [longSequences(freeInputs(0.2), 1, "training"), longSequences(freeInputs(0.2), 1, "test")];
  const network = latchUnit(["added", "weighted", "weighted"], false);
  const problem = { network, steps: LONGEST, training, test, tolerance: 0.8 };
  const { found, drawn, testAccuracy } = await guess(problem, { seed: 1, searches: 5, atMost: 1000 });
  expect(found).toBe(5);
  expect(drawn).toBeGreaterThanOrEqual(5);
  expect(testAccuracy).toBeGreaterThan(0.98);
  expect((await guess(problem, { seed: 1, searches: 5, atMost: 0 })).found).toBe(0);
});
