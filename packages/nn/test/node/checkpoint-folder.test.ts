/** Checkpoints in a folder: whole or not there, the last few of them, and what is broken is said. */
import { NdArray } from "@unfold/core";
import { encodeSafetensors } from "@unfold/nn";
import { loadCheckpoint, saveCheckpoint, writeFileAtomically, type Checkpoint } from "@unfold/nn/node";
import { temporaryFolders } from "@unfold/testkit/node";
import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const newFolder = temporaryFolders();

const checkpoint = (value: number): Checkpoint => ({
  tensors: new Map([["w", new NdArray({ dtype: "f32", shape: [2] }, Float32Array.of(value, -value))]]),
  progress: { epoch: value, losses: [0.1, value], note: "größer" },
});

const nameOf = (step: number): string => `checkpoint-${String(step).padStart(12, "0")}.safetensors`;

test("the newest comes back, values and progress, and only the last few stay", async () => {
  const folder = join(await newFolder(), "runs", "first");
  for (const step of [0, 5, 10, 100]) await saveCheckpoint(folder, step, checkpoint(step), { keep: 2 });
  expect((await readdir(folder)).toSorted()).toEqual([nameOf(10), nameOf(100)]);
  const loaded = await loadCheckpoint(folder);
  expect(loaded).toEqual({ ...checkpoint(100), step: 100, path: join(folder, nameOf(100)), skipped: [] });
});

test("no folder and an empty folder have none", async () => {
  const folder = await newFolder();
  expect(await loadCheckpoint(join(folder, "none"))).toBeUndefined();
  await writeFile(join(folder, "checkpoint-1.safetensors"), "of somebody else");
  expect(await loadCheckpoint(folder)).toBeUndefined();
});

test("the same step is written over", async () => {
  const folder = await newFolder();
  for (const value of [1, 2]) await saveCheckpoint(folder, 7, checkpoint(value));
  expect((await loadCheckpoint(folder))!.progress).toEqual(checkpoint(2).progress);
});

test("NaN and infinite numbers in progress come back", async () => {
  const folder = await newFolder();
  const progress = { losses: [NaN, Infinity, -Infinity, 1], best: null };
  await saveCheckpoint(folder, 1, { ...checkpoint(1), progress });
  expect((await loadCheckpoint(folder))!.progress).toEqual(progress);
});

test("what an interrupted run left behind is cleared away, and nothing else", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, `${nameOf(3)}.tmp`), "half");
  // Of this process, which is not writing it, and of one that can no longer be.
  for (const writer of [process.pid, 2 ** 31 - 1])
    await writeFile(join(folder, `${nameOf(3)}.${writer}-${randomUUID()}.tmp`), "half");
  await writeFile(join(folder, "notes.tmp"), "mine");
  await saveCheckpoint(folder, 4, checkpoint(4));
  expect((await readdir(folder)).toSorted()).toEqual([nameOf(4), "notes.tmp"]);
});

test("writers of one path at the same time leave one of theirs, whole, and nothing else", async () => {
  const folder = await newFolder();
  const path = join(folder, "file");
  for (let round = 0; round < 20; round++) {
    const texts = ["a", "b", "c"].map((letter, i) => letter.repeat(1e5 * (i + 1)));
    await Promise.all(texts.map((text) => writeFileAtomically(path, text)));
    expect(texts).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["file"]);
  }
});

test("what another process is writing is left alone", async () => {
  const folder = await newFolder();
  const others = `file.${process.ppid}-${randomUUID()}.tmp`;
  await writeFile(join(folder, others), "half");
  await writeFileAtomically(join(folder, "file"), "text");
  expect((await readdir(folder)).toSorted()).toEqual(["file", others]);
});

describe("a broken newest one", () => {
  async function folderWith(change: (path: string, bytes: Uint8Array) => Promise<void>): Promise<string> {
    const folder = await newFolder();
    for (const step of [1, 2]) await saveCheckpoint(folder, step, checkpoint(step));
    const path = join(folder, nameOf(2));
    await change(path, await readFile(path));
    return folder;
  }

  const changes: Readonly<Record<string, (path: string, bytes: Uint8Array) => Promise<void>>> = {
    "cut off": (path, bytes) => truncate(path, bytes.length - 3),
    empty: (path) => truncate(path, 0),
    "with one bit changed": (path, bytes) =>
      writeFile(
        path,
        bytes.map((byte, i) => (i === bytes.length - 2 ? byte ^ 4 : byte)),
      ),
    "with progress that is no JSON": (path) => writeFile(path, encodeSafetensors({}, { "unfold.progress": "{" })),
    "with progress deeper than any stack": (path) =>
      writeFile(path, encodeSafetensors({}, { "unfold.progress": "[".repeat(1e5) + "]".repeat(1e5) })),
    "of another program": (path) => writeFile(path, "\x02\0\0\0\0\0\0\0{}"),
  };

  test.each(Object.entries(changes))("%s is refused, and the one before it offered", async (_, change) => {
    const folder = await folderWith(change);
    const before = join(folder, nameOf(1));
    await expect(loadCheckpoint(folder)).rejects.toMatchObject({ name: "FormatError", code: "CHECKPOINT_BROKEN" });
    await expect(loadCheckpoint(folder)).rejects.toThrow(`${before} is whole: go on from it with { recover: true }`);
    const loaded = (await loadCheckpoint(folder, { recover: true }))!;
    expect(loaded).toMatchObject({ step: 1, path: before, skipped: [{ path: join(folder, nameOf(2)) }] });
    expect(loaded.progress).toEqual(checkpoint(1).progress);
  });

  test("is set aside when the one before it is taken, so that the next ones are kept and found", async () => {
    const folder = await folderWith(changes["cut off"]!);
    await loadCheckpoint(folder, { recover: true });
    for (const step of [1, 2]) {
      const path = await saveCheckpoint(folder, step, checkpoint(step), { keep: 1 });
      expect((await loadCheckpoint(folder))!.path).toBe(path);
    }
    expect((await readdir(folder)).toSorted()).toEqual([nameOf(2), `${nameOf(2)}.broken`]);
  });

  test("without one before it there is nothing to go on from, and it is said", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, nameOf(1)), "nothing");
    await expect(loadCheckpoint(folder, { recover: true })).rejects.toThrow("There is none before it that is whole");
  });

  test("any bytes under the name of a checkpoint are a broken one", async () => {
    const folder = await newFolder();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        await writeFile(join(folder, nameOf(1)), bytes);
        await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: "CHECKPOINT_BROKEN" });
      }),
      { numRuns: 50 },
    );
  });
});

describe("refused", () => {
  test("a folder that is no path", async () => {
    const none = JSON.parse("null") as string;
    await expect(saveCheckpoint(none, 1, checkpoint(1))).rejects.toThrow("folder must be a path, got null");
    await expect(loadCheckpoint(none)).rejects.toThrow("folder must be a path, got null");
  });

  test.each([-1, 0.5, NaN, 1e12])("step %d", async (step) => {
    await expect(saveCheckpoint(await newFolder(), step, checkpoint(1))).rejects.toThrow("step must be a whole number");
  });

  test("a step before one that the folder holds, and nothing is lost", async () => {
    const folder = await newFolder();
    for (const step of [100, 200, 300]) await saveCheckpoint(folder, step, checkpoint(step));
    await expect(saveCheckpoint(folder, 10, checkpoint(10))).rejects.toMatchObject({ code: "CHECKPOINT_ORDER" });
    expect(await readdir(folder)).toHaveLength(3);
  });

  test("progress that JSON cannot hold", async () => {
    const folder = await newFolder();
    await expect(saveCheckpoint(folder, 1, { ...checkpoint(1), progress: undefined })).rejects.toThrow(
      "progress must be something that JSON can hold, got undefined",
    );
    const itself: Record<string, unknown> = {};
    itself["itself"] = itself;
    for (const progress of [itself, { step: 1n }])
      await expect(saveCheckpoint(folder, 1, { ...checkpoint(1), progress })).rejects.toMatchObject({
        code: "CHECKPOINT_PROGRESS",
      });
    expect(await readdir(folder)).toEqual([]);
  });

  test("to keep none", async () => {
    const folder = await newFolder();
    await expect(saveCheckpoint(folder, 1, checkpoint(1), { keep: 0 })).rejects.toThrow(
      "keep must be a whole number ≥ 1",
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test("a file that cannot be written leaves nothing behind", async () => {
    const folder = await newFolder();
    await mkdir(join(folder, "taken"));
    await expect(writeFileAtomically(join(folder, "taken"), "text")).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["taken"]);
  });
});
