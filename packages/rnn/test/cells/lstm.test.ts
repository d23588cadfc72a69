/** What is special about the LSTM: its parameters at the start, its two biases, the state it keeps. */
import { evaluate, initialValue, lstm, ndArray, type LstmOptions } from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distance, freeCell, run, seeds, sizes, type Values } from "./freed-cell.js";

/** σ(±40) differs from 0 and 1 by 4e-18. */
const SATURATED = 40;

const small: LstmOptions = { inputs: 3, units: 2, seed: 1 };

test("parameters are named, and hold input, forget, candidate and output gate side by side", () => {
  const typesOf = (options: LstmOptions): Record<string, string> =>
    Object.fromEntries(Object.entries(lstm(options).parameters).map(([key, node]) => [key, node.toString()]));
  expect(typesOf(small)).toEqual({
    inputWeight: 'f32[3, 8] ("lstm/inputWeight")',
    recurrentWeight: 'f32[2, 8] ("lstm/recurrentWeight")',
    bias: 'f32[8] ("lstm/bias")',
  });
  expect(typesOf({ ...small, name: "memory", biases: 2 })).toEqual({
    inputWeight: 'f32[3, 8] ("memory/inputWeight")',
    recurrentWeight: 'f32[2, 8] ("memory/recurrentWeight")',
    inputBias: 'f32[8] ("memory/inputBias")',
    recurrentBias: 'f32[8] ("memory/recurrentBias")',
  });
});

describe("the forget gate's bias", () => {
  const biasOf = (options: LstmOptions, key: string): number[] => [
    ...initialValue(lstm(options).parameters[key]!).data,
  ];

  test("starts from 1, the other gates' from 0", () => {
    expect(biasOf(small, "bias")).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  });

  test("starts from what is asked for", () => {
    expect(biasOf({ ...small, forgetBias: -2.5 }, "bias")).toEqual([0, 0, -2.5, -2.5, 0, 0, 0, 0]);
  });

  test("is one of two biases, which add up", () => {
    expect(biasOf({ ...small, biases: 2 }, "inputBias")).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(biasOf({ ...small, biases: 2 }, "recurrentBias")).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

test("two biases are one bias that is their sum", () => {
  fc.assert(
    fc.property(sizes, seeds, (size, seed) => {
      const [one, two] = ([1, 2] as const).map((biases) =>
        freeCell(lstm({ inputs: size.inputs, units: size.units, seed: 1, biases }), size),
      );
      const values = two!.draw(seed);
      const bias = values["inputBias"]!.data.map((b, i) => b + values["recurrentBias"]!.data[i]!);
      // One addition is rounded earlier or later; five steps contract rather than amplify.
      expect(distance(run(two!, values), run(one!, { ...values, bias: ndArray(bias) }))).toBeLessThanOrEqual(1e-14);
    }),
  );
});

test("an open forget gate and a closed input gate keep the cell state for a hundred steps", () => {
  const size = { steps: 100, batch: 2, inputs: 1, units: 1 };
  const cell = freeCell(lstm({ inputs: 1, units: 1, seed: 1 }), size);
  const values: Values = { ...cell.draw(3), bias: ndArray([-SATURATED, SATURATED, 0, 0]) };
  const { c } = run(cell, values);
  // |W x + U h| ≤ 2 leaves each gate within 3e-17 of 0 or 1: less than half an ulp of any state drawn.
  expect(c!.slice(-2)).toEqual([...values["initial/c"]!.data]);
});

test("a step of zeros with zero weights, by hand: c = σ(1) c, h = c' / 2", () => {
  const cell = freeCell(lstm({ inputs: 1, units: 1, seed: 1 }), { steps: 1, batch: 1, inputs: 1, units: 1 });
  const values = {
    x: [[[0]]],
    "initial/h": [[0]],
    "initial/c": [[2]],
    inputWeight: [[0, 0, 0, 0]],
    recurrentWeight: [[0, 0, 0, 0]],
    bias: [0, 1, 0, 0],
  };
  // σ(1) = 0.7310585786300049; two roundings.
  expect(evaluate(cell.outputs["c"]!, values).item()).toBeCloseTo(2 * 0.7310585786300049, 15);
  expect(evaluate(cell.outputs["h"]!, values).item()).toBeCloseTo(0.5 * Math.tanh(2 * 0.7310585786300049), 15);
});

describe("settings out of range are refused", () => {
  const refused: readonly (readonly [Partial<LstmOptions>, string, string])[] = [
    [{ inputs: 0 }, "LAYER_SIZE", "inputs must be a whole number ≥ 1, got 0."],
    [{ units: 1.5 }, "LAYER_SIZE", "units must be a whole number ≥ 1, got 1.5."],
    [{ biases: 3 as 2 }, "CELL_SETTING", "biases must be 1 or 2, got 3."],
    [{ forgetBias: Infinity }, "CELL_SETTING", "forgetBias must be a finite number, got Infinity."],
    [{ forgetBias: NaN }, "CELL_SETTING", "forgetBias must be a finite number, got NaN."],
  ];
  test.each(refused)("%o", (options, code, message) => {
    expect(() => lstm({ ...small, name: "memory", ...options })).toThrow(
      expect.objectContaining({ name: "ValueError", code, message: `lstm("memory"): ${message}` }),
    );
  });
});
