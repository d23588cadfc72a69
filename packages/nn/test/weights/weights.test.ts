/** Layouts of any kind: there and back is the identity, and elements stand where the layout says. */
import { add, input, ndArray, NdArray, param, sizeOf, type FloatNode } from "@unfold/core";
import {
  batchNorm,
  convolution1d,
  dense,
  embedding,
  exportWeights,
  importWeights,
  inModule,
  layerNorm,
  pytorchConvolution,
  pytorchEmbedding,
  pytorchLinear,
  pytorchNormalization,
  type WeightLayout,
  type WeightMapping,
} from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** A mapping, and where an element of a tensor stands in the leaves: which of them, and its index there. */
interface Case {
  readonly mapping: WeightMapping;
  readonly placeOf: (index: readonly number[]) => readonly [leaf: number, index: readonly number[]];
}

const GATES = ["a", "b", "c", "d"];

const cases: fc.Arbitrary<Case> = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
    leaves: fc.integer({ min: 1, max: 3 }),
    tensors: fc.integer({ min: 1, max: 3 }),
    gates: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ shape, leaves, tensors, gates }) => {
    const rank = shape.length + Number(leaves > 1);
    const ours = GATES.slice(0, gates);
    const full = [...shape.slice(0, -1), gates * shape.at(-1)!];
    return fc
      .record({
        axes: fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank }),
        theirs: fc.shuffledSubarray(ours, { minLength: gates }),
      })
      .map(({ axes, theirs }): Case => {
        const mapping = {
          tensors: Array.from({ length: tensors }, (_, i) => `tensor ${i}`),
          leaves: Array.from({ length: leaves }, (_, i) =>
            param(`leaf ${i}`, new NdArray({ dtype: "f32", shape: full }, new Float32Array(sizeOf(full)))),
          ),
          axes,
          gates: { ours, theirs },
        };
        const placeOf: Case["placeOf"] = (index) => {
          const place = Array.from({ length: rank }, (_, axis) => index[axes.indexOf(axis)]!);
          const column = place.pop()!;
          const units = shape.at(-1)!;
          place.push(ours.indexOf(theirs[Math.floor(column / units)]!) * units + (column % units));
          return leaves > 1 ? [place[0]!, place.slice(1)] : [0, place];
        };
        return { mapping, placeOf };
      });
  });

/** Any bits, one value for all NaNs. */
const valuesOf = (leaves: readonly FloatNode[], isDouble: boolean): fc.Arbitrary<Map<string, NdArray>> =>
  fc
    .tuple(
      ...leaves.map((leaf) => {
        const size = { minLength: sizeOf(leaf.shape), maxLength: sizeOf(leaf.shape) };
        const data = isDouble ? fc.float64Array(size) : fc.float32Array(size);
        return data.map((elements) => [leaf.label!, new NdArray(leaf.type, elements)] as const);
      }),
    )
    .map((entries) => new Map(entries));

const casesWithValues = fc
  .tuple(cases, fc.boolean())
  .chain(([one, isDouble]) => fc.tuple(fc.constant(one), valuesOf(one.mapping.leaves, isDouble)));

const flatIndex = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((flat, i, axis) => flat * shape[axis]! + i, 0);

test("export then import is the identity, bit for bit, at either precision", () => {
  fc.assert(
    fc.property(casesWithValues, ([{ mapping }, values]) => {
      const back = importWeights([mapping], exportWeights([mapping], values));
      expect([...back.keys()]).toEqual([...values.keys()]);
      for (const [path, { type, data }] of values) {
        expect(back.get(path)!.type).toEqual(type);
        expect(back.get(path)!.data.constructor).toBe(data.constructor);
        back.get(path)!.data.forEach((element, i) => {
          expect(Object.is(element, data[i])).toBe(true);
        });
      }
    }),
  );
});

test("every element stands where the layout says; of several tensors, in the first", () => {
  fc.assert(
    fc.property(casesWithValues, ([{ mapping, placeOf }, values]) => {
      const [first, ...others] = exportWeights([mapping], values).values();
      const { shape, data } = first!;
      data.forEach((element, i) => {
        const index = shape.map((extent, axis) => Math.floor(i / sizeOf(shape.slice(axis + 1))) % extent);
        const [leaf, place] = placeOf(index);
        const ours = values.get(`leaf ${leaf}`)!;
        expect(Object.is(element, ours.data[flatIndex(place, ours.shape)])).toBe(true);
      });
      for (const other of others) expect(other.data.every((element) => Object.is(element, -0))).toBe(true);
    }),
  );
});

test("several tensors are added", () => {
  const bias = param("bias", [0, 0]);
  const tensors = new Map(Object.entries({ a: ndArray([1, -0]), b: ndArray([2.5, -0]) }));
  const values = importWeights([{ tensors: ["a", "b"], leaves: [bias] }], tensors);
  expect([...values.get("bias")!.data]).toEqual([3.5, -0]);
});

test("a leaf without a tensor is zero, and must be to be written", () => {
  const layout = [{ tensors: [], leaves: [param("bias", [1, 2])] }];
  const values = importWeights(layout, new Map());
  expect([...values.get("bias")!.data]).toEqual([0, 0]);
  expect(exportWeights(layout, values)).toEqual(new Map());
  expectProblem(() => exportWeights(layout, new Map([["bias", ndArray([0, NaN])]])), {
    name: "FormatError",
    code: "CHECKPOINT_MISMATCH",
    message: `exportWeights(layout, values): what has no tensor must be zero, got "bias" that is not. Export to a layer that has biases.`,
  });
});

test("neither what is given nor what is returned shares memory", () => {
  const layer = dense({ inputs: 1, units: 1, bias: false, seed: 1 });
  const stateDict = new Map([["weight", ndArray([[3]])]]);
  const values = importWeights(pytorchLinear(layer), stateDict);
  values.get("dense/weight")!.data[0] = 4;
  expect([...stateDict.get("weight")!.data]).toEqual([3]);
  exportWeights(pytorchLinear(layer), values).get("weight")!.data[0] = 5;
  expect([...values.get("dense/weight")!.data]).toEqual([4]);
});

describe("tensors that do not fit", () => {
  const head = dense({ name: "head", inputs: 3, units: 2, seed: 1 });
  const norm = batchNorm({ name: "norm", units: 2 });
  const layout: WeightLayout = [...pytorchLinear(head, "head"), ...pytorchNormalization(norm, "norm")];
  const fix = `Make layers of the checkpoint's sizes, name its modules as it does, or leave out what belongs elsewhere: { extra: "ignore" }.`;
  const right = (): Map<string, NdArray> =>
    new Map(
      Object.entries({
        "head.weight": [2, 3],
        "head.bias": [2],
        "norm.weight": [2],
        "norm.bias": [2],
        "norm.running_mean": [2],
        "norm.running_var": [2],
      }).map(([name, shape]) => [name, ndArray(new Float32Array(sizeOf(shape)), { shape })]),
    );

  test("are named, missing, of other shapes and types, and too many", () => {
    const tensors = right();
    tensors.delete("head.weight");
    tensors.set("model.head.weight", ndArray([[1]]));
    tensors.set("head.bias", ndArray([1, 2, 3]));
    tensors.set("norm.bias", ndArray([1, 2], { dtype: "i32" }));
    tensors.set("tail", ndArray(1));
    expectProblem(() => importWeights(layout, tensors), {
      name: "FormatError",
      code: "CHECKPOINT_MISMATCH",
      message: `importWeights(layout, tensors): tensors must be those of the layout, by name, type and shape, got no "head.weight" of f32[2, 3] (but "model.head.weight"); "head.bias" of f32[3] instead of f32[2]; "norm.bias" of i32[2] instead of f32[2]; "model.head.weight" of f32[1, 1], which is none of them; "tail" of f32[], which is none of them. ${fix}`,
    });
  });

  test("are borne if they belong elsewhere", () => {
    const tensors = right().set("tail", ndArray(1));
    expect(importWeights(layout, tensors, { extra: "ignore" }).size).toBe(6);
    expect(() => importWeights(layout, tensors.set("norm.bias", ndArray(1)), { extra: "ignore" })).toThrow();
  });

  test("a counter of batches may be there, means nothing and is not written", () => {
    const values = importWeights(layout, right().set("norm.num_batches_tracked", ndArray(7, { dtype: "i32" })));
    expect(values.size).toBe(6);
    expect([...exportWeights(layout, values).keys()]).toEqual([...right().keys()]);
  });

  test("a table that is tied must be the same in both places", () => {
    const table = embedding({ tokens: 2, units: 1, seed: 1 });
    const tied = [...pytorchEmbedding(table, "encoder"), ...pytorchEmbedding(table, "decoder")];
    const tensors = new Map([
      ["encoder.weight", ndArray([[1], [NaN]])],
      ["decoder.weight", ndArray([[1], [NaN]])],
    ]);
    const values = importWeights(tied, tensors);
    expect([...values.get("embedding/table")!.data]).toEqual([1, NaN]);
    expect(exportWeights(tied, values)).toEqual(tensors);
    tensors.set("decoder.weight", ndArray([[1], [2]]));
    expectProblem(() => importWeights(tied, tensors), {
      name: "FormatError",
      code: "CHECKPOINT_MISMATCH",
      message: `importWeights(layout, tensors): tensors must be those of the layout, by name, type and shape, got "encoder.weight" and "decoder.weight" that differ, though both are "embedding/table". ${fix}`,
    });
  });

  test("gates of another number are counted", () => {
    const weight = param("W", new NdArray({ dtype: "f32", shape: [3, 8] }, new Float32Array(24)));
    const gates = { ours: GATES, theirs: GATES };
    const gated = [{ tensors: ["W"], leaves: [weight], axes: [1, 0], gates }];
    const read = (shape: number[]) => () =>
      importWeights(gated, new Map([["W", ndArray(new Float32Array(sizeOf(shape)), { shape })]]));
    expect(read([6, 3])).toThrow(
      '"W" of f32[6, 3] instead of f32[8, 3]: 3 gates of 2 units instead of 4 (a, b, c, d).',
    );
    expect(read([7, 3])).toThrow('"W" of f32[7, 3] instead of f32[8, 3].');
    expect(read([6, 4])).toThrow('"W" of f32[6, 4] instead of f32[8, 3].');
    expect(read([8])).toThrow('"W" of f32[8] instead of f32[8, 3].');
  });

  test("values that do not fit are named", () => {
    const values = new Map([
      ["head/weight", ndArray([[1, 2, 3]])],
      ["adam/step", ndArray(1)],
    ]);
    expectProblem(() => exportWeights(pytorchLinear(head), values), {
      name: "FormatError",
      code: "CHECKPOINT_MISMATCH",
      message: `exportWeights(layout, values): values must be those of the layout's leaves, by name and type, got "head/weight" of f32[1, 3] instead of f32[3, 2]; no "head/bias" of f32[2]; "adam/step" of f32[], which is none of them. Name every layer in the layout, or leave out what belongs elsewhere: { extra: "ignore" }.`,
    });
  });
});

describe("layouts that mean nothing", () => {
  test("two tensors of one name", () => {
    const layer = dense({ inputs: 1, units: 1, bias: false, seed: 1 });
    const layout = [...pytorchLinear(layer), ...pytorchLinear(layer)];
    const message = `every tensor must have its own name, got "weight" twice. Say in which module each layer is: pytorchLinear(layer, "head").`;
    const problem = { name: "ValueError", code: "TENSOR_NAME_TWICE" };
    expectProblem(() => importWeights(layout, new Map()), {
      ...problem,
      message: `importWeights(layout, tensors): ${message}`,
    });
    expectProblem(() => exportWeights(layout, new Map()), {
      ...problem,
      message: `exportWeights(layout, values): ${message}`,
    });
  });

  const [a, b] = [param("a", [[0, 0]]), param("b", [0])];
  const contradictions: readonly (readonly [Omit<WeightMapping, "tensors">, string])[] = [
    [{ leaves: [a, b] }, 'leaves must be parameters or states of one shape, got f32[1, 2] ("a") and f32[1] ("b").'],
    [{ leaves: [add(a, a)] }, "leaves must be parameters or states of one shape, got f32[1, 2] and f32[1, 2]."],
    [
      { leaves: [input("x", [1])] },
      'leaves must be parameters or states of one shape, got f32[1] ("x") and f32[1] ("x").',
    ],
    [{ leaves: [a], axes: [0] }, "axes must be all of 0 to 1, got [0]."],
    [{ leaves: [a], axes: [1, 1] }, "axes must be all of 0 to 1, got [1, 1]."],
    [{ leaves: [a, a], axes: [1, 0] }, "axes must be all of 0 to 2, got [1, 0]."],
    [{ leaves: [a], gates: { ours: ["i"], theirs: ["f"] } }, "both orders must be of the same gates, got i and f."],
    [
      { leaves: [b], gates: { ours: ["i", "f"], theirs: ["f", "i"] } },
      'the last axis must hold 2 gates of one size, got f32[1] ("b").',
    ],
  ];
  test.each(contradictions)("%#: %o", (mapping, message) => {
    expectProblem(() => importWeights([{ tensors: ["w"], ...mapping }], new Map()), {
      name: "GraphError",
      code: "WEIGHT_LAYOUT",
      message: `importWeights(layout, tensors), "w": ${message}`,
    });
  });

  test("a layer of another kind", () => {
    const convolution = convolution1d({ inputs: 1, units: 2, window: 3, seed: 1 });
    const problem = { name: "ShapeError", code: "WEIGHT_LAYOUT" };
    expectProblem(() => pytorchLinear(convolution, "head"), {
      ...problem,
      message: `pytorchLinear(layer, "head"): the weight of the layer must have 2 axes, got f32[3, 1, 2] ("convolution1d/weight"). Take the function for the layer's kind.`,
    });
    expect(() => pytorchConvolution(layerNorm({ units: 2 }))).toThrow(expect.objectContaining(problem));
    expect(() => pytorchNormalization(convolution as never)).toThrow(expect.objectContaining(problem));
  });
});

test("a module's name stands before those of its tensors", () => {
  const layout = pytorchEmbedding(embedding({ tokens: 2, units: 1, seed: 1 }), "encoder");
  const names = (inside: WeightLayout): string[] => inside.flatMap(({ tensors }) => tensors);
  expect(names(inModule("model", layout))).toEqual(["model.encoder.weight"]);
  expect(names(inModule("model", layout, "/"))).toEqual(["model/encoder.weight"]);
  expect(names(inModule("", layout))).toEqual(["encoder.weight"]);
});
