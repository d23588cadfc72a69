/** The dense layer against its equation written as loops. */
import {
  checkGradients,
  constant,
  evaluate,
  formatType,
  initialValue,
  input,
  leavesOf,
  substitute,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import { dense, filledWith, glorotUniform, initializedParam, normal } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, extents, seeds } from "../arbitraries.js";
import { expectProblem } from "@unfold/testkit";

/** A sum of at most 4 products and a bias, all below 2 · 5 in size, in another order. */
const ATOL = 1e-14;

/** x W + b of a time-major sequence. */
function referenceDense(x: NdArray, weight: NdArray, bias: NdArray): number[] {
  const [inputs, units] = weight.shape as [number, number];
  return Array.from({ length: (x.data.length / inputs) * units }, (_, position) => {
    const [row, unit] = [Math.floor(position / units), position % units];
    let total = bias.data[unit]!;
    for (let i = 0; i < inputs; i++) total += x.data[row * inputs + i]! * weight.data[i * units + unit]!;
    return total;
  });
}

/** The layer's result with the bias replaced, since it starts at zero. */
function withBias(result: FloatNode, bias: FloatNode, value: NdArray): Node {
  return substitute([result], new Map<Node, Node>([[bias, constant(value)]]))[0];
}

describe("equation", () => {
  test("y = x W + b for sequences of any shape", () => {
    fc.assert(
      fc.property(extents, extents, extents, extents, seeds, (steps, batch, inputs, units, seed) => {
        const layer = dense({ inputs, units, seed, weight: normal() });
        const [x, bias] = [drawReals([steps, batch, inputs], seed, "x"), drawReals([units], seed, "bias")];
        const y = evaluate(withBias(layer.apply(constant(x)), layer.parameters.bias!, bias));
        expect(y.shape).toEqual([steps, batch, units]);
        referenceDense(x, initialValue(layer.parameters.weight), bias).forEach((element, i) => {
          expect(Math.abs(y.data[i]! - element)).toBeLessThanOrEqual(ATOL);
        });
      }),
    );
  });

  test("without a bias y = x W", () => {
    const layer = dense({ inputs: 2, units: 1, seed: 1, bias: false, weight: filledWith(3) });
    expect([...evaluate(layer.apply(constant([[1, 10]]))).data]).toEqual([33]);
  });

  test("one row of features has no batch axis", () => {
    const layer = dense({ inputs: 2, units: 3, seed: 1, weight: filledWith(1) });
    expect(formatType(layer.apply(input("x", [2])).type)).toBe("f32[3]");
  });

  test("derivatives with respect to x, weight and bias equal central differences", () => {
    const layer = dense({ inputs: 3, units: 2, seed: 1 });
    const x = input("x", [2, 2, 3]);
    checkGradients(layer.apply(x), {
      wrt: [x, layer.parameters.weight, layer.parameters.bias!],
      values: { x: drawReals([2, 2, 3], 1, "x") },
    });
  });
});

describe("parameters", () => {
  test("the weight starts Glorot uniform and the bias at zero, under the layer's name", () => {
    const { weight, bias } = dense({ name: "head", inputs: 3, units: 2, seed: 5 }).parameters;
    expect([weight.label, bias!.label]).toEqual(["head/weight", "head/bias"]);
    expect(initialValue(weight)).toEqual(initialValue(initializedParam("head/weight", [3, 2], glorotUniform, 5)));
    expect([...initialValue(bias!).data]).toEqual([0, 0]);
  });

  test("the name is dense unless given", () => {
    expect(dense({ inputs: 1, units: 1, seed: 1 }).parameters.weight.label).toBe("dense/weight");
  });

  test("without a bias there is one parameter", () => {
    const layer = dense({ inputs: 2, units: 2, seed: 1, bias: false });
    expect(Object.keys(layer.parameters)).toEqual(["weight"]);
    expect(leavesOf([layer.apply(input("x", [2]))], "param")).toEqual([layer.parameters.weight]);
  });

  test("applied twice, the layer shares its parameters", () => {
    const layer = dense({ inputs: 2, units: 2, seed: 1 });
    const twice = layer.apply(layer.apply(input("x", [1, 2])));
    expect(new Set(leavesOf([twice], "param"))).toEqual(new Set(Object.values(layer.parameters)));
  });
});

describe("errors", () => {
  test.each([0, -1, 1.5, NaN, Infinity])("%d inputs are refused", (inputs) => {
    expectProblem(() => dense({ name: "head", inputs, units: 2, seed: 1 }), {
      name: "ValueError",
      code: "LAYER_SIZE",
      message: `dense("head"): inputs must be a whole number ≥ 1, got ${inputs}.`,
    });
  });

  test("0 units are refused", () => {
    expectProblem(() => dense({ inputs: 2, units: 0, seed: 1 }), {
      name: "ValueError",
      code: "LAYER_SIZE",
      message: 'dense("dense"): units must be a whole number ≥ 1, got 0.',
    });
  });

  test("a last axis of another size is refused", () => {
    expectProblem(() => dense({ name: "head", inputs: 3, units: 2, seed: 1 }).apply(input("x", [5, 4])), {
      name: "ShapeError",
      code: "LAYER_INPUT",
      message: 'dense("head").apply(x): the last axis of x must be 3, got f32[5, 4] ("x").',
    });
  });

  test("a scalar is refused", () => {
    expectProblem(() => dense({ inputs: 3, units: 2, seed: 1 }).apply(constant(1)), {
      name: "ShapeError",
      code: "LAYER_INPUT",
      message: 'dense("dense").apply(x): the last axis of x must be 3, got f32[].',
    });
  });
});
