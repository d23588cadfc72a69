/** One run at a time in a folder. */
import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { lockRun } from "../../src/character-model/run-lock.js";
import { CommandLineError } from "../../src/command-line.js";
import { start } from "./child.js";
import { temporaryFolders } from "@unfold/testkit/node";

const newFolder = temporaryFolders();

/** The number of a process that has ended. */
function goneProcess(): number {
  return spawnSync(process.execPath, ["--eval", ""]).pid;
}

describe("the lock of a run", () => {
  test("makes its folder, names its process and is gone after release", async () => {
    const folder = path.join(await newFolder(), "a", "b");
    const lock = await lockRun(folder);
    expect(await readdir(folder)).toEqual(["run.lock"]);
    expect(await readFile(path.join(folder, "run.lock"), "utf8")).toBe(String(process.pid));
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test("is refused in one line while another process holds it, and stays the other's", async () => {
    const folder = await newFolder();
    const file = path.join(folder, "run.lock");
    // The process that started this one is alive.
    await writeFile(file, String(process.ppid));
    const problem = await lockRun(folder).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(CommandLineError);
    expect((problem as CommandLineError).code).toBe("RUN_LOCKED");
    expect((problem as CommandLineError).message).toBe(
      `${folder}: a folder must have one run at a time, got a run that is still at work, process ${process.ppid}. ` +
        `Wait for it, or give this run a folder of its own: --out DIR; if process ${process.ppid} is no run, delete ${file}.`,
    );
    expect(await readdir(folder)).toEqual(["run.lock"]);
    expect(await readFile(file, "utf8")).toBe(String(process.ppid));
  });

  test.each([
    ["a process that has ended", () => goneProcess()],
    ["nobody", () => ""],
    ["no number", () => "x"],
    ["a number that no process has", () => -1],
    // In containers every run may have the same number as the one before it.
    ["an earlier process with this one's number", () => process.pid],
  ])("left behind by %s is taken over", async (_, holder) => {
    const folder = await newFolder();
    await writeFile(path.join(folder, "run.lock"), String(holder()));
    const lock = await lockRun(folder);
    expect(await readFile(path.join(folder, "run.lock"), "utf8")).toBe(String(process.pid));
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test("is refused in one line where there can be no folder", async () => {
    const file = path.join(await newFolder(), "file");
    await writeFile(file, "");
    await expect(lockRun(file)).rejects.toThrow(CommandLineError);
    await expect(lockRun(path.join(file, "inside"))).rejects.toThrow(
      new RegExp(`^--out: it must name a folder, or a place for one, got ENOTDIR: [^\\n]*$`),
    );
    expect(await readFile(file, "utf8")).toBe("");
  });

  test.each([
    ["free", undefined],
    ["left behind", goneProcess()],
  ])("goes to exactly one of three that ask at once (%s before)", async (_, holder) => {
    const folder = await newFolder();
    if (holder !== undefined) await writeFile(path.join(folder, "run.lock"), String(holder));
    const takers = [1, 2, 3].map(() => start("packages/examples/test/character-model/lock-taker.ts", [folder]));
    await Promise.all(takers.map((taker) => taker.said("ready\n")));
    for (const taker of takers) taker.process.stdin?.write("take\n");
    const outcomes = await Promise.all(
      takers.map((taker) =>
        Promise.race([taker.said("taken\n").then(() => "taken"), taker.ending.then(() => "refused")]),
      ),
    );
    expect(outcomes.sort()).toEqual(["refused", "refused", "taken"]);
    for (const taker of takers) taker.process.stdin?.end("stop\n");
    const endings = await Promise.all(takers.map((taker) => taker.ending));
    expect(endings.filter(({ stdout }) => stdout.includes("a folder must have one run at a time"))).toHaveLength(2);
    expect(await readdir(folder)).toEqual([]);
  });
});
