/** Layers and their derivatives against PyTorch's, in double precision. */
import {
  createRuntime,
  evaluateAll,
  gradient,
  input,
  mul,
  ndArray,
  substitute,
  sum,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import {
  averagePooling1d,
  averagePooling2d,
  batchNorm,
  convolution1d,
  convolution2d,
  dense,
  flattenParameters,
  layerNorm,
  maxPooling1d,
  maxPooling2d,
  multiHeadAttention,
  rmsNorm,
  trainingMode,
  type Layer,
} from "@unfold/nn";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface StoredArray {
  readonly shape: number[];
  readonly data: number[];
}

interface Recording {
  readonly inputs: Readonly<Record<string, StoredArray>>;
  readonly y: StoredArray;
  readonly cotangent: StoredArray;
  readonly parameters: Readonly<Record<string, StoredArray>>;
  readonly slopes: Readonly<Record<string, StoredArray>>;
}

interface BatchNormRecording extends Recording {
  readonly second: StoredArray;
  readonly statistics: Readonly<Record<"mean" | "variance", StoredArray>>;
  readonly evaluated: Readonly<Record<"x" | "y", StoredArray>>;
}

/** What `record.py` wrote down. */
const recorded = JSON.parse(readFileSync(new URL("layers.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Recording>
> & { readonly batchNorm: BatchNormRecording };

/** Sums of some tens of products in another order. */
const RTOL = 1e-12;

const attentionOf = (options: Partial<Parameters<typeof multiHeadAttention>[0]> = {}) =>
  multiHeadAttention({ name: "layer", units: 6, heads: 2, seed: 1, ...options });
const cross = attentionOf({ keyUnits: 4 });
const named = { name: "layer", seed: 1 };
/** Of 4 keys of 3 sequences, the last ones are padding. */
const keyMask = input("keyMask", [4, 3], "bool");
const isKey = [true, true, true, true, false, true, true, false, false, true, false, false];

/** Each layer with what it does to its inputs. */
const cases: Readonly<Record<string, readonly [Layer, ((...inputs: FloatNode[]) => FloatNode)?]>> = {
  dense: [dense({ ...named, inputs: 4, units: 3 })],
  layerNorm: [layerNorm({ name: "layer", units: 4, epsilon: 1e-3 })],
  batchNorm: [batchNorm({ name: "layer", units: 3 })],
  convolution1d: [convolution1d({ ...named, inputs: 4, units: 6, window: 3, stride: 2, padding: 1 })],
  "convolution1d, dilated groups": [
    convolution1d({ ...named, inputs: 4, units: 6, window: 3, dilation: 2, groups: 2, bias: false }),
  ],
  convolution2d: [convolution2d({ ...named, inputs: 2, units: 3, window: [3, 2], stride: [1, 2], padding: [2, 1] })],
  "convolution2d, depthwise": [convolution2d({ ...named, inputs: 3, units: 6, window: 3, groups: 3 })],
  maxPooling1d: [maxPooling1d({ window: 3, stride: 2, padding: 1 })],
  maxPooling2d: [maxPooling2d({ window: 2 })],
  averagePooling1d: [averagePooling1d({ window: 3, stride: 2, padding: 1 })],
  averagePooling2d: [averagePooling2d({ window: [2, 3], padding: 1, countPadding: true })],
  attention: [attentionOf()],
  "attention, causal": [attentionOf({ causal: true })],
  "attention, cross, padded": [cross, (x, source) => cross.attend(x, source, { keyMask }).output],
  rmsNorm: [rmsNorm({ name: "layer", units: 4, epsilon: 1e-3 })],
};

const valueOf = ({ shape, data }: StoredArray): NdArray => ndArray(Float64Array.from(data), { shape });

function expectClose(found: ArrayLike<number>, { data }: StoredArray): void {
  expect(found.length).toBe(data.length);
  const scale = Math.max(1, ...data.map(Math.abs));
  data.forEach((element, i) => {
    expect(Math.abs(found[i]! - element)).toBeLessThanOrEqual(RTOL * scale);
  });
}

test("all of them are here", () => {
  expect(Object.keys(cases)).toEqual(Object.keys(recorded));
});

test.each(Object.entries(cases))("%s", (name, [layer, apply = (x) => layer.apply(x, trainingMode(1))]) => {
  const { inputs, y, cotangent, parameters, slopes } = recorded[name]!;
  const inputNodes = Object.entries(inputs).map(([key, { shape }]) => input(key, shape));
  // Recorded weights are fed: initial values would be rounded to f32 in a runtime.
  const leaves = [...flattenParameters(layer.parameters)].map(
    ([path, leaf]) => [leaf, input(path, leaf.shape)] as const,
  );
  const result = substitute([apply(...inputNodes)], new Map<Node, Node>(leaves))[0] as FloatNode;
  const all = [...inputNodes, ...leaves.map(([, node]) => node)];
  const loss = sum(mul(result, input("cotangent", cotangent.shape)));
  const graphs = { y: result, ...Object.fromEntries(gradient(loss, all).map((slope, i) => [all[i]!.label!, slope])) };
  const fed = Object.entries({ ...inputs, cotangent }).map(([key, stored]) => [key, valueOf(stored)] as const);
  const weights = Object.entries(parameters).map(([key, stored]) => [`layer/${key}`, valueOf(stored)] as const);
  const mask = name.includes("padded") ? { keyMask: ndArray(isKey, { dtype: "bool", shape: [4, 3] }) } : {};
  const found = evaluateAll(graphs, { ...Object.fromEntries([...fed, ...weights]), ...mask });
  expect(found.y.shape).toEqual(y.shape);
  expectClose(found.y.data, y);
  for (const [key, slope] of Object.entries(slopes)) {
    expectClose(found[(key in inputs ? key : `layer/${key}`) as "y"].data, slope);
  }
});

describe("batchNorm over two batches", () => {
  const { inputs, second, statistics, evaluated, parameters } = recorded.batchNorm;

  test("running statistics and what is evaluated with them", async () => {
    const layer = batchNorm({ units: 3, momentum: 0.2 });
    const runtime = await createRuntime({ precision: "f64" });
    const mode = trainingMode(1);
    for (const batch of [inputs["x"]!, second]) {
      const x = input("x", batch.shape);
      const step = await runtime.compile({
        inputs: { x },
        outputs: { y: layer.apply(x, mode) },
        updates: mode.updates(),
      });
      step.run({ x: valueOf(batch) });
    }
    expectClose(runtime.read(layer.statistics.mean).data, statistics.mean);
    expectClose(runtime.read(layer.statistics.variance).data, statistics.variance);
    runtime.write(layer.parameters.weight, valueOf(parameters["weight"]!));
    runtime.write(layer.parameters.bias, valueOf(parameters["bias"]!));
    const x = input("x", evaluated.x.shape);
    const evaluation = await runtime.compile({ inputs: { x }, outputs: { y: layer.apply(x) } });
    expectClose(evaluation.run({ x: valueOf(evaluated.x) }).y.data, evaluated.y);
  });
});
