/** Logs of training: what they hold, and that interruptions leave no trace. */
import { createRuntime, mean, mul, ndArray, param, type FloatNode } from "@unfold/core";
import { createTrainer, Dataset, fit, sgd, type TrainingCallbacks } from "@unfold/nn";
import { jsonLinesLog } from "@unfold/nn/node";
import { temporaryFolders } from "@unfold/testkit/node";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const newFolder = temporaryFolders();

const STEPS = 3;
const EPOCHS = 3;

/** What `fit` tells, from a checkpoint to the end; a checkpoint is one of a step, before its epoch is measured. */
async function tell(log: TrainingCallbacks, from: number): Promise<void> {
  const loss = (step: number): number => [NaN, Infinity, -Infinity, 0.1 * step][Math.min(step, 3)]!;
  const first = Math.max(0, Math.ceil(from / STEPS) - 1);
  await log.onStart?.({ epoch: first, step: from, epochs: EPOCHS });
  for (let epoch = first; epoch < EPOCHS; epoch++) {
    const end = STEPS * (epoch + 1);
    for (let step = Math.max(from, STEPS * epoch) + 1; step <= end; step++)
      await log.onStep?.({ epoch, step, loss: loss(step), monitored: { größe: step } });
    await log.onEpoch?.({ epoch, step: end, loss: 1, monitored: {}, validation: { accuracy: NaN } });
  }
  await log.onEnd?.();
}

const withoutTimes = (text: string): string => text.replaceAll(/"time":"[^"]*"/g, '"time":""');

test("every line is a record; numbers that JSON has not are texts", async () => {
  const path = join(await newFolder(), "runs", "log.jsonl");
  await tell(jsonLinesLog(path), 0);
  const records = (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(records.map(({ kind }) => kind).join(" ")).toBe(
    Array.from({ length: EPOCHS }, () => "step step step epoch").join(" "),
  );
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown;
  expect(records[0]).toEqual({ kind: "step", epoch: 0, step: 1, loss: "Infinity", monitored: { größe: 1 }, time });
  expect(records[3]).toEqual({
    ...{ kind: "epoch", epoch: 0, step: 3, loss: 1, monitored: {}, validation: { accuracy: "NaN" }, time },
  });
});

test("a run that was killed at any moment and goes on from any checkpoint leaves the log of a run in one piece", async () => {
  const path = join(await newFolder(), "log.jsonl");
  await tell(jsonLinesLog(path), 0);
  const whole = await readFile(path);
  const lengthUpTo = (step: number): number => {
    const text = whole.toString();
    return step === 0 ? 0 : Buffer.byteLength(text.slice(0, text.indexOf("\n", text.indexOf(`"step":${step},`)) + 1));
  };
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: STEPS * EPOCHS }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (step, share) => {
        const kept = lengthUpTo(step);
        const cut = kept + Math.floor(share * (whole.length - kept));
        await writeFile(path, whole.subarray(0, cut));
        await tell(jsonLinesLog(path), step);
        expect(withoutTimes(await readFile(path, "utf8"))).toBe(withoutTimes(whole.toString()));
      },
    ),
    { numRuns: 60 },
  );
});

test("a run that begins writes anew, one whose log is gone begins where it goes on, and steps can be left out", async () => {
  const path = join(await newFolder(), "log.jsonl");
  const stepsIn = async (): Promise<unknown[]> =>
    Array.from((await readFile(path, "utf8")).matchAll(/"kind":"step".*?"step":(\d+)/g), ([, step]) => Number(step));
  await tell(jsonLinesLog(path), 7);
  expect(await stepsIn()).toEqual([8, 9]);
  await tell(jsonLinesLog(path, { every: 4 }), 0);
  expect(await stepsIn()).toEqual([4, 8]);
  expect(() => jsonLinesLog(path, { every: 0 })).toThrow("every must be a whole number ≥ 1, got 0");
});

test("a log that is none of ours is left alone", async () => {
  const path = join(await newFolder(), "log.jsonl");
  await writeFile(path, "my notes\n");
  await expect(tell(jsonLinesLog(path), 3)).rejects.toMatchObject({ code: "LOG_FORMAT" });
  expect(await readFile(path, "utf8")).toBe("my notes\n");
});

test("a folder and a pipe are not replaced by a log", async () => {
  const folder = await newFolder();
  const [taken, pipe] = [join(folder, "taken"), join(folder, "pipe")];
  await mkdir(taken);
  execFileSync("mkfifo", [pipe]);
  for (const from of [0, 3]) {
    await expect(tell(jsonLinesLog(taken), from)).rejects.toThrow(
      `jsonLinesLog(${JSON.stringify(taken)}): path must be a regular file, or nothing yet, got a folder.`,
    );
    await expect(tell(jsonLinesLog(pipe), from)).rejects.toThrow("got a device, a pipe or a socket");
  }
  expect([(await stat(pipe)).isFIFO(), (await readdir(folder)).toSorted()]).toEqual([true, ["pipe", "taken"]]);
});

test("fit writes it, also when it ends with an error", async () => {
  const path = join(await newFolder(), "log.jsonl");
  const w = param("w", 1);
  const trainer = createTrainer(await createRuntime(), {
    build: ({ x }: { readonly x: FloatNode }) => ({ loss: mul(w, mean(x)) }),
    optimizer: sgd({ learningRate: 0.5 }),
  });
  const data = Dataset.from([1, 1, Infinity].map((x) => ({ x: ndArray([x]) })));
  await expect(fit(trainer, { data, epochs: 1, callbacks: [jsonLinesLog(path)] })).rejects.toThrow("finite");
  const text = withoutTimes(await readFile(path, "utf8"));
  expect(text.split("\n")).toEqual([
    '{"kind":"step","epoch":0,"step":1,"loss":1,"monitored":{"learningRate":0.5},"time":""}',
    '{"kind":"step","epoch":0,"step":2,"loss":0.5,"monitored":{"learningRate":0.5},"time":""}',
    "",
  ]);
});
