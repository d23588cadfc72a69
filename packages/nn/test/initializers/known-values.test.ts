/** Initializers without random numbers: the identity, and data. */
import { initialValue, ndArray } from "@unfold/core";
import { fromData, identity, initializedParam } from "@unfold/nn";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { sample } from "./moments.js";

describe("identity", () => {
  test.each([
    { shape: [2, 2], values: [3, 0, 0, 3] },
    { shape: [2, 3], values: [3, 0, 0, 0, 3, 0] },
    { shape: [3, 1], values: [3, 0, 0] },
    { shape: [0, 2], values: [] },
  ])("of shape $shape", ({ shape, values }) => {
    expect([...sample(identity(3), shape)]).toEqual(values);
  });

  test.each([[[]], [[4]], [[2, 2, 2]]])("of shape %j it is refused", (shape) => {
    expectProblem(() => sample(identity(), shape), {
      name: "ShapeError",
      code: "IDENTITY_RANK",
      message: `identity(gain): the shape must have two axes, got [${shape.join(", ")}].`,
    });
  });
});

describe("fromData", () => {
  test("a parameter starts with the values, and what is changed later is not it", () => {
    const values = ndArray([1, 2, 3, 4], { shape: [2, 2] });
    const leaf = initializedParam("table", [2, 2], fromData(values), 1);
    values.data.fill(0);
    expect([...initialValue(leaf).data]).toEqual([1, 2, 3, 4]);
  });

  test("values of another shape are refused", () => {
    expectProblem(() => sample(fromData([1, 2, 3, 4]), [2, 2]), {
      name: "ShapeError",
      code: "DATA_SHAPE",
      message: "fromData(values): values must have the parameter's shape, got [4] for [2, 2].",
    });
  });

  test("a list that is no array is refused", () => {
    expect(() => fromData([[1, 2], [3]])).toThrow(/fromData\(values\)/);
  });
});
