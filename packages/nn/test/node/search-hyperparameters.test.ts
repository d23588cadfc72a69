/** Searches in worker threads: the same with any number of them, and none that a trial can break. */
import { logUniformBetween, oneOf, type Distribution } from "@unfold/nn";
import { searchHyperparameters, serveTrials, type HyperparameterSearch } from "@unfold/nn/node";
import { temporaryFolders } from "@unfold/testkit/node";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";

const newFolder = temporaryFolders();

/** Sources, as everywhere in tests. */
const execArgv = ["--conditions=@unfold/source"];
const worker = new URL("trial.worker.mjs", import.meta.url);
const learningRate = logUniformBetween(0.001, 0.5);
const none = oneOf([""]);

function search<S extends { readonly fails: Distribution<string> }>(
  space: S,
  options: Partial<HyperparameterSearch<S & { readonly learningRate: typeof learningRate }>> = {},
) {
  return searchHyperparameters({
    ...{ space: { learningRate, ...space }, trials: 4, budget: 6, seed: 2, worker, execArgv },
    ...options,
  });
}

test("the result is the same with one thread and with several, halving goes on from checkpoints", async () => {
  const halving = { minimumBudget: 2 };
  const [one, several] = [
    await search({ fails: none }, { workers: 1, halving }),
    await search({ fails: none }, { workers: 2, halving }),
  ];
  expect(several).toEqual(one);
  expect(one.trials.map(({ status }) => status)).toEqual(["finished", "dropped", "dropped", "dropped"]);
  expect(one.best!.results.map(({ budget }) => budget)).toEqual([2, 6]);
  // As if it had been given its whole budget at once.
  const random = await search({ fails: none }, { workers: 1 });
  const same = random.trials.find(({ trial }) => trial === one.best!.trial)!;
  expect(same.results).toEqual(one.best!.results.slice(1));
  expect(random.best!.results[0]!.loss).toBeLessThanOrEqual(same.results[0]!.loss);
});

test("trials that throw, that end their thread or that return no loss have failed; the others go on", async () => {
  const kinds = ["throws", "exits", "no number", ""];
  let i = 0;
  const { trials, best } = await search({ fails: () => kinds[i++ % 4]! }, { workers: 2 });
  expect(trials.map(({ configuration, status, error }) => [configuration.fails, status, error])).toEqual([
    ["", "finished", undefined],
    ["throws", "failed", "thrown in a thread"],
    ["exits", "failed", "the worker thread ended with exit code 3"],
    ["no number", "failed", expect.stringContaining("must return { loss } with a number, got undefined") as string],
  ]);
  expect(best!.configuration.fails).toBe("");
});

describe("an abort", () => {
  test("ends threads that hang, and what is known is returned", async () => {
    const abort = new AbortController();
    let i = 0;
    const { stopped, trials, best } = await search(
      { fails: () => ["", "hangs"][Math.min(i++, 1)]! },
      {
        workers: 2,
        signal: abort.signal,
        onResult: () => {
          abort.abort();
        },
      },
    );
    expect([stopped, best!.trial]).toEqual(["by the signal", 0]);
    expect(trials.map(({ status }) => status)).toEqual(["finished", "stopped", "stopped", "stopped"]);
  });

  test("that was given before starts nothing", async () => {
    const module = new URL("file:///nowhere.js");
    const { stopped, trials } = await search({ fails: none }, { worker: module, signal: AbortSignal.abort() });
    expect([stopped, trials.length]).toEqual(["by the signal", 4]);
  });
});

describe("a module that is none", () => {
  test.each([
    ["is missing", undefined],
    ["does not load", "throw new Error('broken at once');"],
    ["never serves trials", "export {};"],
  ])("because it %s is refused", async (_, text) => {
    const path = join(await newFolder(), "module.mjs");
    if (text !== undefined) await writeFile(path, text);
    const broken = search({ fails: none }, { worker: pathToFileURL(path), execArgv: [] });
    await expect(broken).rejects.toMatchObject({ name: "RuntimeError", code: "WORKER_BROKEN" });
  });
});

test("settings outside their range are refused, and serving trials elsewhere", async () => {
  await expect(search({ fails: none }, { workers: 0 })).rejects.toThrow("workers must be a whole number ≥ 1, got 0");
  await expect(search({ fails: none }, { trials: 0 })).rejects.toThrow("trials must be a whole number ≥ 1, got 0");
  expect(() => {
    serveTrials(() => ({ loss: 0 }));
  }).toThrow("it must be called in a worker thread, got the main thread");
});
