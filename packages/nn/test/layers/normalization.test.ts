/** Layer and root mean square normalization: the papers' equations as loops, invariances, edges. */
import {
  checkGradients,
  constant,
  evaluate,
  initialValue,
  input,
  mul,
  ndArray,
  substitute,
  type Node,
} from "@unfold/core";
import { layerNorm, rmsNorm, type LayerNorm, type RmsNorm } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { drawReals, extents, seeds } from "../arbitraries.js";

/** A few roundings of numbers up to 10 in size. */
const ATOL = 1e-13;

/** The layer with weights and biases drawn, instead of ones and zeros. */
function withDrawn(
  layer: LayerNorm | RmsNorm,
  x: Node<"f32">,
  seed: number,
): { y: Node; weight: number[]; bias: number[] } {
  const drawn = Object.entries(layer.parameters).map(
    ([name, leaf]) => [leaf, drawReals(leaf.shape, seed, name)] as const,
  );
  const y = substitute([layer.apply(x)], new Map<Node, Node>(drawn.map(([leaf, value]) => [leaf, constant(value)])))[0];
  const [weight, bias] = drawn.map(([, value]) => [...value.data]);
  return { y, weight: weight!, bias: bias ?? [] };
}

test("layerNorm is w (x - mean) / √(var + ε) + b", () => {
  fc.assert(
    fc.property(extents, extents, seeds, (rows, units, seed) => {
      const x = drawReals([rows, units], seed, "x");
      const { y, weight, bias } = withDrawn(layerNorm({ units, epsilon: 0.01 }), constant(x), seed);
      const found = evaluate(y).data;
      for (let r = 0; r < rows; r++) {
        const row = [...x.data.slice(r * units, (r + 1) * units)];
        const mean = row.reduce((sum, element) => sum + element, 0) / units;
        const variance = row.reduce((sum, element) => sum + (element - mean) ** 2, 0) / units;
        row.forEach((element, i) => {
          const expected = (weight[i]! * (element - mean)) / Math.sqrt(variance + 0.01) + bias[i]!;
          expect(Math.abs(found[r * units + i]! - expected)).toBeLessThanOrEqual(ATOL);
        });
      }
    }),
  );
});

test("rmsNorm is w x / √(mean of squares + ε)", () => {
  fc.assert(
    fc.property(extents, extents, seeds, (rows, units, seed) => {
      const x = drawReals([rows, units], seed, "x");
      const { y, weight } = withDrawn(rmsNorm({ units, epsilon: 0.01 }), constant(x), seed);
      const found = evaluate(y).data;
      for (let r = 0; r < rows; r++) {
        const row = [...x.data.slice(r * units, (r + 1) * units)];
        const rms = Math.sqrt(row.reduce((sum, element) => sum + element ** 2, 0) / units + 0.01);
        row.forEach((element, i) => {
          expect(Math.abs(found[r * units + i]! - (weight[i]! * element) / rms)).toBeLessThanOrEqual(ATOL);
        });
      }
    }),
  );
});

// Table 1 of Zhang & Sennrich 2019: neither changes when the input is scaled; layerNorm also not when it is shifted.
test("a factor before the layer changes nothing", () => {
  const x = input("x", [2, 5]);
  const values = { x: drawReals([2, 5], 1, "x") };
  for (const layer of [layerNorm({ units: 5, epsilon: 1e-12 }), rmsNorm({ units: 5, epsilon: 1e-12 })]) {
    const [plain, scaled] = [layer.apply(x), layer.apply(mul(x, 100))].map((y) => evaluate(y, values).data);
    plain!.forEach((element, i) => {
      expect(Math.abs(scaled![i]! - element)).toBeLessThan(1e-9);
    });
  }
});

describe.each([
  ["layerNorm", layerNorm({ units: 3 })],
  ["rmsNorm", rmsNorm({ units: 3 })],
] as const)("%s", (name, layer) => {
  test("starts with weights 1, under the layer's name", () => {
    expect(layer.parameters.weight.label).toBe(`${name}/weight`);
    expect([...initialValue(layer.parameters.weight).data]).toEqual([1, 1, 1]);
  });

  test("derivatives with respect to x and all parameters equal central differences", () => {
    const x = input("x", [2, 2, 3]);
    checkGradients(layer.apply(x), {
      wrt: [x, ...Object.values(layer.parameters)],
      values: { x: drawReals([2, 2, 3], 1, "x") },
    });
  });

  test.each(["f32", "f64"] as const)("equal elements, zeros and large numbers stay finite in %s", (precision) => {
    const x = constant(ndArray([7, 7, 7, 0, 0, 0, 1e15, -1e15, 1e15, 1e-30, 0, 0], { shape: [4, 3] }));
    expect([...evaluate(layer.apply(x), {}, { precision }).data].every(Number.isFinite)).toBe(true);
  });

  test("a last axis of another size is refused", () => {
    expectProblem(() => layer.apply(input("x", [3, 4])), {
      name: "ShapeError",
      code: "LAYER_INPUT",
      message: `${name}("${name}").apply(x): the last axis of x must be 3, got f32[3, 4] ("x").`,
    });
  });
});

test("without a bias layerNorm has one parameter", () => {
  expect(Object.keys(layerNorm({ units: 3, bias: false }).parameters)).toEqual(["weight"]);
});

test.each([0, -1, NaN, Infinity])("an ε of %d is refused", (epsilon) => {
  expectProblem(() => layerNorm({ units: 3, epsilon }), {
    name: "ValueError",
    code: "SETTING_RANGE",
    message: `layerNorm("layerNorm"): epsilon must be a finite number > 0, got ${epsilon}.`,
  });
});

test("0 units are refused", () => {
  expectProblem(() => rmsNorm({ units: 0 }), {
    name: "ValueError",
    code: "LAYER_SIZE",
    message: 'rmsNorm("rmsNorm"): units must be a whole number ≥ 1, got 0.',
  });
});
