/** Convolutional layers: parameters, and what they refuse. Values are held against PyTorch's. */
import { evaluate, input } from "@unfold/core";
import { convolution1d, convolution2d, countParameters } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import { expect, test } from "vitest";

// LeCun et al. 1998, section II.B: C1 of LeNet-5 has 156 trainable parameters.
test("the first layer of LeNet-5 has 156 parameters", () => {
  expect(countParameters(convolution2d({ inputs: 1, units: 6, window: 5, seed: 1 }).parameters)).toBe(156);
});

// Waibel et al. 1989: 8 units over windows of 3 × 16, 3 units over windows of 5 × 8.
test("the layers of the time-delay network for B, D and G have 392 and 123 parameters", () => {
  const [first, second] = [
    convolution1d({ name: "first", inputs: 16, units: 8, window: 3, seed: 1 }),
    convolution1d({ name: "second", inputs: 8, units: 3, window: 5, seed: 2 }),
  ];
  expect([first, second].map(({ parameters }) => countParameters(parameters))).toEqual([392, 123]);
  expect(second.apply(first.apply(input("x", [1, 15, 16]))).shape).toEqual([1, 9, 3]);
});

test("weights start Glorot uniform with fans of the whole window, biases at zero", () => {
  const { weight, bias } = convolution2d({ inputs: 4, units: 8, window: [3, 2], seed: 1 }).parameters;
  expect([weight.label, weight.shape]).toEqual(["convolution2d/weight", [3, 2, 4, 8]]);
  const limit = Math.sqrt(6 / (6 * (4 + 8)));
  const largest = Math.max(...[...evaluate(weight).data].map(Math.abs));
  expect(largest).toBeLessThan(limit);
  expect(largest).toBeGreaterThan(0.9 * limit);
  expect([...evaluate(bias!).data]).toEqual(new Array(8).fill(0));
});

test("channels first are refused", () => {
  const layer = convolution2d({ name: "images", inputs: 3, units: 8, window: 3, seed: 1 });
  expectProblem(() => layer.apply(input("x", [2, 3, 32, 32])), {
    name: "ShapeError",
    code: "LAYER_INPUT",
    message: 'convolution2d("images").apply(x): x must be f32[N, H, W, 3], channels last, got f32[2, 3, 32, 32] ("x").',
  });
});

test("groups that do not divide both channels are refused", () => {
  expectProblem(() => convolution1d({ inputs: 4, units: 6, window: 3, groups: 4, seed: 1 }), {
    name: "ValueError",
    code: "CONVOLUTION_GROUPS",
    message: 'convolution1d("convolution1d"): groups must divide inputs and units, got 4 for inputs = 4 and units = 6.',
  });
});

test.each([0, 1.5, NaN])("a window of %d is refused", (window) => {
  expectProblem(() => convolution2d({ inputs: 1, units: 1, window: [3, window], seed: 1 }), {
    name: "ValueError",
    code: "LAYER_SIZE",
    message: `convolution2d("convolution2d"): window[1] must be a whole number ≥ 1, got ${window}.`,
  });
});
