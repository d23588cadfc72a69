/** Draws from mixtures: their shares, means and covariances at any temperature, from fixed keys. */
import {
  broadcastTo,
  constant,
  createRuntime,
  evaluate,
  evaluateAll,
  foldIn,
  gaussianMixture,
  input,
  ndArray,
  randomKey,
  reshape,
  sampleMixture,
  sampleStroke,
  sketchMixture,
  type FloatNode,
} from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, seeds } from "../recurrences.js";

const COUNT = 20_000;

function repeated(row: readonly number[]): FloatNode {
  return broadcastTo(reshape(constant(row), [1, row.length]), [COUNT, row.length]);
}

/** Means, variances and covariance of pairs. */
function momentsOf(pairs: readonly (readonly [number, number])[]) {
  const average = (f: (x: number, y: number) => number): number =>
    pairs.reduce((sum, [x, y]) => sum + f(x, y), 0) / pairs.length;
  const [mx, my] = [average((x) => x), average((_, y) => y)];
  return [
    mx,
    my,
    average((x) => (x - mx) ** 2),
    average((_, y) => (y - my) ** 2),
    average((x, y) => (x - mx) * (y - my)),
  ];
}

test.each([0.25, 1, 2])(
  "at temperature %d: components by softmax(π̂ / τ), variances σ² τ, correlations ρ",
  (temperature) => {
    // Two components far apart: draws below 0 are of the first.
    const [logits, means] = [
      [0.4, -0.3],
      [
        [-50, 10],
        [50, -5],
      ],
    ];
    const [deviations, rho] = [
      [
        [1, 2],
        [0.5, 3],
      ],
      [0.6, -0.9],
    ];
    const row = [...logits, ...means.flat(), ...deviations.flat().map(Math.log), ...rho.map(Math.atanh)];
    const mixture = gaussianMixture(repeated(row), { components: 2, dimensions: 2, isCorrelated: true });
    const { data } = evaluate(sampleMixture(mixture, randomKey(3), { temperature }));
    const draws = Array.from({ length: COUNT }, (_, i) => [data[2 * i]!, data[2 * i + 1]!] as const);
    const shares = logits.map((logit) => Math.exp(logit / temperature));
    [0, 1].forEach((m) => {
      const own = draws.filter(([x]) => x < 0 === (m === 0));
      const share = shares[m]! / (shares[0]! + shares[1]!);
      // Five standard deviations of each estimate: of a count, means, variances, and a covariance.
      expect(Math.abs(own.length - share * COUNT)).toBeLessThanOrEqual(5 * Math.sqrt(COUNT * share * (1 - share)));
      const [sx, sy] = deviations[m]!.map((deviation) => deviation * Math.sqrt(temperature)) as [number, number];
      const covariance = rho[m]! * sx * sy;
      const found = momentsOf(own);
      const n = own.length;
      const expected = [
        [means[m]![0]!, sx / Math.sqrt(n)],
        [means[m]![1]!, sy / Math.sqrt(n)],
        [sx ** 2, sx ** 2 * Math.sqrt(2 / n)],
        [sy ** 2, sy ** 2 * Math.sqrt(2 / n)],
        [covariance, Math.sqrt((sx ** 2 * sy ** 2 + covariance ** 2) / n)],
      ] as const;
      expected.forEach(([value, deviation], i) => {
        expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(5 * deviation);
      });
    });
  },
);

test("elements without a correlation are independent", () => {
  const row = [0, 1, 2, 3, 0, 0.5, -0.5];
  const mixture = gaussianMixture(repeated(row), { components: 1, dimensions: 3 });
  const { data } = evaluate(sampleMixture(mixture, randomKey(5)));
  [
    [0, 1],
    [1, 2],
    [0, 2],
  ].forEach(([a, b]) => {
    const pairs = Array.from({ length: COUNT }, (_, i) => [data[3 * i + a!]!, data[3 * i + b!]!] as const);
    const [mx, my, vx, vy, covariance] = momentsOf(pairs) as [number, number, number, number, number];
    expect(Math.abs(mx - row[1 + a!]!)).toBeLessThanOrEqual(5 * Math.sqrt(vx / COUNT));
    expect(Math.abs(my - row[1 + b!]!)).toBeLessThanOrEqual(5 * Math.sqrt(vy / COUNT));
    expect(Math.abs(vx - Math.exp(2 * row[4 + a!]!))).toBeLessThanOrEqual(5 * vx * Math.sqrt(2 / COUNT));
    expect(Math.abs(covariance)).toBeLessThanOrEqual(5 * Math.sqrt((vx * vy) / COUNT));
  });
});

describe("draws", () => {
  const outputs = (seed: number): FloatNode => constant(drawReals([3, 2, 6 * 4 + 3], seed, "outputs"));

  test("at temperature 0 are the likeliest component's mean and the likeliest state, whatever the key", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const sketch = sketchMixture(outputs(seed), { components: 4 });
        const stroke = sampleStroke(sketch, randomKey(seed), { temperature: 0 });
        const { offset, pen, logits, means, states } = evaluateAll({
          ...stroke,
          logits: sketch.offset.logits,
          means: sketch.offset.means,
          states: sketch.pen,
        });
        expect([offset.shape, pen.shape]).toEqual([
          [3, 2, 2],
          [3, 2],
        ]);
        const largest = (row: ArrayLike<number>): number => Array.from(row).indexOf(Math.max(...Array.from(row)));
        for (let i = 0; i < 6; i++) {
          const component = largest(logits.data.subarray(4 * i, 4 * i + 4));
          const mean = means.data.subarray(8 * i + 2 * component, 8 * i + 2 * component + 2);
          expect([...offset.data.subarray(2 * i, 2 * i + 2)]).toEqual([...mean]);
          expect(pen.data[i]).toBe(largest(states.data.subarray(3 * i, 3 * i + 3)));
        }
      }),
      { numRuns: 20 },
    );
  });

  test("depend on the key only; a temperature may be a node; compiled as on the interpreter, to 32 bits", async () => {
    const sketch = sketchMixture(outputs(1), { components: 4 });
    const temperature = input("temperature", []);
    const key = foldIn(randomKey(1), input("step", [], "i32"));
    const stroke = sampleStroke(sketch, key, { temperature });
    const runtime = await createRuntime();
    const draw = await runtime.compile({
      inputs: { temperature },
      outputs: { ...sampleStroke(sketch, randomKey(9), { temperature }) },
    });
    const at = (step: number): number[] => [...evaluate(stroke.offset, { temperature: 0.7, step }).data];
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
    const found = draw.run({ temperature: 0.7 });
    const exact = evaluateAll({ ...sampleStroke(sketch, randomKey(9), { temperature: 0.7 }) });
    expect([...found.pen.data]).toEqual([...exact.pen.data]);
    found.offset.data.forEach((element, i) => {
      // A mean and a deviation times a normal number, each of a few roundings to 2^-24, up to 20 in size.
      expect(Math.abs(element - exact.offset.data[i]!)).toBeLessThanOrEqual(1e-4);
    });
  });
});

test("temperatures out of range and outputs of NaN are refused", () => {
  const mixture = gaussianMixture(input("y", [1, 6]), { components: 2 });
  for (const temperature of [-1, NaN, Infinity])
    expect(() => sampleMixture(mixture, randomKey(1), { temperature })).toThrow(
      "temperature must be a finite number ≥ 0",
    );
  const drawn = sampleMixture(mixture, randomKey(1));
  expect(() => evaluate(drawn, { y: ndArray([NaN, 0, 0, 0, 0, 0], { shape: [1, 6] }) })).toThrow("weights must be ≥ 0");
});
