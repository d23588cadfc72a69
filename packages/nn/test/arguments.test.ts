/** What callers give whom TypeScript does not watch: nothing is silently ignored, no error comes from inside. */
import { constant, createRuntime, input, mean, ndArray, param, square, type FloatNode } from "@unfold/core";
import {
  accuracy,
  adam,
  adamW,
  averageOf,
  batchNorm,
  convolution1d,
  cosineDecay,
  countParameters,
  createTrainer,
  crossEntropy,
  Dataset,
  decodeSafetensors,
  dense,
  dropout,
  embedding,
  encodeSafetensors,
  fit,
  flattenParameters,
  huber,
  l2Penalty,
  layerNorm,
  measure,
  readLeaves,
  sgd,
  splitData,
  summarize,
  Vocabulary,
  writeLeaves,
  type Batch,
  type Trainer,
} from "@unfold/nn";
import { expectRefusal } from "@unfold/testkit";
import { describe, expect, test } from "vitest";

/** As JavaScript sees it. */
const untyped = (value: unknown): never => value as never;

const x = input("x", [2, 3]);
const layer = dense({ name: "layer", inputs: 3, units: 2, seed: 1 });
const logits = layer.apply(x);
const labels = input("labels", [2], "i32");
const rows = [0, 1, 2].map((i) => ({ x: [i, 0, 1] }));

const makeTrainer = async (request: object = {}): Promise<Trainer> =>
  createTrainer(await createRuntime(), {
    build: ({ x }: { readonly x: FloatNode }) => ({ loss: mean(square(layer.apply(x))) }),
    optimizer: sgd({ learningRate: 0.1 }),
    ...request,
  });

describe("options with a name that is none", () => {
  test.each([
    ["adam", () => adam(untyped({ lr: 0.1 })), '"lr"'],
    ["adamW", () => adamW(untyped(0.1)), "0.1"],
    ["sgd", () => sgd(untyped({ learningRate: 0.1, nesterow: true })), '"nesterow"'],
    ["dense", () => dense(untyped({ inputs: 1, units: 1, seed: 1, activation: "relu" })), '"activation"'],
    ["no options", () => dense(untyped(undefined)), "undefined"],
    ["numbers for options", () => dense(untyped(3)), "3"],
    ["embedding", () => embedding(untyped({ count: 3 })), '"count"'],
    ["layerNorm", () => layerNorm(untyped({ units: 3, eps: 1 })), '"eps"'],
    ["batchNorm", () => batchNorm(untyped({ units: 3, decay: 1 })), '"decay"'],
    ["dropout", () => dropout(untyped({ p: 0.5 })), '"p"'],
    ["convolution1d", () => convolution1d(untyped({ kernel: 3 })), '"kernel"'],
    ["cosineDecay", () => cosineDecay(untyped({ rate: 1, step: 3 })), '"step"'],
    ["crossEntropy", () => crossEntropy(logits, labels, untyped({ smoothing: 0.1 })), '"smoothing"'],
    ["huber", () => huber(logits, logits, untyped({ beta: 1 })), '"beta"'],
    ["minimize", () => adam().minimize(mean(logits), untyped({ clip: 1 })), '"clip"'],
    ["shuffle", () => Dataset.from(rows).shuffle(untyped(undefined)), "undefined"],
    ["Vocabulary", () => Vocabulary.of("ab", untyped({ size: 3 })), '"size"'],
    ["batch", () => Dataset.from(rows).batch(2, untyped({ dtype: {} })), '"dtype"'],
    ["types of a batch", () => Dataset.from(rows).batch(2, untyped({ dtypes: "i32" })), '"i32"'],
  ])("%s", (_, action, got) => {
    expectRefusal(action, "OPTIONS", `got ${got}.`);
  });
});

describe("arguments that are something else", () => {
  test.each([
    ["no node for a layer", () => layer.apply(untyped(undefined)), "NOT_A_NODE", "x must be a node, got undefined."],
    [
      "a list of labels",
      () => crossEntropy(logits, untyped([0, 1])),
      "NOT_A_NODE",
      "labels must be a node, got a list of 2.",
    ],
    ["no loss", () => adam().minimize(untyped(undefined)), "NOT_A_NODE", "loss must be a node, got undefined."],
    [
      "parameters by name",
      () => adam().minimize(mean(logits), { parameters: untyped(layer.parameters) }),
      "ARGUMENT",
      "parameters must be a list of nodes, got an object with keys of weight, bias.",
    ],
    [
      "a layer for its parameters",
      () => flattenParameters(untyped(layer)),
      "ARGUMENT",
      'name must be a parameter or a group of them, got "layer". Of a layer or cell take its parameters: layer.parameters.',
    ],
    ["a list of layers", () => countParameters(untyped([layer])), "ARGUMENT", "layer.parameters"],
    [
      "a Map in a tree",
      () => flattenParameters({ layer: untyped(flattenParameters(layer.parameters)) }),
      "ARGUMENT",
      "layer must be an object, got a Map. Object.fromEntries(map).",
    ],
    ["an example alone", () => Dataset.from(untyped({ x: 1 })), "ARGUMENT", "got an object with keys of x."],
    ["a promise of examples", () => Dataset.from(untyped(Promise.resolve(rows))), "ARGUMENT", "Await it."],
    ["no source", () => Dataset.from(untyped(undefined)), "ARGUMENT", "got undefined."],
    [
      "no function to map with",
      () => Dataset.from(rows).map(untyped(3)),
      "ARGUMENT",
      "change must be a function, got 3.",
    ],
    [
      "a dataset to split",
      () => splitData(untyped(Dataset.from(rows)), { a: 1 }, { seed: 1 }),
      "ARGUMENT",
      "dataset.split",
    ],
    ["no way to split", () => splitData(rows, { a: 1 }, untyped(undefined)), "ARGUMENT", "{ seed: 1 }"],
    [
      "lists for tensors",
      () => encodeSafetensors(untyped({ w: [1] })),
      "ARGUMENT",
      '"w" must be an array, got a list of 1.',
    ],
    [
      "nodes for tensors",
      () => encodeSafetensors(untyped({ w: param("w", 1) })),
      "ARGUMENT",
      "got a node, f32[]. Make it with ndArray(value), or read it",
    ],
    ["no tensors", () => encodeSafetensors(untyped(undefined)), "ARGUMENT", "got undefined."],
    [
      "an ArrayBuffer",
      () => decodeSafetensors(untyped(new ArrayBuffer(8))),
      "ARGUMENT",
      "Of an ArrayBuffer: new Uint8Array(buffer).",
    ],
    [
      "the promise of a runtime to train on",
      () => createTrainer(untyped(createRuntime()), { build: untyped(mean), optimizer: adam() }),
      "ARGUMENT",
      "Await it.",
    ],
    ["the promise of a runtime to read from", () => readLeaves(untyped(createRuntime()), []), "ARGUMENT", "Await it."],
  ])("%s", (_, action, code, message) => {
    expectRefusal(action, code, message);
  });

  test("leaves and values of a runtime", async () => {
    const { runtime } = await makeTrainer();
    expectRefusal(
      () => readLeaves(runtime, untyped(layer.parameters)),
      "ARGUMENT",
      "leaves must be a list of parameters and states, got an object with keys of weight, bias.",
    );
    const write = () => {
      writeLeaves(runtime, [], untyped({}));
    };
    expectRefusal(write, "ARGUMENT", "values must be a Map");
  });
});

describe("training", () => {
  const data = Dataset.from(rows).batch(2);
  const batch = { x: ndArray([[1, 2, 3]]) };

  test.each([
    ["lists", { x: [[1, 2, 3]] }, '"x" of a batch must be an array, got a list of 1.'],
    ["typed arrays", { x: new Float32Array(3) }, '"x" of a batch must be an array, got a Float32Array of 3.'],
    ["nothing", undefined, "a batch must be arrays by name, got undefined."],
  ])("a batch of %s", async (_, wrong, message) => {
    const trainer = await makeTrainer();
    await expect(trainer.step(untyped(wrong))).rejects.toThrow(message);
    await expect(trainer.evaluate([untyped(wrong)])).rejects.toThrow(message);
  });

  test("a batch for batches", async () => {
    await expect((await makeTrainer()).evaluate(untyped(batch))).rejects.toThrow("Of one batch: [batch].");
  });

  test.each([
    ["no build", { build: undefined }, "build must be a function, got undefined."],
    ["no optimizer", { optimizer: undefined }, "optimizer must be an optimizer, got undefined."],
    ["an optimizer's name", { optimizer: "adam" }, 'got "adam". Make one, such as adam({ learningRate: 1e-3 }).'],
    ["a key that is none", { optimiser: adam() }, 'got "optimiser".'],
  ])("a request with %s", async (_, request, message) => {
    await expect(makeTrainer(request)).rejects.toThrow(message);
  });

  test.each([
    ["nothing", () => undefined, "build must return an object with the loss, got undefined. Return { loss }."],
    ["a node", () => mean(logits), "build must return an object with the loss, got a node, f32[]. Return { loss }."],
    ["a promise", () => Promise.resolve({}), "got a promise. Await it."],
    ["a key that is none", () => ({ loss: constant(1), metric: {} }), 'got "metric".'],
    [
      "a node for a metric",
      () => ({ loss: constant(1), metrics: { loss: constant(1) } }),
      "averageOf(losses) makes one of a node",
    ],
    ["a number for a loss", () => ({ loss: 3 }), "loss must be a node, got 3."],
  ])("a build that returns %s", async (_, build, message) => {
    await expect((await makeTrainer({ build })).step(batch)).rejects.toThrow(message);
  });

  test.each([
    [
      "rows for a dataset",
      { data: rows },
      "data must be a Dataset, got a list of 3. Make one of examples, and batches of it",
    ],
    ["rows without batches", { data: Dataset.from(rows) }, '"x" of a batch must be an array, got a list of 3.'],
    ["rows to validate with", { validation: rows }, "validation must be a Dataset"],
    ["a function for callbacks", { callbacks: () => 1 }, "callbacks must be a list, got the function callbacks."],
    ["a callback that is a function", { callbacks: [() => 1] }, "a callback must be an object with functions"],
    [
      "an event that is none",
      { callbacks: [{ onEpochEnd: () => 1 }] },
      'must be called onStart, onStep, onEpoch, onEnd, got "onEpochEnd".',
    ],
    [
      "an answer that is none",
      { callbacks: [{ onEpoch: () => "Stop" }] },
      'a text that it returns must be "stop", got "Stop".',
    ],
    ["a key that is none", { epoch: 3 }, 'got "epoch".'],
  ])("%s", async (_, options, message) => {
    await expect(fit(await makeTrainer(), untyped({ data, epochs: 1, ...options }))).rejects.toThrow(message);
  });

  test("the promise of a trainer", async () => {
    await expect(fit(untyped(makeTrainer()), { data, epochs: 1 })).rejects.toThrow("Await it.");
  });

  test("callbacks return whatever they like, and may have more members", async () => {
    const heard: number[] = [];
    const callback = { heard, onEpoch: (record: { readonly epoch: number }) => heard.push(record.epoch) };
    const own: Dataset<Batch<"x">> = data;
    const { stopped } = await fit(await makeTrainer(), { data: own, epochs: 2, callbacks: [callback] });
    expect([stopped, ...heard]).toEqual(["at the end", 0, 1]);
  });

  test("metrics are what they were", async () => {
    const trainer = await makeTrainer({
      build: ({ x }: { readonly x: FloatNode }) => ({
        loss: mean(layer.apply(x)),
        metrics: { a: accuracy(layer.apply(x), constant([0], "i32")), b: averageOf(layer.apply(x)) },
      }),
    });
    expect(Object.keys(await trainer.evaluate([batch]))).toEqual(["a", "b"]);
  });
});

describe("lists, texts and layers", () => {
  test.each([
    ["no text", () => Vocabulary.of(untyped(undefined)), "tokens must be a text or a list of texts, got undefined."],
    ["no text to encode", () => Vocabulary.of("ab").encode(untyped(3)), "a text or a list of texts, got 3."],
    ["a layer to penalize", () => l2Penalty(untyped(layer), 0.1), "trainable({ cell: cell.parameters"],
    ["no batches to measure", () => measure(averageOf(logits), untyped(undefined)), "Of one batch: [batch]."],
    ["a list of layers to summarize", () => summarize(untyped([layer]), x), "sequential([first, second])"],
  ])("%s", (_, action, words) => {
    expectRefusal(action, "ARGUMENT", words);
  });
});
