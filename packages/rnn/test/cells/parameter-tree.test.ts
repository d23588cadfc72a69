/** Cells in parameter trees. */
import { countParameters, dense, flattenParameters } from "@unfold/nn";
import { elman } from "@unfold/rnn";
import { expect, test } from "vitest";

test("a cell's parameters are a part of a model's like a layer's", () => {
  const cell = elman({ inputs: 2, units: 3, seed: 1 });
  const head = dense({ name: "head", inputs: 3, units: 4, seed: 1 });
  const model = { cell: cell.parameters, head: head.parameters };
  expect([...flattenParameters(model).keys()]).toEqual([
    "elman/inputWeight",
    "elman/recurrentWeight",
    "elman/bias",
    "head/weight",
    "head/bias",
  ]);
  expect(countParameters(model)).toBe(2 * 3 + 3 * 3 + 3 + 3 * 4 + 4);
});
