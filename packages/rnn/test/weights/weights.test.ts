/** Layouts of recurrent cells: there and back is the identity; gates stand where other frameworks have them; what does not fit is named. */
import {
  bidirectional,
  convLstm,
  coupledLstm,
  elman,
  exportWeights,
  gru,
  importWeights,
  kerasGru,
  kerasLstm,
  kerasSimpleRnn,
  lstm,
  NdArray,
  ndArray,
  peepholeLstm,
  projectedLstm,
  pytorchGru,
  pytorchLstm,
  pytorchRnn,
  sizeOf,
  stacked,
  type WeightLayout,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

interface Sizes {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  readonly seed: number;
}

const KINDS: Readonly<Record<string, (sizes: Sizes) => WeightLayout>> = {
  "pytorch: elman": (sizes) => pytorchRnn(elman(sizes)),
  "pytorch: lstm": (sizes) => pytorchLstm(lstm(sizes)),
  "pytorch: lstm with two biases": (sizes) => pytorchLstm(lstm({ ...sizes, biases: 2 })),
  "pytorch: projected lstm": (sizes) => pytorchLstm(projectedLstm({ ...sizes, projection: 2 })),
  "pytorch: gru": (sizes) => pytorchGru(gru(sizes)),
  "pytorch: layers both ways": (sizes) => {
    const cell = (name: string) => lstm({ ...sizes, name });
    return pytorchLstm([{ forward: cell("a"), backward: cell("b") }, cell("c")], "encoder");
  },
  "keras: elman": (sizes) => kerasSimpleRnn(elman(sizes)),
  "keras: lstm": (sizes) => kerasLstm(lstm(sizes), "sequential/lstm/lstm_cell"),
  "keras: gru": (sizes) => kerasGru(gru(sizes)),
  "keras: gru of the paper": (sizes) => kerasGru(gru({ ...sizes, resetAfter: false })),
};

const sizes = fc.record({
  name: fc.constant("cell"),
  inputs: fc.integer({ min: 1, max: 4 }),
  units: fc.integer({ min: 1, max: 4 }),
  seed: fc.constant(1),
});

/** Any numbers for all leaves, -0, NaN and infinities among them. */
const valuesOf = (layout: WeightLayout): fc.Arbitrary<Map<string, NdArray>> => {
  const entries = layout
    .flatMap(({ leaves }) => leaves)
    .map(({ label, type }) => {
      const size = sizeOf(type.shape);
      return fc
        .float32Array({ minLength: size, maxLength: size })
        .map((data) => [label!, new NdArray(type, data)] as const);
    });
  return fc.tuple(...entries).map((all) => new Map(all));
};

test.each(Object.entries(KINDS))("%s: export then import is the identity, bit for bit", (_, layoutOf) => {
  const samples = sizes.chain((one) => fc.tuple(fc.constant(layoutOf(one)), valuesOf(layoutOf(one))));
  fc.assert(
    fc.property(samples, ([layout, values]) => {
      const back = importWeights(layout, exportWeights(layout, values));
      expect([...back.keys()]).toEqual([...values.keys()]);
      for (const [path, { shape, data }] of values) {
        expect(back.get(path)!.shape).toEqual(shape);
        expect(data.every((element, i) => Object.is(element, back.get(path)!.data[i]))).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});

/** Columns that say what they are: gate 10, 20, … and unit. */
const columns = (names: readonly string[], gates: Readonly<Record<string, number>>): number[] =>
  names.flatMap((name) => [10 * gates[name]!, 10 * gates[name]! + 1]);

describe("the order of gates", () => {
  const two = { inputs: 1, units: 2, seed: 1 };
  const zeros = (layout: WeightLayout): Map<string, NdArray> =>
    new Map(
      layout
        .flatMap(({ leaves }) => leaves)
        .map(({ label, type }) => [label!, new NdArray(type, new Float32Array(sizeOf(type.shape)))]),
    );
  /** What a tensor holds if a parameter holds these columns. */
  const sent = (layout: WeightLayout, path: string, row: readonly number[], tensor: string): number[] => {
    const shape = layout.flatMap(({ leaves }) => leaves).find(({ label }) => label === path)!.shape;
    const values = zeros(layout).set(path, ndArray(Float32Array.from(row), { shape }));
    return [...exportWeights(layout, values).get(tensor)!.data];
  };

  test("of an LSTM is input, forget, candidate, output in all", () => {
    const row = columns(["i", "f", "g", "o"], { i: 1, f: 2, g: 3, o: 4 });
    const cell = lstm(two);
    for (const [layout, tensor] of [
      [pytorchLstm(cell), "weight_ih_l0"],
      [kerasLstm(cell), "kernel"],
    ] as const)
      expect(sent(layout, "lstm/inputWeight", row, tensor)).toEqual(row);
  });

  test("of a GRU is reset, update, candidate, and update, reset, candidate in Keras", () => {
    const gates = { r: 1, z: 2, n: 3 };
    const row = columns(["r", "z", "n"], gates);
    const [cell, paper] = [gru(two), gru({ ...two, resetAfter: false })];
    expect(sent(pytorchGru(cell), "gru/inputWeight", row, "weight_ih_l0")).toEqual(row);
    const zrn = columns(["z", "r", "n"], gates);
    expect(sent(kerasGru(cell), "gru/inputWeight", row, "kernel")).toEqual(zrn);
    expect(sent(kerasGru(cell), "gru/inputBias", row, "bias")).toEqual([...zrn, 0, 0, 0, 0, 0, 0]);
    expect(sent(kerasGru(cell), "gru/recurrentBias", row, "bias")).toEqual([0, 0, 0, 0, 0, 0, ...zrn]);
    expect(sent(kerasGru(paper), "gru/bias", row, "bias")).toEqual(zrn);
  });
});

test("a layer without biases has no tensors for them", () => {
  const two = { inputs: 1, units: 2, seed: 1 };
  const names = (layout: WeightLayout): string[] => layout.flatMap(({ tensors }) => tensors);
  const none = { bias: false };
  const weights = ["rnn.weight_ih_l0", "rnn.weight_hh_l0"];
  expect(names(pytorchRnn(elman(two), "rnn", none))).toEqual(weights);
  expect(names(pytorchLstm(lstm(two), "rnn", none))).toEqual(weights);
  expect(names(pytorchGru(gru(two), "rnn", none))).toEqual(weights);
  const kernels = ["rnn/kernel", "rnn/recurrent_kernel"];
  expect(names(kerasSimpleRnn(elman(two), "rnn", none))).toEqual(kernels);
  expect(names(kerasLstm(lstm(two), "rnn", none))).toEqual(kernels);
  const layout = kerasGru(gru(two), "rnn", none);
  expect(names(layout)).toEqual(kernels);
  const tensors = new Map(
    kernels.map((name, i) => [name, ndArray(new Float32Array(6 * (i + 1)), { shape: [i + 1, 6] })]),
  );
  expect([...importWeights(layout, tensors).get("gru/recurrentBias")!.data]).toEqual([0, 0, 0, 0, 0, 0]);
});

describe("what does not fit", () => {
  const small = { inputs: 3, units: 2, seed: 1 };

  test("a tensor with the gates of another cell", () => {
    const stateDict = new Map(
      Object.entries({
        "rnn.weight_ih_l0": [6, 3],
        "rnn.weight_hh_l0": [6, 2],
        "rnn.bias_ih_l0": [6],
        "rnn.bias_hh_l0": [6],
      }).map(([name, shape]) => [name, ndArray(new Float32Array(sizeOf(shape)), { shape })]),
    );
    const gates = "3 gates of 2 units instead of 4 (input, forget, candidate, output)";
    expectProblem(() => importWeights(pytorchLstm(lstm({ ...small, biases: 2 }), "rnn"), stateDict), {
      name: "FormatError",
      code: "CHECKPOINT_MISMATCH",
      message: `importWeights(layout, tensors): tensors must be those of the layout, by name, type and shape, got "rnn.weight_ih_l0" of f32[6, 3] instead of f32[8, 3]: ${gates}; "rnn.weight_hh_l0" of f32[6, 2] instead of f32[8, 2]: ${gates}; "rnn.bias_ih_l0" of f32[6] instead of f32[8]: ${gates}; "rnn.bias_hh_l0" of f32[6] instead of f32[8]: ${gates}. Make layers of the checkpoint's sizes, name its modules as it does, or leave out what belongs elsewhere: { extra: "ignore" }.`,
    });
  });

  const kind = "Take the function for the cell's kind.";
  const cells = [gru({ ...small, name: "lower" }), gru({ ...small, name: "upper", inputs: 2 })] as const;
  const whole = "Hand over the cells that it is made of: [lower, { forward, backward }].";
  const refused: readonly (readonly [string, () => WeightLayout, string])[] = [
    [
      "a cell with other gates",
      () => pytorchLstm(gru(small)),
      `pytorchLstm(cells): "gru" must have weights and biases of 8 columns, 4 gates (input, forget, candidate, output) of 2 units, got f32[3, 6] ("gru/inputWeight"), f32[2, 6] ("gru/recurrentWeight"), f32[6] ("gru/inputBias"), f32[6] ("gru/recurrentBias"). ${kind}`,
    ],
    [
      "a cell with gates where there are none",
      () => kerasSimpleRnn(coupledLstm(small)),
      `kerasSimpleRnn(cell): "coupledLstm" must have weights and biases of 2 columns, got f32[3, 6] ("coupledLstm/inputWeight"), f32[2, 6] ("coupledLstm/recurrentWeight"), f32[6] ("coupledLstm/bias"). ${kind}`,
    ],
    [
      "a cell with further parameters",
      () => pytorchLstm(peepholeLstm(small)),
      `pytorchLstm(cells): "peepholeLstm" must have weights and biases only, got peepholes. ${kind}`,
    ],
    [
      "a projection where there is none",
      () => kerasLstm(projectedLstm({ ...small, projection: 1 })),
      `kerasLstm(cell): "projectedLstm" must have weights and biases only, got projectionWeight. ${kind}`,
    ],
    [
      "a reset before the product",
      () => pytorchGru(gru({ ...small, resetAfter: false })),
      `pytorchGru(cells): "gru" must have two biases, got 1. Make the cell with resetAfter: true.`,
    ],
    [
      "two biases for one",
      () => kerasLstm(lstm({ ...small, biases: 2 })),
      `kerasLstm(cell): "lstm" must have one bias, got 2. Make the cell with biases: 1.`,
    ],
    [
      "a stack as a whole",
      () => pytorchGru(stacked(cells)),
      `pytorchGru(cells): "stacked" must have weights and biases only, got lower/inputWeight, lower/recurrentWeight, lower/inputBias, lower/recurrentBias, upper/inputWeight, upper/recurrentWeight, upper/inputBias, upper/recurrentBias. ${whole}`,
    ],
    ["no cell", () => pytorchGru([]), "pytorchGru(cells): there must be at least one cell, got none."],
  ];
  test.each(refused)("%s", (_, layoutOf, message) => {
    expectProblem(layoutOf, { name: "ShapeError", code: "WEIGHT_LAYOUT", message });
  });

  test("what reads both ways as a whole, and images", () => {
    const [forward, backward] = [gru({ ...small, name: "forward" }), gru({ ...small, name: "backward" })];
    expect(() => pytorchGru(bidirectional({ forward, backward }))).toThrow(whole);
    const images = convLstm({ inputs: 1, units: 2, size: [4, 4], seed: 1 });
    expect(() => kerasLstm(images)).toThrow(expect.objectContaining({ code: "WEIGHT_LAYOUT" }));
  });
});
