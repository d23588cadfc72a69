/** Temperature, top-k and nucleus: against the definitions in plain numbers, at their ends, and as frequencies of draws. */
import {
  categorical,
  constant,
  createRuntime,
  drawCategorical,
  evaluate,
  foldIn,
  input,
  ndArray,
  randomKey,
  sampleTokens,
  softmax,
  tokenProbabilities,
  type SamplingOptions,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, seeds } from "../recurrences.js";

/** Exponentials of numbers up to 20 in size, in sums of at most 9 terms. */
const ATOL = 1e-13;

function softmaxOf(logits: readonly number[]): number[] {
  const weights = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The definitions, one token at a time: the likeliest first, until k tokens or probability p are reached. */
function plainProbabilities(logits: readonly number[], temperature: number, topK: number, topP: number): number[] {
  const p = softmaxOf(logits.map((logit) => logit / temperature));
  const order = p.map((_, token) => token).sort((a, b) => p[b]! - p[a]! || a - b);
  const first = order.slice(0, topK);
  const mass = first.reduce((sum, token) => sum + p[token]!, 0);
  const kept = new Set<number>();
  for (let i = 0, before = 0; i < first.length && (topP === 1 || before < topP * mass); before += p[first[i]!]!, i++)
    kept.add(first[i]!);
  const total = [...kept].reduce((sum, token) => sum + p[token]!, 0);
  return p.map((share, token) => (kept.has(token) ? share / total : 0));
}

const wishes = fc.record({
  rows: fc.integer({ min: 1, max: 3 }),
  classes: fc.integer({ min: 1, max: 8 }),
  temperature: fc.constantFrom(0.1, 0.5, 1, 2, 10),
  topK: fc.integer({ min: 1, max: 10 }),
  // Sums that round to these in one order but not in the other would be a matter of chance.
  topP: fc.constantFrom(0.01, 0.2137, 0.5511, 0.9013, 1),
  seed: seeds,
});

test("probabilities are those of the definitions, options as numbers or as nodes", () => {
  fc.assert(
    fc.property(wishes, ({ rows, classes, temperature, topK, topP, seed }) => {
      const logits = drawReals([rows, classes], seed, "logits");
      const found = evaluate(tokenProbabilities(constant(logits), { temperature, topK, topP }));
      expect(found.shape).toEqual([rows, classes]);
      for (let row = 0; row < rows; row++) {
        const line = [...logits.data.subarray(row * classes, (row + 1) * classes)];
        plainProbabilities(line, temperature, topK, topP).forEach((share, token) => {
          expect(Math.abs(found.data[row * classes + token]! - share)).toBeLessThanOrEqual(ATOL);
        });
      }
      const nodes = { temperature: input("temperature", []), topP: input("topP", []), topK };
      const fed = evaluate(tokenProbabilities(constant(logits), nodes), { temperature, topP });
      found.data.forEach((share, i) => {
        expect(Math.abs(fed.data[i]! - share)).toBeLessThanOrEqual(ATOL);
      });
    }),
  );
});

describe("at the ends", () => {
  const logits = constant([
    [1, 3, 2, 3],
    [-Infinity, 0, -1, -Infinity],
  ]);
  const probabilities = (options: SamplingOptions): number[] => [...evaluate(tokenProbabilities(logits, options)).data];

  test("temperature 0 is the largest logit, ties share; as a number or as a node", () => {
    expect(probabilities({ temperature: 0 })).toEqual([0, 0.5, 0, 0.5, 0, 1, 0, 0]);
    expect(probabilities({ temperature: constant(0) })).toEqual([0, 0.5, 0, 0.5, 0, 1, 0, 0]);
    expect(probabilities({ temperature: 1e-30 })).toEqual([0, 0.5, 0, 0.5, 0, 1, 0, 0]);
  });

  test("top 1 is the argmax, the first of ties", () => {
    expect(probabilities({ topK: 1 })).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
    expect(probabilities({ temperature: 0, topK: 1 })).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
  });

  test("a tiny nucleus is the likeliest token", () => {
    expect(probabilities({ topP: 1e-30 })).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
  });

  test("k ≥ V and p = 1 change nothing, to the last bit", () => {
    const whole = [...evaluate(softmax(logits)).data];
    for (const options of [{}, { topK: 4 }, { topK: 1e9 }, { topK: Infinity }, { topP: 1 }, { topK: 4, topP: 1 }])
      expect(probabilities(options)).toEqual(whole);
  });

  test("a very high temperature makes all equally likely, but tokens at -∞", () => {
    expect(probabilities({ temperature: 1e30 })).toEqual([0.25, 0.25, 0.25, 0.25, 0, 0.5, 0.5, 0]);
  });
});

describe("draws", () => {
  test("are as frequent as the probabilities say, in the graph", () => {
    const count = 20_000;
    const line = [0.5, 2, 1, -1, 1.5, -Infinity];
    const options = { temperature: 1.3, topK: 4, topP: 0.85 };
    const rows = constant(ndArray(Array.from({ length: count }, () => line).flat(), { shape: [count, line.length] }));
    const drawn = evaluate(sampleTokens(rows, randomKey(7), options)).data;
    const exact = plainProbabilities(line, 1.3, 4, 0.85);
    expect(exact.filter((share) => share > 0)).toHaveLength(3);
    exact.forEach((share, token) => {
      const times = drawn.filter((other) => other === token).length;
      // Five standard deviations of a binomial variable; the seed is fixed.
      expect(Math.abs(times - share * count)).toBeLessThanOrEqual(5 * Math.sqrt(count * share * (1 - share)));
    });
  });

  test("depend on the key only, and are those of the host with the same uniform numbers", () => {
    fc.assert(
      fc.property(seeds, fc.nat(), (seed, step) => {
        const logits = constant(drawReals([3, 5], seed, "logits"));
        const key = foldIn(randomKey(seed), step);
        const tokens = evaluate(sampleTokens(logits, key));
        expect(evaluate(sampleTokens(logits, key))).toEqual(tokens);
        const uniform = drawReals([3], seed, "uniform").data.map((u) => (u + 1) / 2.001);
        const chosen = evaluate(categorical(softmax(logits), constant(Array.from(uniform)))).data;
        const probabilities = evaluate(softmax(logits)).data;
        chosen.forEach((token, row) => {
          expect(drawCategorical(probabilities.subarray(row * 5, (row + 1) * 5), uniform[row]!)).toBe(token);
        });
      }),
    );
  });

  test("at temperature 0 do not depend on the key", () => {
    const logits = constant([[0.5, 2, 1]]);
    for (let seed = 0; seed < 20; seed++)
      expect(evaluate(sampleTokens(logits, randomKey(seed), { temperature: 0 })).item()).toBe(1);
  });
});

describe("what is no distribution is refused when run", () => {
  test.each([
    { title: "NaN", logits: [0, NaN] },
    { title: "∞", logits: [0, Infinity] },
    { title: "-∞ everywhere", logits: [-Infinity, -Infinity] },
  ])("$title, whatever the options, compiled or not", async ({ logits }) => {
    const runtime = await createRuntime();
    for (const options of [{}, { temperature: 0 }, { temperature: 0.5 }, { topK: 1 }, { topP: 0.5 }]) {
      const given = input("logits", [1, 2]);
      const tokens = sampleTokens(given, randomKey(1), options);
      const step = await runtime.compile({ inputs: { logits: given }, outputs: { tokens } });
      expect(step.run({ logits: [[0, 1]] }).tokens.shape).toEqual([1]);
      expect(() => step.run({ logits: [logits] })).toThrow("weights must be ≥ 0 with a finite sum above 0, got NaN");
      expect(() => evaluate(tokens, { logits: [logits] })).toThrow("row 0 of categorical(weights, uniform)");
    }
  });
});

describe("errors", () => {
  const refused = (options: SamplingOptions, code: string, message: string): void => {
    expectProblem(() => tokenProbabilities(input("logits", [2, 3]), options), {
      name: code === "SAMPLING_SHAPE" ? "ShapeError" : "ValueError",
      code,
      message: `tokenProbabilities(logits, options): ${message}`,
    });
  };

  test("options out of range", () => {
    for (const temperature of [-1, NaN, Infinity])
      refused({ temperature }, "SAMPLING_OPTION", `temperature must be a finite number ≥ 0, got ${temperature}.`);
    for (const topK of [0, -1, 1.5, NaN])
      refused({ topK }, "SAMPLING_OPTION", `topK must be a whole number ≥ 1, got ${topK}.`);
    for (const topP of [0, 1.1, NaN, -0.5])
      refused({ topP }, "SAMPLING_OPTION", `topP must be in (0, 1], got ${topP}.`);
    refused(
      { temperature: input("t", [2]) },
      "SAMPLING_SHAPE",
      'temperature must be one number, f32[], got f32[2] ("t").',
    );
    refused({ topP: input("p", [1]) }, "SAMPLING_SHAPE", 'topP must be one number, f32[], got f32[1] ("p").');
  });

  test("logits without tokens", () => {
    for (const shape of [[], [2, 0]]) {
      expectProblem(() => sampleTokens(input("logits", shape), randomKey(1)), {
        name: "ShapeError",
        code: "SAMPLING_SHAPE",
        message: `tokenProbabilities(logits, options): logits must have a last axis with at least one token, got f32[${shape.join(", ")}] ("logits").`,
      });
    }
  });
});
