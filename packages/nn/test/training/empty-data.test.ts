/** Data in which there is nothing: refused in the name of what was given it, with what to do. */
import { createRuntime, input, mean, ndArray, square, type FloatNode } from "@unfold/core";
import { accuracy, averageOf, createTrainer, Dataset, dense, fit, measure, sgd, type Batch } from "@unfold/nn";
import { describe, expect, test } from "vitest";

type Inputs = { readonly x: FloatNode };

const empty: Batch<"x"> = { x: ndArray([], { shape: [0, 2] }) };
const some = Dataset.from([{ x: [1, 2] }]).batch(1);
const nothing = Dataset.from<{ readonly x: number[] }>([]).batch(1);

async function trainerOf() {
  const layer = dense({ inputs: 2, units: 1, seed: 1 });
  return createTrainer(await createRuntime(), {
    build: ({ x }: Inputs) => {
      const error = square(layer.apply(x));
      return { loss: mean(error), metrics: { error: averageOf(error) } };
    },
    optimizer: sgd({ learningRate: 0.1 }),
  });
}

const problem = (code: string, message: string): unknown => expect.objectContaining({ code, message });
const refused = (where: string): unknown =>
  problem(
    "BATCH_EMPTY",
    `${where}: a batch must hold at least one example, and an example at least one element, got x = f32[0, 2]. ` +
      "Leave empty batches out: dataset.batch(size) makes none.",
  );
const none = (where: string, rule: string, got: string): unknown =>
  problem(
    "NO_BATCHES",
    `${where}: ${rule} at least one batch, got ${got}. ` +
      "Give as many examples as a batch has, or keep the last batch though it is not full.",
  );

describe("a batch of 0", () => {
  test("is refused by the step and by the evaluation, which go on with others", async () => {
    const trainer = await trainerOf();
    await expect(trainer.step(empty)).rejects.toThrow(refused("trainer.step(batch)"));
    await expect(trainer.evaluate([empty])).rejects.toThrow(refused("trainer.evaluate(batches)"));
    const { loss } = await trainer.step((await some.toArray())[0]!);
    expect(loss).toBeGreaterThan(0);
  });

  test("is refused among the data of fit, and in its validation", async () => {
    const batches = Dataset.from([empty]);
    await expect(fit(await trainerOf(), { data: batches, epochs: 1 })).rejects.toThrow(refused("trainer.step(batch)"));
    await expect(fit(await trainerOf(), { data: some, validation: batches, epochs: 1 })).rejects.toThrow(
      refused("trainer.evaluate(batches)"),
    );
  });
});

describe("no batches", () => {
  test("are refused by fit, for training and for validation, and by the evaluation", async () => {
    const trainer = await trainerOf();
    await expect(fit(trainer, { data: nothing, epochs: 1 })).rejects.toThrow(
      none("fit(trainer, { data })", "every epoch must have", "none in epoch 0"),
    );
    await expect(fit(trainer, { data: some, validation: nothing, epochs: 1 })).rejects.toThrow(
      none("fit(trainer, { validation })", "there must be", "none"),
    );
    await expect(trainer.evaluate([])).rejects.toThrow(none("trainer.evaluate(batches)", "there must be", "none"));
  });

  test("are refused by a measure on the host", () => {
    const metric = accuracy(input("logits", [1, 2]), input("labels", [1], "i32"));
    expect(() => measure(metric, [])).toThrow(none("measure(metric, batches)", "there must be", "none"));
  });

  test("a batch that is fuller than the data, and the last left out, is one of these", async () => {
    const data = Dataset.from([{ x: [1, 2] }]).batch(2, { dropLast: true });
    await expect(fit(await trainerOf(), { data, epochs: 1 })).rejects.toMatchObject({ code: "NO_BATCHES" });
  });
});
