/** Initializers whose variance follows from the fans: bounds, variance, fans. */
import { glorotNormal, glorotUniform, heNormal, heUniform, lecunNormal, lecunUniform } from "@unfold/nn";
import { describe, expect, test } from "vitest";
import { randomSource } from "../../src/random/host-random.js";
import { expectProblem } from "@unfold/testkit";
import { moments, sample, tolerances } from "./moments.js";

/** Shapes of about 10,000 elements with their fans. */
const shapes = [
  { shape: [100, 100], fanIn: 100, fanOut: 100 },
  { shape: [10, 1000], fanIn: 10, fanOut: 1000 },
  { shape: [1000, 10], fanIn: 1000, fanOut: 10 },
  // A convolution: each of the 3 · 2 positions has 20 inputs and 80 units.
  { shape: [3, 2, 20, 80], fanIn: 120, fanOut: 480 },
];

const families = [
  {
    title: "Glorot",
    initializers: { glorotUniform, glorotNormal },
    variance: (fanIn: number, fanOut: number) => 2 / (fanIn + fanOut),
  },
  { title: "He", initializers: { heUniform, heNormal }, variance: (fanIn: number) => 2 / fanIn },
  { title: "LeCun", initializers: { lecunUniform, lecunNormal }, variance: (fanIn: number) => 1 / fanIn },
];

describe.each(families)("$title", ({ initializers, variance: varianceOf }) => {
  const [[uniformName, uniform], [normalName, normal]] = Object.entries(initializers) as [
    [string, typeof glorotUniform],
    [string, typeof glorotNormal],
  ];

  describe.each(shapes)("$shape", ({ shape, fanIn, fanOut }) => {
    const expected = varianceOf(fanIn, fanOut);

    test("uniform: stays within ±√(3 variance) and comes close to it", () => {
      const limit = Math.sqrt(3 * expected);
      const largest = Math.max(...sample(uniform, shape).map(Math.abs));
      expect(largest).toBeLessThan(limit);
      // 10,000 numbers all below 0.998 of the limit: a chance of e^-20.
      expect(largest).toBeGreaterThan(0.998 * limit);
    });

    test.each([
      [uniformName, uniform, 9 / 5],
      [normalName, normal, 3],
    ] as const)("%s: mean 0 and the variance", (_, initializer, kurtosis) => {
      const elements = sample(initializer, shape);
      const { mean, variance } = moments(elements);
      const tolerance = tolerances(expected, kurtosis, elements.length);
      expect(Math.abs(mean)).toBeLessThan(tolerance.mean);
      expect(Math.abs(variance - expected)).toBeLessThan(tolerance.variance);
    });

    test("normal: 5 % lie beyond 1.96 deviations", () => {
      const elements = sample(normal, shape);
      const beyond = elements.filter((element) => Math.abs(element) > 1.959963984540054 * Math.sqrt(expected)).length;
      const count = 0.05 * elements.length;
      expect(Math.abs(beyond - count)).toBeLessThan(5 * Math.sqrt(0.95 * count));
    });
  });

  describe.each([
    [uniformName, uniform],
    [normalName, normal],
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
});
