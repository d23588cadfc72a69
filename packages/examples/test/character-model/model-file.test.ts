/** The model on disk: whole, or refused by name. */
import { FormatError, type UnfoldError } from "@unfold/rnn";
import fc from "fast-check";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { loadModel, modelPath, saveModel, type SavedModel } from "../../src/character-model/model-file.js";
import { temporaryFolders } from "@unfold/testkit/node";

const newFolder = temporaryFolders();

/** JSON has no -0; no loss or setting is one. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const text = fc.string({ unit: "binary" });
const count = fc.nat();
const models: fc.Arbitrary<SavedModel> = fc.record({
  title: text,
  settings: fc.record({ seed: count, units: count, length: count, batch: count, learningRate: number }),
  vocabulary: text,
  step: count,
  losses: fc.array(number),
  heldOut: fc.array(fc.record({ step: count, bits: number })),
  leaves: fc.dictionary(text, fc.record({ type: text, data: fc.base64String() })),
});

const MODEL: SavedModel = {
  title: "a novel",
  settings: { seed: 1, units: 2, length: 3, batch: 4, learningRate: 0.005 },
  vocabulary: "abc",
  step: 2,
  losses: [1.5, 0.1 + 0.2],
  heldOut: [{ step: 2, bits: 1 / 3 }],
  leaves: { w: { type: "f32[1]", data: "AACAPw==" } },
};

async function problemOf(folder: string): Promise<UnfoldError | undefined> {
  return loadModel(folder).then(
    () => undefined,
    (error: unknown) => error as UnfoldError,
  );
}

describe("a saved model", () => {
  test("comes back as it was", async () => {
    const folder = await newFolder();
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        await saveModel(folder, model, false);
        expect(await loadModel(folder)).toEqual(model);
      }),
      { numRuns: 50 },
    );
  });

  test("makes its folder, and leaves nothing else in it", async () => {
    const folder = `${await newFolder()}/a/b`;
    expect(await loadModel(folder)).toBeUndefined();
    await saveModel(folder, MODEL, true);
    await saveModel(folder, MODEL, false);
    expect(await readdir(folder)).toEqual(["model.json"]);
  });

  test("is refused, by the name of its file, wherever it was cut off", async () => {
    const folder = await newFolder();
    await saveModel(folder, MODEL, false);
    const file = modelPath(folder);
    const whole = await readFile(file);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(file, whole.subarray(0, length));
      const problem = await problemOf(folder);
      expect(problem).toBeInstanceOf(FormatError);
      expect(problem?.code).toBe("MODEL_FILE");
      expect(problem?.message).toContain(`${file}: the model must be whole`);
      expect(problem?.message).not.toContain("\n");
    }
  });

  test("is refused if a byte was changed, unless it still says the same", async () => {
    const folder = await newFolder();
    await saveModel(folder, MODEL, false);
    const file = modelPath(folder);
    const whole = await readFile(file);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), async (position, byte) => {
        fc.pre(whole[position] !== byte);
        const changed = Buffer.from(whole);
        changed[position] = byte;
        await writeFile(file, changed);
        const problem = await problemOf(folder);
        if (problem === undefined) {
          // 0.30000000000000003 is the number 0.30000000000000004.
          expect(await loadModel(folder)).toEqual(MODEL);
          return;
        }
        refused++;
        expect(problem).toBeInstanceOf(FormatError);
        expect(problem.message).toContain(file);
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(490);
  });

  test.each([
    [
      "of another program",
      { format: "other", version: 1 },
      'must be a model written by this program, got format "other"',
    ],
    ["of a later version", { format: "unfold-character-model", version: 2 }, "must have version 1, got version 2"],
    ["that is a list", [], "must be a model written by this program, got format undefined"],
    ["that is a number", 5, "must be whole, got something other than a JSON object"],
    ["that is null", null, "must be whole, got something other than a JSON object"],
    ["without contents", { format: "unfold-character-model", version: 1 }, "must be as it was written"],
  ])("%s is refused", async (_, content, message) => {
    const folder = await newFolder();
    await writeFile(modelPath(folder), JSON.stringify(content));
    const problem = await problemOf(folder);
    expect(problem).toBeInstanceOf(FormatError);
    expect(problem?.message).toContain(`${modelPath(folder)}: the model ${message}`);
    expect(problem?.message).toContain("model.json.previous");
  });

  test("stays as it was if a new one cannot be written", async () => {
    const folder = await newFolder();
    await saveModel(folder, MODEL, false);
    // A folder in the place of the file that is written first.
    await mkdir(`${modelPath(folder)}.tmp/full`, { recursive: true });
    await expect(saveModel(folder, { ...MODEL, step: 9 }, false)).rejects.toThrow(/^EISDIR/);
    expect(await loadModel(folder)).toEqual(MODEL);
  });

  test("is saved over what an interrupted save left behind", async () => {
    const folder = await newFolder();
    await saveModel(folder, MODEL, false);
    await writeFile(`${modelPath(folder)}.tmp`, '{"format":');
    expect(await loadModel(folder)).toEqual(MODEL);
    await saveModel(folder, { ...MODEL, step: 9 }, false);
    expect(await loadModel(folder)).toEqual({ ...MODEL, step: 9 });
    expect(await readdir(folder)).toEqual(["model.json"]);
  });

  test("of an earlier run is kept when asked for, and only then", async () => {
    const folder = await newFolder();
    const previous = `${modelPath(folder)}.previous`;
    await saveModel(folder, MODEL, false);
    const first = await readFile(modelPath(folder));
    await saveModel(folder, { ...MODEL, step: 3 }, true);
    expect(await readFile(previous)).toEqual(first);
    await saveModel(folder, { ...MODEL, step: 4 }, false);
    expect(await readFile(previous)).toEqual(first);
    expect((await loadModel(folder))?.step).toBe(4);
  });
});
