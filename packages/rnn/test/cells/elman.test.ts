/** The Elman cell: hand-computed numbers, its equation as loops, parameters, errors. */
import {
  constant,
  createRuntime,
  elman,
  evaluate,
  formatType,
  glorotUniform,
  identity,
  initializedParam,
  initialValue,
  input,
  leavesOf,
  ndArray,
  orthogonal,
  relu,
  slice,
  zeros,
  type FloatNode,
} from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { batches, drawReals, lengths, seeds } from "../recurrences.js";

const extents = fc.integer({ min: 1, max: 4 });

describe("by hand", () => {
  // Le, Jaitly & Hinton 2015: with the identity and ReLUs the hidden state stays the same without input.
  test("an IRNN remembers what it saw first", () => {
    const cell = elman({ inputs: 1, units: 3, seed: 1, activation: relu, recurrentWeight: identity() });
    const x = constant(ndArray([1, 0, 0, 0], { shape: [4, 1, 1] }));
    const h = [...evaluate(cell.over(x).outputs.h).data];
    expect(Math.max(...h)).toBeGreaterThan(0);
    expect(h).toEqual([0, 1, 2, 3].flatMap(() => h.slice(0, 3)));
  });

  test("two linear units over three steps", async () => {
    const cell = elman({ inputs: 1, units: 2, seed: 1, activation: (x) => x });
    const x = input("x", [3, 1, 1]);
    const runtime = await createRuntime();
    const step = await runtime.compile({ inputs: { x }, outputs: cell.over(x).outputs });
    runtime.write(cell.parameters["inputWeight"]!, [[1, 2]]);
    runtime.write(cell.parameters["recurrentWeight"]!, [
      [0, 1],
      [3, 0],
    ]);
    runtime.write(cell.parameters["bias"]!, [1, -1]);
    // h1 = (1 + 1, 2 - 1) = (2, 1); h2 = (2 + 3·1 + 1, 4 + 2 - 1) = (6, 5); h3 = (3 + 3·5 + 1, 6 + 6 - 1) = (19, 11).
    expect([...step.run({ x: [1, 2, 3] }).h.data]).toEqual([2, 1, 6, 5, 19, 11]);
  });

  test("one tanh unit over two steps", async () => {
    const cell = elman({ inputs: 1, units: 1, seed: 1 });
    const x = input("x", [2, 1, 1]);
    const runtime = await createRuntime({ precision: "f64" });
    const step = await runtime.compile({ inputs: { x }, outputs: cell.over(x).outputs });
    runtime.write(cell.parameters["inputWeight"]!, [[0.5]]);
    runtime.write(cell.parameters["recurrentWeight"]!, [[2]]);
    runtime.write(cell.parameters["bias"]!, [0]);
    // tanh(0.5) and tanh(0.5 + 2 tanh(0.5)).
    const [first, second] = step.run({ x: [1, 1] }).h.data;
    expect(first).toBeCloseTo(0.46211715726000974, 15);
    expect(second).toBeCloseTo(0.8904789405395703, 15);
  });
});

test("h_t = tanh(x_t W + h_{t-1} U + b) as loops, with h before step 0 given", () => {
  fc.assert(
    fc.property(lengths, batches, extents, extents, seeds, (steps, batch, inputs, units, seed) => {
      const cell = elman({ inputs, units, seed });
      const [x, h0] = [drawReals([steps, batch, inputs], seed, "x"), drawReals([batch, units], seed, "h0")];
      const W = initialValue(cell.parameters["inputWeight"]!).data;
      const U = initialValue(cell.parameters["recurrentWeight"]!).data;
      const expected: number[] = [];
      let h = [...h0.data];
      for (let t = 0; t < steps; t++) {
        h = h.map((_, position) => {
          const [row, unit] = [Math.floor(position / units), position % units];
          let net = 0;
          for (let f = 0; f < inputs; f++) net += x.data[(t * batch + row) * inputs + f]! * W[f * units + unit]!;
          for (let j = 0; j < units; j++) net += h[row * units + j]! * U[j * units + unit]!;
          return Math.tanh(net);
        });
        expected.push(...h);
      }
      const found = evaluate(cell.over(constant(x), { h: constant(h0) }).outputs.h);
      expect(found.shape).toEqual([steps, batch, units]);
      expected.forEach((element, i) => {
        // Sums of at most 8 products in another order; orthogonal weights keep the difference from growing.
        expect(Math.abs(found.data[i]! - element)).toBeLessThanOrEqual(1e-13);
      });
    }),
  );
});

describe("before step 0", () => {
  const cell = elman({ inputs: 1, units: 2, seed: 1, activation: (x) => x });
  const silence = constant([[[0]]]);
  const first = (initial?: Readonly<Record<string, FloatNode | number>>): number[] => [
    ...evaluate(cell.over(silence, initial).outputs.h).data,
  ];

  test("h is 0 unless given", () => {
    expect(first()).toEqual([0, 0]);
    expect(first()).toEqual(first({ h: 0 }));
  });

  test("h may be 0.5, as Elman used", () => {
    const U = initialValue(cell.parameters["recurrentWeight"]!).data;
    expect(first({ h: 0.5 })).toEqual([0.5 * U[0]! + 0.5 * U[2]!, 0.5 * U[1]! + 0.5 * U[3]!]);
  });

  test("the final state of one window is what the next starts from", () => {
    const recurrent = elman({ inputs: 1, units: 2, seed: 1 });
    const x = constant(drawReals([4, 2, 1], 1, "x"));
    const head = recurrent.over(slice(x, { axis: 0, stop: 1 }));
    const tail = recurrent.over(slice(x, { axis: 0, start: 1 }), head.final);
    const windows = [head, tail].flatMap(({ outputs }) => [...evaluate(outputs.h).data]);
    expect(windows).toEqual([...evaluate(recurrent.over(x).outputs.h).data]);
  });

  test("a value for a delay the cell does not have is refused", () => {
    expect(() => cell.over(silence, { hidden: 0.5 })).toThrow("hidden");
  });
});

describe("parameters", () => {
  const cell = elman({ name: "encoder", inputs: 3, units: 4, seed: 7 });

  test("W starts Glorot uniform, U orthogonal, b zero", () => {
    const { inputWeight, recurrentWeight, bias } = cell.parameters as Record<string, FloatNode>;
    const initial = (path: string, shape: number[], make: typeof zeros) =>
      initialValue(initializedParam(path, shape, make, 7));
    expect(initialValue(inputWeight!)).toEqual(initial("encoder/inputWeight", [3, 4], glorotUniform));
    expect(initialValue(recurrentWeight!)).toEqual(initial("encoder/recurrentWeight", [4, 4], orthogonal()));
    expect(initialValue(bias!)).toEqual(initial("encoder/bias", [4], zeros));
  });

  test("are those of every unfolding, whatever T and B", () => {
    for (const [steps, batch] of [
      [1, 1],
      [5, 2],
    ] as const) {
      const { outputs } = cell.over(input("x", [steps, batch, 3]));
      expect(new Set(leavesOf([outputs.h], "param"))).toEqual(new Set(Object.values(cell.parameters)));
    }
  });

  test("sizes and name are those asked for", () => {
    expect([cell.name, cell.inputs, cell.units]).toEqual(["encoder", 3, 4]);
    expect(elman({ inputs: 1, units: 1, seed: 1 }).name).toBe("elman");
  });

  test("another activation replaces tanh", () => {
    const rectified = elman({ inputs: 1, units: 3, seed: 1, activation: relu });
    const { h } = rectified.over(constant([[[-5]]])).outputs;
    const W = initialValue(rectified.parameters["inputWeight"]!).data;
    expect([...evaluate(h).data]).toEqual(Array.from(W, (w) => Math.max(0, -5 * w)));
  });

  test("the output has a leading axis of steps", () => {
    expect(formatType(cell.over(input("x", [5, 2, 3])).outputs.h.type)).toBe("f32[5, 2, 4]");
  });
});

describe("errors", () => {
  test.each([
    { sizes: { inputs: 0, units: 2 }, text: "inputs must be a whole number ≥ 1, got 0." },
    { sizes: { inputs: 2, units: 1.5 }, text: "units must be a whole number ≥ 1, got 1.5." },
  ])("$text", ({ sizes, text }) => {
    expectProblem(() => elman({ ...sizes, seed: 1 }), {
      name: "ValueError",
      code: "LAYER_SIZE",
      message: `elman("elman"): ${text}`,
    });
  });
});
