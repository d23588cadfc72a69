/** Searches over hyper-parameters, apart from what runs their trials: spaces, rungs, rankings. */
import {
  integerBetween,
  logUniformBetween,
  oneOf,
  sampleSpace,
  searchRungs,
  searchTrials,
  uniformBetween,
  type SearchOptions,
  type TrialOutcome,
  type TrialTask,
} from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const space = {
  rate: logUniformBetween(1e-4, 1),
  units: integerBetween(3, 6),
  kind: oneOf(["a", "b"]),
  x: uniformBetween(-1, 1),
};
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe("a space", () => {
  test("is sampled within its bounds", () => {
    fc.assert(
      fc.property(seeds, fc.nat(1000), (seed, trial) => {
        const { rate, units, kind, x } = sampleSpace(space, seed, trial);
        expect(rate >= 1e-4 && rate < 1 && x >= -1 && x < 1).toBe(true);
        expect([3, 4, 5, 6]).toContain(units);
        expect(["a", "b"]).toContain(kind);
      }),
    );
  });

  test("is sampled evenly: whole numbers, choices, and logarithms", () => {
    const samples = Array.from({ length: 4000 }, (_, trial) => sampleSpace(space, 7, trial));
    const share = (holds: (sample: (typeof samples)[number]) => boolean): number => samples.filter(holds).length / 4000;
    // Five standard deviations of a share of a quarter are 0.034.
    for (const units of [3, 4, 5, 6])
      expect(Math.abs(share((sample) => sample.units === units) - 0.25)).toBeLessThan(0.035);
    for (const power of [1, 2, 3, 4])
      expect(Math.abs(share(({ rate }) => Math.ceil(-Math.log10(rate)) === power) - 0.25)).toBeLessThan(0.035);
    expect(Math.abs(share(({ kind }) => kind === "a") - 0.5)).toBeLessThan(0.04);
  });

  test("keeps a hyper-parameter's value whatever else is searched", () => {
    fc.assert(
      fc.property(seeds, fc.nat(99), (seed, trial) => {
        expect(sampleSpace({ more: oneOf([1, 2]), ...space }, seed, trial)).toMatchObject(
          sampleSpace(space, seed, trial),
        );
      }),
    );
  });

  test("refuses bounds that are none", () => {
    expect(() => uniformBetween(2, 2)).toThrow("high must be > low = 2, got 2");
    expect(() => logUniformBetween(0, 1)).toThrow("low must be a finite number > 0, got 0");
    expect(() => integerBetween(0.5, 1)).toThrow("low must be a whole number, got 0.5");
    expect(() => oneOf([])).toThrow("there must be a value to choose");
    // @ts-expect-error -- what a caller without TypeScript may write
    expect(() => sampleSpace({ rate: [0.1, 0.2] }, 1, 0)).toThrow('"rate" must have a distribution, got [0.1,0.2]');
    expect(() => sampleSpace(space, -1, 0)).toThrow("the seed must be a whole number in [0, 2^53)");
  });
});

describe("rungs", () => {
  test("are those of the published table", () => {
    // Li et al. 2018, "Hyperband", table 1, bracket s = 4: R = 81, η = 3.
    expect(searchRungs(81, 81, { minimumBudget: 1 }).map(({ trials, budget }) => [trials, budget])).toEqual([
      [81, 1],
      [27, 3],
      [9, 9],
      [3, 27],
      [1, 81],
    ]);
  });

  test("rise to the whole budget, with fewer trials each; each costs about the same", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1.5, max: 6, noNaN: true }),
        (trials, budget, share, factor) => {
          const minimumBudget = 1 + share * (budget - 1);
          const rungs = searchRungs(trials, budget, { minimumBudget, factor });
          expect(rungs[0]!.trials).toBe(trials);
          expect(rungs.at(-1)!.budget).toBe(budget);
          rungs.slice(1).forEach((rung, i) => {
            expect(rung.budget).toBeGreaterThan(rungs[i]!.budget);
            expect(rung.trials).toBeLessThanOrEqual(rungs[i]!.trials);
          });
          for (const rung of rungs) {
            expect(Number.isInteger(rung.budget) && rung.budget >= Math.round(minimumBudget)).toBe(true);
            expect(rung.trials).toBeGreaterThanOrEqual(1);
          }
        },
      ),
    );
  });

  test("refuse what is no setting", () => {
    expect(() => searchRungs(0, 1)).toThrow("trials must be a whole number ≥ 1, got 0");
    expect(() => searchRungs(1, 2.5)).toThrow("budget must be a whole number ≥ 1, got 2.5");
    expect(() => searchRungs(1, 2, { minimumBudget: 3 })).toThrow(
      "minimumBudget must be a number in [1, budget = 2], got 3",
    );
    expect(() => searchRungs(1, 2, { minimumBudget: 1, factor: 1 })).toThrow("factor must be a finite number ≥ 1.1");
  });
});

describe("a search", () => {
  type Task = TrialTask<{ readonly x: number }>;
  const options: SearchOptions<{ readonly x: ReturnType<typeof uniformBetween> }> = {
    ...{ space: { x: uniformBetween(-1, 1) }, trials: 27, budget: 9, seed: 5 },
    halving: { minimumBudget: 1 },
  };
  /** Closer to x² with more budget; some trials are lost. */
  const trial = ({ trial: number, configuration: { x }, budget }: Task): TrialOutcome => {
    if (number % 7 === 3) throw new Error(`lost ${number}`);
    return { loss: number % 5 === 2 ? NaN : x * x + Math.sin(number) / (10 * budget) };
  };

  test("comes to the same however many trials run at once, and whichever of them is faster", async () => {
    const expected = await searchTrials(trial, options);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat(4)), async (lanes, turns) => {
        const slowly = async (task: Task): Promise<TrialOutcome> => {
          for (let turn = turns.next().value as number; turn > 0; turn--) await Promise.resolve();
          return trial(task);
        };
        expect(await searchTrials(slowly, options, lanes)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("gives each trial its budgets in order, to those that were better, and what it kept", async () => {
    const given = new Map<number, unknown[]>();
    const { trials, best } = await searchTrials((task) => {
      given.set(task.trial, [...(given.get(task.trial) ?? []), task.checkpoint]);
      return { ...trial(task), checkpoint: `after ${task.budget}` };
    }, options);
    const withBudget = (budget: number): number[] =>
      trials.filter(({ results }) => results.some((result) => result.budget === budget)).map((report) => report.trial);
    expect([withBudget(3).length, withBudget(9).length]).toEqual([9, 3]);
    expect(given.get(best!.trial)).toEqual([undefined, "after 1", "after 3"]);
    const first = trials.flatMap(({ trial: number, results: [result] }) =>
      result !== undefined && Number.isFinite(result.loss) ? [{ number, loss: result.loss }] : [],
    );
    const nine = first.toSorted((a, b) => a.loss - b.loss).slice(0, 9);
    expect(withBudget(3).toSorted()).toEqual(nine.map(({ number }) => number).toSorted());
  });

  test("reports trials that fail, ranks them and NaN last, and goes on", async () => {
    const { trials, best, stopped } = await searchTrials(trial, options);
    expect(stopped).toBe("at the end");
    expect(trials).toHaveLength(27);
    expect(best).toBe(trials[0]);
    const isBad = trials.map(({ status, results }) => status === "failed" || !Number.isFinite(results.at(-1)!.loss));
    expect(isBad.indexOf(true)).toBe(isBad.filter((bad) => !bad).length);
    expect(
      trials
        .filter(({ status }) => status === "failed")
        .map(({ error }) => error)
        .toSorted(),
    ).toEqual([3, 10, 17, 24].map((number) => `lost ${number}`).toSorted());
    expect(trials.filter(({ status }) => status === "finished")).toHaveLength(3);
  });

  test.each([NaN, Infinity, -Infinity])("with no loss but %s has no best trial", async (loss) => {
    const { best, trials } = await searchTrials(() => ({ loss }), { ...options, trials: 3 });
    expect([best, trials.map((report) => report.trial)]).toEqual([undefined, [0, 1, 2]]);
  });

  test("whose listener throws is told so: no trial is to blame", async () => {
    const onResult = (): never => {
      throw new Error("mine");
    };
    await expect(searchTrials(trial, { ...options, onResult })).rejects.toThrow("mine");
  });

  test("that is aborted returns what is known", async () => {
    const signal = { aborted: false };
    const told: number[] = [];
    const { trials, stopped, best } = await searchTrials(trial, {
      ...options,
      signal,
      onResult: (result) => {
        told.push(result.trial);
        signal.aborted = told.length === 4;
      },
    });
    expect(stopped).toBe("by the signal");
    expect(told).toEqual([0, 1, 2, 4]);
    expect(trials.filter(({ results }) => results.length > 0)).toHaveLength(4);
    expect(trials.filter(({ status }) => status === "stopped")).toHaveLength(26);
    expect(best).toBeDefined();
  });
});
