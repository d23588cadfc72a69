/** Glorot's initializers: bounds, variance, fans. */
import { glorotNormal, glorotUniform } from "@unfold/nn";
import { describe, expect, test } from "vitest";
import { randomSource } from "../../src/random/host-random.js";
import { expectProblem } from "@unfold/testkit";
import { moments, sample, tolerances } from "./moments.js";

/** Shapes of about 10,000 elements with their fan in + fan out. */
const shapes = [
  { shape: [100, 100], fans: 200 },
  { shape: [10, 1000], fans: 1010 },
  { shape: [1000, 10], fans: 1010 },
  // A convolution: each of the 3 · 2 positions has 20 inputs and 80 units.
  { shape: [3, 2, 20, 80], fans: 600 },
];

describe.each(shapes)("glorotUniform of $shape", ({ shape, fans }) => {
  const elements = sample(glorotUniform, shape);
  const limit = Math.sqrt(6 / fans);

  test("stays within ±√(6 / fans) and comes close to it", () => {
    const largest = Math.max(...elements.map(Math.abs));
    expect(largest).toBeLessThan(limit);
    // 10,000 numbers all below 0.998 of the limit: a chance of e^-20.
    expect(largest).toBeGreaterThan(0.998 * limit);
  });

  test("has mean 0 and variance 2 / fans", () => {
    const { mean, variance } = moments(elements);
    const tolerance = tolerances(2 / fans, 9 / 5, elements.length);
    expect(Math.abs(mean)).toBeLessThan(tolerance.mean);
    expect(Math.abs(variance - 2 / fans)).toBeLessThan(tolerance.variance);
  });
});

describe.each(shapes)("glorotNormal of $shape", ({ shape, fans }) => {
  const elements = sample(glorotNormal, shape);

  test("has mean 0 and variance 2 / fans", () => {
    const { mean, variance } = moments(elements);
    const tolerance = tolerances(2 / fans, 3, elements.length);
    expect(Math.abs(mean)).toBeLessThan(tolerance.mean);
    expect(Math.abs(variance - 2 / fans)).toBeLessThan(tolerance.variance);
  });

  test("is normal: 5 % lie beyond 1.96 deviations", () => {
    const beyond = elements.filter((element) => Math.abs(element) > 1.959963984540054 * Math.sqrt(2 / fans)).length;
    const expected = 0.05 * elements.length;
    expect(Math.abs(beyond - expected)).toBeLessThan(5 * Math.sqrt(0.95 * expected));
  });
});

describe.each([
  ["glorotUniform", glorotUniform],
  ["glorotNormal", glorotNormal],
] as const)("%s", (name, initializer) => {
  test.each([
    { shape: [], text: "[]" },
    { shape: [5], text: "[5]" },
  ])("refuses the shape $text", ({ shape, text }) => {
    expectProblem(() => initializer(shape, randomSource(1, "b")), {
      name: "ShapeError",
      code: "FAN_RANK",
      message: `${name}: a weight must have at least two axes, [inputs, units], got ${text}. Use zeros, uniform or normal for biases.`,
    });
  });

  test("gives nothing for an empty shape", () => {
    expect([...initializer([0, 0], randomSource(1, "w")).data]).toEqual([]);
  });
});
