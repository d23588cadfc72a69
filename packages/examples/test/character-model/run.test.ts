/** The program as a user runs it, with tiny settings: what it prints, what it leaves on disk, and what stops it. */
import { watch } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModel, modelPath, saveModel, type SavedModel } from "../../src/character-model/model-file.js";
import { start, type Child, type Ending } from "./child.js";
import { temporaryFolders } from "@unfold/testkit/node";

const newFolder = temporaryFolders();
const TINY = ["--units", "8", "--batch", "4", "--length", "8", "--characters", "20"];
const ENDLESS = [...TINY, "--steps", "100000000"];

const program = (folder: string, ...args: readonly string[]): Child =>
  start("packages/examples/src/character-model/start.ts", ["--out", folder, ...args]);
const run = (folder: string, ...args: readonly string[]): Promise<Ending> => program(folder, ...args).ending;

async function modelOf(folder: string): Promise<SavedModel> {
  const model = await loadModel(folder);
  if (model === undefined) throw new Error(`no model in ${folder}`);
  return model;
}

/** Resolves when a run at work in a folder has saved for the first time: it is training then. */
async function firstSave(folder: string, child: Child): Promise<void> {
  while (child.process.exitCode === null && !(await readdir(folder)).includes("model.json")) await wait(20);
}

const aLine = (ending: Ending): string => {
  expect(ending.stdout).toBe("");
  expect(ending.stderr).toMatch(/^[^\n]+\n$/);
  return ending.stderr;
};

/** A run of 30 updates, with its folder. */
let whole: Ending;
let folder = "";
beforeAll(async () => {
  folder = await newFolder();
  whole = await run(folder, ...TINY, "--steps", "30", "--json");
}, 60_000);

describe("a run", () => {
  test("ends with one line of JSON; everything else is on standard error", () => {
    expect(whole.code).toBe(0);
    expect(whole.stdout).toMatch(/^[^\n]+\n$/);
    const result = JSON.parse(whole.stdout) as Record<string, unknown>;
    expect(Object.keys(result)).toEqual([
      "heldOutBitsPerCharacter",
      "unigramBitsPerCharacter",
      "bigramBitsPerCharacter",
      "seconds",
      "charactersPerSecond",
      "backend",
      "report",
    ]);
    const { backend, report, ...numbers } = result;
    for (const value of Object.values(numbers)) expect(value).toBeGreaterThan(0);
    expect(backend).toEqual(expect.any(String));
    expect(report).toBe(path.join(folder, "report.html"));
    for (const text of ["Call me ", "better than counting pairs", modelPath(folder)])
      expect(whole.stderr).toContain(text);
  });

  test("leaves its model and its report, and no more", async () => {
    expect((await readdir(folder)).sort()).toEqual(["model.json", "report.html"]);
    const model = await modelOf(folder);
    expect(model.step).toBe(30);
    expect(model.losses).toHaveLength(30);
    expect(model.settings).toMatchObject({ units: 8, batch: 4, length: 8 });
    const report = await readFile(path.join(folder, "report.html"), "utf8");
    expect(report.match(/<svg/g)).toHaveLength(3);
    expect(report).toContain("Call me ");
  });

  test("writes the same bits with the same seed, in one go and in pieces, and others with another seed", async () => {
    const [same, pieces, other] = [await newFolder(), await newFolder(), await newFolder()];
    const inPieces = async (): Promise<Ending> => {
      await run(pieces, ...TINY, "--steps", "15");
      expect((await modelOf(pieces)).step).toBe(15);
      return run(pieces, "--resume", "--steps", "30", "--characters", "20", "--json");
    };
    const [again, resumed] = await Promise.all([
      run(same, ...TINY, "--steps", "30"),
      inPieces(),
      run(other, ...TINY, "--steps", "30", "--seed", "2"),
    ]);
    const model = await modelOf(folder);
    expect(await modelOf(same)).toEqual(model);
    expect(await modelOf(pieces)).toEqual(model);
    const bits = (ending: Ending): unknown =>
      (JSON.parse(ending.stdout) as Record<string, unknown>)["heldOutBitsPerCharacter"];
    expect(bits(resumed)).toBe(bits(whole));
    const { leaves, losses } = await modelOf(other);
    expect(losses[0]).not.toBe(model.losses[0]);
    expect(leaves["elman/inputWeight"]).not.toEqual(model.leaves["elman/inputWeight"]);
    // Without --json, the results are on standard output.
    expect(again.stdout).toMatch(/^\nCall me [^]+\n\nHeld-out text: [^]+\nReport: [^\n]+\n$/);
  });
});

describe("a run that is stopped", () => {
  test("by Ctrl-C saves, says so and can go on; meanwhile no other run gets into its folder", async () => {
    const own = await newFolder();
    const child = program(own, ...ENDLESS);
    await firstSave(own, child);
    const second = await run(own, ...TINY, "--steps", "1");
    expect(second.code).toBe(2);
    expect(aLine(second)).toContain(
      `${own}: a folder must have one run at a time, got a run that is still at work, process`,
    );
    expect(child.process.exitCode).toBeNull();
    child.process.kill("SIGINT");
    const { code, stdout, stderr } = await child.ending;
    const { step, losses } = await modelOf(own);
    expect(code).toBe(130);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      `\nStopped after ${step} of 100000000 updates. The model is saved in ${modelPath(own)}; add --resume to the same command`,
    );
    expect(losses).toHaveLength(step);
    expect(await readdir(own)).toEqual(["model.json"]);

    const resumed = await run(own, "--resume", "--steps", String(step + 5), "--characters", "1");
    expect(resumed.code).toBe(0);
    const after = await modelOf(own);
    expect(after.step).toBe(step + 5);
    expect(after.losses.slice(0, step)).toEqual(losses);
  });

  test("by a Ctrl-C that is heard twice saves all the same", async () => {
    const own = await newFolder();
    const child = program(own, ...ENDLESS);
    await firstSave(own, child);
    child.process.kill("SIGINT");
    await wait(1);
    child.process.kill("SIGINT");
    const { code, stderr } = await child.ending;
    expect(code).toBe(130);
    expect(stderr).toContain(`Stopped after ${(await modelOf(own)).step} of`);
  });

  test("by a kill in the middle of a save leaves a whole model that can go on", async () => {
    const own = await newFolder();
    const child = program(own, ...ENDLESS);
    await firstSave(own, child);
    for await (const name of fileNames(own)) if (name === "model.json.tmp") break;
    child.process.kill("SIGKILL");
    expect((await child.ending).signal).toBe("SIGKILL");
    const { step } = await modelOf(own);
    expect(step % 100).toBe(0);
    expect(await readdir(own)).toContain("run.lock");
    const resumed = await run(own, "--resume", "--steps", String(step + 5), "--characters", "1");
    expect(resumed.code).toBe(0);
    expect((await modelOf(own)).step).toBe(step + 5);
    expect((await readdir(own)).sort()).toEqual(["model.json", "report.html"]);
  });
});

/** The names of the files that change in a folder. */
async function* fileNames(own: string): AsyncGenerator<string> {
  const watcher = watch(own);
  try {
    for (;;)
      yield await new Promise<string>((resolve) =>
        watcher.once("change", (_, name) => {
          resolve(String(name));
        }),
      );
  } finally {
    watcher.close();
  }
}

describe("--sample", () => {
  test("continues a text, the same each time unless the seed is another, and trains nothing", async () => {
    const before = await readFile(modelPath(folder));
    const sample = (...args: readonly string[]): Promise<Ending> =>
      run(folder, "--sample", "Call mé", "--characters", "40", ...args);
    const [first, second, seeded, json] = await Promise.all([
      sample(),
      sample(),
      sample("--seed", "2"),
      sample("--json"),
    ]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/^Call me[\n -~]{40}\n$/);
    expect(second.stdout).toBe(first.stdout);
    expect(seeded.stdout).not.toBe(first.stdout);
    expect(JSON.parse(json.stdout)).toEqual({ text: first.stdout.slice(0, -1) });
    expect(await readFile(modelPath(folder))).toEqual(before);
  });

  test("says in one line which characters the model does not know, and that there is no model", async () => {
    const empty = path.join(await newFolder(), "none");
    const [unknown, nothing, missing] = await Promise.all([
      run(folder, "--sample", "Call #1"),
      run(folder, "--sample", "鯨"),
      run(empty, "--sample", "Call me"),
    ]);
    expect(unknown.code).toBe(1);
    expect(aLine(unknown)).toMatch(
      /^vocabulary\.encode\(tokens\): every token must be one of the vocabulary, got "#"\. /,
    );
    expect(nothing.code).toBe(2);
    expect(aLine(nothing)).toBe('--sample: the text must have at least one character that ASCII has, got "鯨".\n');
    expect(missing.code).toBe(2);
    expect(aLine(missing)).toBe(
      `--sample: there must be a saved model, got none at ${modelPath(empty)}. Train one first: npm start.\n`,
    );
    await expect(readdir(empty)).rejects.toThrow("ENOENT");
  });

  test("ends quietly when nobody reads on", async () => {
    const child = program(folder, "--sample", "Call me", "--characters", "40");
    child.process.stdout?.destroy();
    expect(await child.ending).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("what cannot be done is one line, and nothing is lost", () => {
  test("a broken model", async () => {
    const own = await newFolder();
    const broken = (await readFile(modelPath(folder))).subarray(0, 1000);
    await writeFile(modelPath(own), broken);
    const [sampled, resumed] = await Promise.all([run(own, "--sample", "Call"), run(own, "--resume")]);
    for (const ending of [sampled, resumed]) {
      expect(ending.code).toBe(1);
      expect(aLine(ending)).toContain(`${modelPath(own)}: the model must be whole, got 1000 characters`);
    }
    expect(await readFile(modelPath(own))).toEqual(broken);
    expect(await readdir(own)).toEqual(["model.json"]);
  });

  test("a loss that is no number: the saved model stays", async () => {
    const own = await newFolder();
    const model = await modelOf(folder);
    const nan = Buffer.from(new Uint32Array(80).fill(0x7fc0_0000).buffer).toString("base64");
    const leaves = { ...model.leaves, "readout/bias": { type: "f32[80]", data: nan } };
    await saveModel(own, { ...model, leaves }, false);
    const before = await readFile(modelPath(own));
    const { code, stderr } = await run(own, "--resume", "--steps", "40");
    expect(code).toBe(1);
    expect(stderr).toMatch(/\ntraining: the loss must be a finite number, got NaN\. [^\n]+\n$/);
    expect(await readFile(modelPath(own))).toEqual(before);
    expect(await readdir(own)).toEqual(["model.json"]);
  });

  test("a folder that is a file", async () => {
    const file = path.join(await newFolder(), "file");
    await writeFile(file, "mine");
    const endings = await Promise.all([run(file, "--steps", "1"), run(path.join(file, "in"), "--steps", "1")]);
    for (const ending of endings) {
      expect(ending.code).toBe(2);
      expect(aLine(ending)).toMatch(/^--out: it must name a folder, or a place for one, got /);
    }
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  test("a folder that cannot be written to", async ({ skip }) => {
    const own = await newFolder();
    const closed = path.join(own, "closed");
    await mkdir(closed, { mode: 0o500 });
    skip(process.getuid?.() === 0, "root may write everywhere");
    const ending = await run(closed, "--steps", "1");
    expect(aLine(ending)).toContain("EACCES: permission denied");
  });

  test("a resumption without a model, or with other settings", async () => {
    const before = await readFile(modelPath(folder));
    const [missing, changed] = await Promise.all([
      run(await newFolder(), "--resume"),
      run(folder, "--resume", "--units", "9", "--steps", "40"),
    ]);
    expect([missing.code, changed.code]).toEqual([2, 2]);
    expect(aLine(missing)).toMatch(/^--resume: there must be a saved model, got none at /);
    expect(aLine(changed)).toContain("got units 9, where the saved model has 8. Leave the option out, or");
    expect(await readFile(modelPath(folder))).toEqual(before);
  });

  test("a resumption with nothing left to train says so and changes nothing", async () => {
    const before = await readFile(modelPath(folder));
    const ending = await run(folder, "--resume", "--steps", "30", "--characters", "1");
    expect(ending.code).toBe(0);
    expect(ending.stderr).toContain("Nothing is left to train: 30 updates are done, --steps asks for 30 in all.");
    expect(await readFile(modelPath(folder))).toEqual(before);
  });
});
