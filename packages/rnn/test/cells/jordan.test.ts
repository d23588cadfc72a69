/** The Jordan cell: hand-computed numbers, its equations as loops, parameters, errors. */
import {
  constant,
  createRuntime,
  evaluate,
  formatType,
  glorotUniform,
  initializedParam,
  initialValue,
  input,
  jordan,
  leavesOf,
  zeros,
  type FloatNode,
} from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { batches, drawReals, lengths, seeds } from "../recurrences.js";

const extents = fc.integer({ min: 1, max: 3 });
const linear = (x: FloatNode): FloatNode => x;

test("by hand: two linear hidden units and one linear output over three steps", async () => {
  const cell = jordan({ inputs: 1, units: 2, outputs: 1, seed: 1, activation: linear, outputActivation: linear });
  const x = input("x", [3, 1, 1]);
  const runtime = await createRuntime();
  const step = await runtime.compile({ inputs: { x }, outputs: cell.over(x, { y: 1 }).outputs });
  const values = {
    inputWeight: [[1, 2]],
    recurrentWeight: [[3, -1]],
    bias: [0, 1],
    outputWeight: [[1], [2]],
    outputBias: [-1],
  };
  for (const [name, value] of Object.entries(values)) runtime.write(cell.parameters[name]!, value);
  // y0 = 1. h1 = (1 + 3, 2 - 1 + 1) = (4, 2), y1 = 4 + 4 - 1 = 7; h2 = (2 + 21, 4 - 7 + 1) = (23, -2), y2 = 23 - 4 - 1 = 18;
  // h3 = (0 + 54, 0 - 18 + 1) = (54, -17), y3 = 54 - 34 - 1 = 19.
  const { h, y } = step.run({ x: [1, 2, 0] });
  expect([...h.data]).toEqual([4, 2, 23, -2, 54, -17]);
  expect([...y.data]).toEqual([7, 18, 19]);
});

/** x W as a list of rows. */
function times(x: readonly number[], W: ArrayLike<number>, units: number): number[] {
  return Array.from({ length: units }, (_, unit) =>
    x.reduce((total, element, i) => total + element * W[i * units + unit]!, 0),
  );
}

test("h_t = tanh(x_t W + y_{t-1} U + b), y_t = σ(h_t V + c) as loops", () => {
  fc.assert(
    fc.property(lengths, batches, extents, extents, extents, seeds, (steps, batch, inputs, units, outputs, seed) => {
      const cell = jordan({ inputs, units, outputs, seed });
      const [W, U, V] = ["inputWeight", "recurrentWeight", "outputWeight"].map(
        (name) => initialValue(cell.parameters[name]!).data,
      );
      const [x, y0] = [drawReals([steps, batch, inputs], seed, "x"), drawReals([batch, outputs], seed, "y0")];
      const expected: { h: number[]; y: number[] } = { h: [], y: [] };
      let rows = Array.from({ length: batch }, (_, row) => [...y0.data.subarray(row * outputs, (row + 1) * outputs)]);
      for (let t = 0; t < steps; t++) {
        rows = rows.map((last, row) => {
          const start = (t * batch + row) * inputs;
          const fromInput = times([...x.data.subarray(start, start + inputs)], W!, units);
          const h = times(last, U!, units).map((net, unit) => Math.tanh(net + fromInput[unit]!));
          const y = times(h, V!, outputs).map((net) => 1 / (1 + Math.exp(-net)));
          expected.h.push(...h);
          expected.y.push(...y);
          return y;
        });
      }
      const found = cell.over(constant(x), { y: constant(y0) }).outputs;
      for (const name of ["h", "y"] as const) {
        const { data } = evaluate(found[name]);
        expect(data.length).toBe(expected[name].length);
        expected[name].forEach((element, i) => {
          // Sums of at most 6 products in another order, over 8 steps whose factor on differences is below 3.
          expect(Math.abs(data[i]! - element)).toBeLessThanOrEqual(1e-12);
        });
      }
    }),
  );
});

test("y before step 0 is 0 unless given", () => {
  const cell = jordan({ inputs: 2, units: 3, outputs: 2, seed: 1 });
  const x = constant(drawReals([2, 1, 2], 1, "x"));
  const values = (initial?: Readonly<Record<string, number>>) => evaluate(cell.over(x, initial).outputs.y).data;
  expect(values()).toEqual(values({ y: 0 }));
  expect(values()).not.toEqual(values({ y: 0.5 }));
});

describe("parameters", () => {
  const cell = jordan({ name: "plan", inputs: 3, units: 4, outputs: 2, seed: 7 });

  test("the weights start Glorot uniform, the biases zero", () => {
    const expected = [
      ["inputWeight", [3, 4], glorotUniform],
      ["recurrentWeight", [2, 4], glorotUniform],
      ["bias", [4], zeros],
      ["outputWeight", [4, 2], glorotUniform],
      ["outputBias", [2], zeros],
    ] as const;
    expect(Object.keys(cell.parameters)).toEqual(expected.map(([name]) => name));
    for (const [name, shape, initializer] of expected) {
      expect(initialValue(cell.parameters[name]!)).toEqual(
        initialValue(initializedParam(`plan/${name}`, shape, initializer, 7)),
      );
      expect(cell.parameters[name]!.label).toBe(`plan/${name}`);
    }
  });

  test("are those of every unfolding", () => {
    const { outputs } = cell.over(input("x", [4, 2, 3]));
    expect(new Set(leavesOf([outputs.y], "param"))).toEqual(new Set(Object.values(cell.parameters)));
  });

  test("the outputs have a leading axis of steps", () => {
    const { outputs } = cell.over(input("x", [5, 2, 3]));
    expect([formatType(outputs.h.type), formatType(outputs.y.type)]).toEqual(["f32[5, 2, 4]", "f32[5, 2, 2]"]);
  });
});

test.each([
  { sizes: { inputs: 0, units: 2, outputs: 1 }, text: "inputs must be a whole number ≥ 1, got 0." },
  { sizes: { inputs: 1, units: NaN, outputs: 1 }, text: "units must be a whole number ≥ 1, got NaN." },
  { sizes: { inputs: 1, units: 2, outputs: -1 }, text: "outputs must be a whole number ≥ 1, got -1." },
])("$text", ({ sizes, text }) => {
  expectProblem(() => jordan({ ...sizes, seed: 1 }), {
    name: "ValueError",
    code: "LAYER_SIZE",
    message: `jordan("jordan"): ${text}`,
  });
});
