/** What is special about the GRU: its parameters at the start, and where its reset gate acts. */
import { gru, initialValue, ndArray, type GruOptions } from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distance, freeCell, run, seeds, sizes, type Sizes, type Values } from "./freed-cell.js";

/** σ(±40) differs from 0 and 1 by 4e-18. */
const SATURATED = 40;
/** One product more or less is rounded; five steps contract rather than amplify. */
const ATOL = 1e-14;

const small: GruOptions = { inputs: 3, units: 2, seed: 1 };

test("parameters are named, and hold reset gate, update gate and candidate side by side", () => {
  const typesOf = (options: GruOptions): Record<string, string> =>
    Object.fromEntries(Object.entries(gru(options).parameters).map(([key, node]) => [key, node.toString()]));
  expect(typesOf(small)).toEqual({
    inputWeight: 'f32[3, 6] ("gru/inputWeight")',
    recurrentWeight: 'f32[2, 6] ("gru/recurrentWeight")',
    inputBias: 'f32[6] ("gru/inputBias")',
    recurrentBias: 'f32[6] ("gru/recurrentBias")',
  });
  expect(typesOf({ ...small, name: "decoder", resetAfter: false })).toEqual({
    inputWeight: 'f32[3, 6] ("decoder/inputWeight")',
    recurrentWeight: 'f32[2, 6] ("decoder/recurrentWeight")',
    bias: 'f32[6] ("decoder/bias")',
  });
});

test("biases start from zero", () => {
  const biases = Object.entries(gru(small).parameters).filter(([key]) => key.endsWith("Bias"));
  expect(biases.map(([, node]) => [...initialValue(node).data])).toEqual([
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
  ]);
});

/** Both forms on the same numbers, the second bias zero. */
function bothForms(size: Sizes, seed: number, bias: readonly number[], recurrentWeight?: readonly number[]): number {
  const { inputs, units } = size;
  const [after, before] = [true, false].map((resetAfter) =>
    freeCell(gru({ inputs, units, seed: 1, resetAfter }), size),
  );
  const drawn = after!.draw(seed);
  const values = {
    ...drawn,
    ...(recurrentWeight !== undefined && {
      recurrentWeight: ndArray(recurrentWeight, { shape: [units, 3 * units] }),
    }),
    bias: ndArray(bias),
    inputBias: ndArray(bias),
    recurrentBias: ndArray(new Array<number>(3 * units).fill(0)),
  };
  return distance(run(after!, values), run(before!, values));
}

test("with one unit, resetting before and after the product is the same", () => {
  fc.assert(
    fc.property(sizes, seeds, (size, seed) => {
      expect(bothForms({ ...size, units: 1 }, seed, [0.5, -0.25, 0.125])).toBeLessThanOrEqual(ATOL);
    }),
  );
});

test("with an open reset gate, resetting before and after the product is the same", () => {
  fc.assert(
    fc.property(sizes, seeds, (size, seed) => {
      const gate = (value: number): number[] => new Array<number>(size.units).fill(value);
      const bias = [...gate(SATURATED), ...gate(0.5), ...gate(-0.25)];
      expect(bothForms(size, seed, bias)).toBeLessThanOrEqual(ATOL);
    }),
  );
});

test("with two units, resetting before and after the product differ", () => {
  const size = { steps: 2, batch: 1, inputs: 1, units: 2 };
  expect(bothForms(size, 1, [0, 0, 0, 0, 0, 0])).toBeGreaterThan(1e-3);
});

test("an open update gate keeps the state for a hundred steps", () => {
  const size = { steps: 100, batch: 2, inputs: 1, units: 1 };
  const cell = freeCell(gru({ inputs: 1, units: 1, seed: 1 }), size);
  const values: Values = { ...cell.draw(3), inputBias: ndArray([0, SATURATED, 0]) };
  // |W x + U h + d| ≤ 3 leaves the gate within 1e-16 of 1, which rounds to 1.
  expect(run(cell, values)["h"]!.slice(-2)).toEqual([...values["initial/h"]!.data]);
});

test("a closed update gate and a closed reset gate forget the state at once", () => {
  const size = { steps: 1, batch: 1, inputs: 1, units: 1 };
  const cell = freeCell(gru({ inputs: 1, units: 1, seed: 1 }), size);
  const values = {
    ...cell.draw(3),
    x: ndArray([0.5], { shape: [1, 1, 1] }),
    inputWeight: ndArray([0, 0, 2], { shape: [1, 3] }),
    inputBias: ndArray([-1000, -1000, 0]),
  };
  expect(run(cell, values)["h"]).toEqual([Math.tanh(1)]);
});

describe("sizes out of range are refused", () => {
  test.each([
    [{ inputs: -1 }, "inputs must be a whole number ≥ 1, got -1."],
    [{ units: 0 }, "units must be a whole number ≥ 1, got 0."],
  ])("%o", (options, message) => {
    expect(() => gru({ ...small, ...options })).toThrow(
      expect.objectContaining({ name: "ValueError", code: "LAYER_SIZE", message: `gru("gru"): ${message}` }),
    );
  });
});
