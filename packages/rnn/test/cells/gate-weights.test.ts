/** Initial weights of gated cells: each gate's block is what the initializer makes for that gate alone. */
import { gru, initialValue, lstm, type NdArray } from "@unfold/rnn";
import { describe, expect, test } from "vitest";

const [INPUTS, UNITS] = [5, 7];

const cells = [
  { gates: 4, cell: lstm({ inputs: INPUTS, units: UNITS, seed: 3 }) },
  { gates: 3, cell: gru({ inputs: INPUTS, units: UNITS, seed: 3 }) },
];

/** Rows of one gate's columns. */
function block({ data, shape: [rows, width] }: NdArray, gate: number): number[][] {
  return Array.from({ length: rows! }, (_, i) =>
    Array.from({ length: UNITS }, (__, j) => data[i * width! + gate * UNITS + j]!),
  );
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, element, i) => total + element * b[i]!, 0);

describe.each(cells)("$cell.name", ({ gates, cell }) => {
  const blocks = (key: string): number[][][] =>
    Array.from({ length: gates }, (_, gate) => block(initialValue(cell.parameters[key]!), gate));

  test("each gate's recurrent weight is orthogonal by itself", () => {
    for (const rows of blocks("recurrentWeight")) {
      rows.forEach((row, i) => {
        // Seven products of numbers rounded to f32 (6e-8).
        rows.forEach((other, j) => {
          expect(Math.abs(dot(row, other) - (i === j ? 1 : 0))).toBeLessThanOrEqual(1e-6);
        });
      });
    }
  });

  test("each gate's input weight is as wide as Glorot's limit for that gate alone", () => {
    const limit = Math.sqrt(6 / (INPUTS + UNITS));
    for (const rows of blocks("inputWeight")) {
      const largest = Math.max(...rows.flat().map(Math.abs));
      expect(largest).toBeLessThanOrEqual(limit);
      // 35 uniform numbers all below 0.8 of their limit: a chance of 0.0004. The limit of all gates together is at most 0.68 of it.
      expect(largest).toBeGreaterThan(0.8 * limit);
    }
  });

  test("no two gates start alike", () => {
    for (const key of ["inputWeight", "recurrentWeight"]) {
      const printed = blocks(key).map((rows) => rows.flat().join());
      expect(new Set(printed).size).toBe(gates);
    }
  });

  test("another seed gives other weights", () => {
    const other = cell.name === "lstm" ? lstm : gru;
    const { parameters } = other({ inputs: INPUTS, units: UNITS, seed: 4 });
    for (const key of ["inputWeight", "recurrentWeight"]) {
      expect(initialValue(parameters[key]!).data).not.toEqual(initialValue(cell.parameters[key]!).data);
    }
  });
});
