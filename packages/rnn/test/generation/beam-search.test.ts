/** Beam search against the search of everything, against greedy search, and against each sequence searched by itself. */
import {
  add,
  beamSearch,
  constant,
  createRuntime,
  dense,
  elman,
  embedding,
  evaluate,
  foldedGraph,
  gather,
  input,
  logSoftmax,
  mul,
  ndArray,
  scan,
  tanh,
  type BeamSearchRequest,
  type Carry,
  type FloatNode,
  type FoldedGraph,
  type Hypothesis,
  type IntNode,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawParam, drawReals, seeds } from "../recurrences.js";

const interpreter = { backend: "interpreter", optimize: false, precision: "f64" } as const;

/** A model with delays of 1 and 2 steps, for any number of rows, sharp enough for beams to differ. */
function modelOf(tokens: number, seed: number) {
  const table = embedding({ tokens, units: 3, seed });
  const head = dense({ inputs: 3, units: tokens, seed });
  const W = drawParam("W", [3], seed);
  const fold = (rows: number): FoldedGraph<{ readonly h: FloatNode }> =>
    foldedGraph("model", ({ sequence, delay }) => {
      const x = sequence("x", [rows, 3]);
      const one = delay("one", [rows, 3], { initial: 0.3 });
      const two = delay("two", [rows, 3], { steps: 2, initial: -0.5 });
      const h = tanh(add(mul(2, x), add(mul(one, W), mul(-3, two))));
      return { next: { one: h, two: h }, outputs: { h } };
    });
  const logitsOf = (h: FloatNode): FloatNode => mul(3, head.apply(h));
  return {
    draw: (token: IntNode, carry: Carry): FloatNode =>
      logitsOf(carry(fold(token.shape[0]!), { x: table.apply(token) }).h),
    /** ln P of what follows a sequence, by a scan over it. */
    following: (sequence: readonly number[]): ArrayLike<number> => {
      const read = constant(ndArray([...sequence], { dtype: "i32", shape: [sequence.length, 1] }), "i32");
      const { last } = scan(fold(1), sequence.length, { x: table.apply(read) });
      return evaluate(logSoftmax(logitsOf(last.h))).data;
    },
  };
}

type Model = ReturnType<typeof modelOf>;

interface Rules {
  readonly prompt: readonly number[];
  readonly end: number | undefined;
  readonly maxLength: number;
  readonly alpha: number;
}

/** All that can be written, best first. */
function everything({ following }: Model, { prompt, end, maxLength, alpha }: Rules): Hypothesis[] {
  const found: Hypothesis[] = [];
  const visit = (tokens: readonly number[], logProbability: number): void => {
    const isEnded = tokens.length > 0 && tokens.at(-1) === end;
    if (isEnded || tokens.length === maxLength) {
      const score = logProbability / ((5 + tokens.length) / 6) ** alpha;
      found.push({ tokens, logProbability, score, isEnded });
      return;
    }
    Array.from(following([...prompt, ...tokens])).forEach((logarithm, token) => {
      visit([...tokens, token], logProbability + logarithm);
    });
  };
  visit([], 0);
  return found.sort((a, b) => b.score - a.score);
}

const rules = fc.record({
  tokens: fc.integer({ min: 2, max: 3 }),
  seed: seeds,
  prompt: fc.array(fc.nat({ max: 1 }), { minLength: 1, maxLength: 3 }),
  maxLength: fc.integer({ min: 1, max: 3 }),
  alpha: fc.constantFrom(0, 0.6, 1, 2),
  end: fc.constantFrom(undefined, 0, 1),
});

function timeMajor(prompts: readonly (readonly number[])[]): number[][] {
  return prompts[0]!.map((_, t) => prompts.map((prompt) => prompt[t]!));
}

/** Logarithms of probabilities, summed in another order. */
function expectClose(found: readonly Hypothesis[], expected: readonly Hypothesis[]): void {
  expect(found.map(({ tokens, isEnded }) => ({ tokens, isEnded }))).toEqual(
    expected.map(({ tokens, isEnded }) => ({ tokens, isEnded })),
  );
  found.forEach(({ logProbability, score }, i) => {
    expect(Math.abs(logProbability - expected[i]!.logProbability)).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(score - expected[i]!.score)).toBeLessThanOrEqual(1e-12);
  });
}

describe("a beam search", () => {
  test("that is wide enough finds everything, in the order of scores", async () => {
    await fc.assert(
      fc.asyncProperty(rules, async ({ tokens, seed, prompt, ...rest }) => {
        const model = modelOf(tokens, seed);
        const all = everything(model, { prompt, ...rest });
        const search = await beamSearch(await createRuntime(interpreter), {
          beams: all.length,
          ...rest,
          draw: model.draw,
        });
        expectClose(search.run(timeMajor([prompt]))[0]!, all);
      }),
      { numRuns: 25 },
    );
  });

  test("of one beam is greedy search", async () => {
    await fc.assert(
      fc.asyncProperty(rules, async ({ tokens, seed, prompt, ...rest }) => {
        const model = modelOf(tokens, seed);
        const greedy: number[] = [];
        while (greedy.length < rest.maxLength && (greedy.length === 0 || greedy.at(-1) !== rest.end)) {
          const following = Array.from(model.following([...prompt, ...greedy]));
          greedy.push(following.indexOf(Math.max(...following)));
        }
        const search = await beamSearch(await createRuntime(interpreter), { beams: 1, ...rest, draw: model.draw });
        const [found, ...others] = search.run(timeMajor([prompt]))[0]!;
        expect(found!.tokens).toEqual(greedy);
        expect(others).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test("scores what it finds as the model does, and searches a batch as each sequence by itself", async () => {
    await fc.assert(
      fc.asyncProperty(rules, fc.integer({ min: 1, max: 4 }), async ({ tokens, seed, prompt, ...rest }, beams) => {
        const model = modelOf(tokens, seed);
        const prompts = [prompt, prompt.map((token) => 1 - token), prompt];
        const together = await beamSearch(await createRuntime(interpreter), {
          beams,
          batch: 3,
          ...rest,
          maxLength: 5,
          draw: model.draw,
        });
        const alone = await beamSearch(await createRuntime(interpreter), {
          beams,
          ...rest,
          maxLength: 5,
          draw: model.draw,
        });
        // Twice: what was searched before must not matter.
        together.run(timeMajor(prompts.toReversed()));
        const found = together.run(timeMajor(prompts));
        prompts.forEach((each, b) => {
          expectClose(found[b]!, alone.run(timeMajor([each]))[0]!);
          for (const { tokens: sequence, logProbability } of found[b]!) {
            const exact = sequence.reduce(
              (sum, token, t) => sum + model.following([...each, ...sequence.slice(0, t)])[token]!,
              0,
            );
            expect(Math.abs(logProbability - exact)).toBeLessThanOrEqual(1e-12);
          }
        });
      }),
      { numRuns: 8 },
    );
  });

  test("compiled, takes one run per token; inputs and initial values are the same for all rows", async () => {
    const runtime = await createRuntime();
    const table = embedding({ tokens: 6, units: 3, seed: 1 });
    const cell = elman({ inputs: 3, units: 4, seed: 2 });
    const head = dense({ inputs: 4, units: 6, seed: 3 });
    const context = input("context", [2, 4]);
    const search = await beamSearch(runtime, {
      beams: 4,
      batch: 2,
      end: 0,
      maxLength: 12,
      alpha: 0.6,
      inputs: { context },
      draw: (tokens, carry) => {
        const start = gather(context, constant([0, 0, 0, 0, 1, 1, 1, 1], "i32"));
        return head.apply(add(carry(cell.fold(8, { h: start }), { x: table.apply(tokens) }).h, mul(0.1, start)));
      },
    });
    const found = search.run([[1, 2]], { context: drawReals([2, 4], 5, "context") });
    expect(found.map((beam) => beam.length)).toEqual([4, 4]);
    for (const beam of found) {
      expect(beam.map(({ score }) => score)).toEqual(beam.map(({ score }) => score).sort((a, b) => b - a));
      expect(new Set(beam.map(({ tokens }) => tokens.join())).size).toBe(4);
    }
    // The step, the initial values, and what is made of the context.
    expect(runtime.report().programs.length).toBe(3);
  });
});

describe("errors", () => {
  const model = modelOf(3, 1);
  const build = async (options: Partial<BeamSearchRequest<Record<string, never>>>) =>
    beamSearch(await createRuntime(), { beams: 2, maxLength: 3, draw: model.draw, ...options });
  const problemOf = async (options: Parameters<typeof build>[0]): Promise<unknown> =>
    build(options).then(
      () => undefined,
      (error: unknown) => error,
    );

  test.each([
    { beams: 0, text: "beams must be a whole number ≥ 1, got 0. A beam of 1 takes the likeliest token each time." },
    { beams: 1.5, text: "beams must be a whole number ≥ 1, got 1.5. A beam of 1 takes the likeliest token each time." },
    { batch: 0, text: "batch must be a whole number ≥ 1, got 0." },
    { maxLength: 0, text: "maxLength must be a whole number ≥ 1, got 0." },
    { alpha: -1, text: "alpha must be a finite number ≥ 0, got -1." },
    { alpha: NaN, text: "alpha must be a finite number ≥ 0, got NaN." },
    { end: 3, text: "end must be a token in [0, 3), got 3." },
    { end: -1, text: "end must be a token in [0, 3), got -1." },
  ])("$text", async ({ text, ...options }) => {
    const problem = await problemOf(options);
    expectProblem(
      () => {
        throw problem;
      },
      { name: "ValueError", code: "BEAM_OPTION", message: `beamSearch(runtime, request): ${text}` },
    );
  });

  test("logits and states without a row per hypothesis", async () => {
    expect(String(await problemOf({ draw: () => constant([1, 2, 3]) }))).toContain(
      "the logits must be [2, V], one row per hypothesis, got f32[3]",
    );
    const counter = foldedGraph("counter", ({ delay }) => {
      const next = add(delay("count", [], { initial: 0 }), 1);
      return { next: { count: next }, outputs: { count: next } };
    });
    const withCounter = problemOf({ draw: (tokens, carry) => add(model.draw(tokens, carry), carry(counter).count) });
    expect(String(await withCounter)).toContain("the states must be [k, B, …] for rows = i32[B]");
  });

  test("prompts that do not fit", async () => {
    const search = await build({ batch: 2 });
    for (const prompt of [[], [[1]], [[1, 2, 0]], [[[1], [2]]].slice(1)])
      expect(() => search.run(prompt)).toThrow("the prompt must be [T, 2], time-major, with T ≥ 1, got [");
    expect(() => search.run([[1, 3]])).toThrow("every index must be in [0, 2], got 3");
    expect(search.run([1, 2])).toHaveLength(2);
  });

  test.each([NaN, Infinity])("a logit of %d", async (bad) => {
    const search = await build({
      draw: () =>
        constant([
          [0, 1, bad],
          [0, 0, 0],
        ]),
    });
    expect(() => search.run([0])).toThrow("the logits of every hypothesis must be numbers or -∞, and not all -∞");
  });

  test("logits of -∞ are never chosen, unless there is nothing else", async () => {
    const search = await build({
      draw: () =>
        constant([
          [0, -Infinity, -Infinity],
          [0, -Infinity, -Infinity],
        ]),
    });
    expect(search.run([0])[0]!.map(({ tokens }) => tokens)).toEqual([[0, 0, 0]]);
    const none = await build({
      draw: () =>
        constant([
          [-Infinity, -Infinity],
          [0, 0],
        ]),
    });
    expect(() => none.run([0])).toThrow("not all -∞");
  });
});
