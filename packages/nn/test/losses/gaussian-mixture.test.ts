/** Mixtures of Gaussians: the densities as they are written in books, their integrals, gradients, and huge outputs. */
import {
  broadcastTo,
  checkGradients,
  constant,
  evaluate,
  gradient,
  input,
  ndArray,
  reshape,
  type FloatNode,
  type NdArray,
} from "@unfold/core";
import { crossEntropy, gaussianMixture, gaussianMixtureLikelihood, sketchMixture } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, seeds } from "../arbitraries.js";

interface Kind {
  readonly title: string;
  readonly dimensions: number;
  readonly isCorrelated: boolean;
}

const kinds: readonly Kind[] = [
  { title: "of one element", dimensions: 1, isCorrelated: false },
  { title: "of two independent elements", dimensions: 2, isCorrelated: false },
  { title: "of three independent elements", dimensions: 3, isCorrelated: false },
  { title: "of two correlated elements", dimensions: 2, isCorrelated: true },
];

function sizeOf({ dimensions, isCorrelated }: Kind, components: number): number {
  return components * (1 + 2 * dimensions + (isCorrelated ? 1 : 0));
}

/** The density of one target, as in the books: with 1 - ρ² where there is a correlation. */
function plainDensity(
  { dimensions, isCorrelated }: Kind,
  components: number,
  outputs: readonly number[],
  x: readonly number[],
) {
  const part = (start: number, count: number): readonly number[] => outputs.slice(start, start + count);
  const shares = part(0, components).map(Math.exp);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.reduce((density, share, m) => {
    const mu = part(components + m * dimensions, dimensions);
    const sigma = part(components * (1 + dimensions) + m * dimensions, dimensions).map(Math.exp);
    const z = x.map((element, d) => (element - mu[d]!) / sigma[d]!);
    const rho = isCorrelated ? Math.tanh(outputs[components * 5 + m]!) : 0;
    const cross = isCorrelated ? 2 * rho * z[0]! * z[1]! : 0;
    const distance = (z.reduce((sum, element) => sum + element ** 2, 0) - cross) / (1 - rho ** 2);
    const volume = sigma.reduce((product, s) => product * s * Math.sqrt(2 * Math.PI), Math.sqrt(1 - rho ** 2));
    return density + ((share / total) * Math.exp(-distance / 2)) / volume;
  }, 0);
}

const drawn = fc.record({ components: fc.integer({ min: 1, max: 4 }), seed: seeds });

function lossOf(
  { dimensions, isCorrelated }: Kind,
  outputs: FloatNode,
  target: FloatNode,
  components: number,
): FloatNode {
  const mixture = gaussianMixture(outputs, { components, dimensions, isCorrelated });
  return gaussianMixtureLikelihood(mixture, target, { reduction: "none" });
}

describe.each(kinds)("a mixture $title", (kind) => {
  const { dimensions, isCorrelated } = kind;

  test("costs minus the logarithm of the density", () => {
    fc.assert(
      fc.property(drawn, ({ components, seed }) => {
        const size = sizeOf(kind, components);
        // In [-1, 1], so that the density itself does not underflow.
        const halves = drawReals([2, 3, size], seed, "outputs").data.map((output) => output / 2);
        const outputs = ndArray(halves, { shape: [2, 3, size] });
        const target = drawReals([2, 3, dimensions], seed, "target");
        const found = evaluate(lossOf(kind, constant(outputs), constant(target), components));
        expect(found.shape).toEqual([2, 3]);
        found.data.forEach((loss, i) => {
          const row = [...outputs.data.subarray(i * size, (i + 1) * size)];
          const density = plainDensity(kind, components, row, [
            ...target.data.subarray(i * dimensions, (i + 1) * dimensions),
          ]);
          // Exponents up to 450, each of a few roundings, and 1 - ρ² ≥ 0.4.
          expect(Math.abs(loss + Math.log(density))).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(loss)));
        });
      }),
    );
  });

  test("has derivatives of order 1 and 2 equal to central differences", () => {
    const [outputs, target] = [input("outputs", [3, sizeOf(kind, 2)]), input("target", [3, dimensions])];
    const mixture = gaussianMixture(outputs, { components: 2, dimensions, isCorrelated });
    for (const seed of [1, 2, 3]) {
      checkGradients(gaussianMixtureLikelihood(mixture, target), {
        wrt: [outputs, target],
        values: {
          outputs: drawReals([3, sizeOf(kind, 2)], seed, "outputs"),
          target: drawReals([3, dimensions], seed, "target"),
        },
      });
    }
  });

  test("stays finite for huge outputs, with finite gradients, in 32 bits", () => {
    const size = sizeOf(kind, 3);
    const [outputs, target] = [
      input("outputs", [1, size]),
      constant(ndArray(new Float64Array(dimensions), { shape: [1, dimensions] })),
    ];
    const loss = lossOf(kind, outputs, target, 3);
    const slope = gradient(reshape(loss, []), [outputs])[0];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(-1e4, -30, 0, 30, 1e4), { minLength: size, maxLength: size }), (values) => {
        // Means up to 30: (30 e^20)² is 2e20.
        const fed = values.map((value, i) => (i >= 3 && i < 3 + 3 * dimensions ? value % 100 : value));
        const found = [loss, slope].flatMap((node) => [
          ...evaluate(node, { outputs: [fed] }, { precision: "f32" }).data,
        ]);
        expect(found.every((element) => Number.isFinite(element))).toBe(true);
      }),
    );
  });
});

test.each(kinds.filter(({ dimensions }) => dimensions < 3))("densities of a mixture $title add up to 1", (kind) => {
  const { dimensions } = kind;
  fc.assert(
    fc.property(drawn, ({ components, seed }) => {
      const outputs = drawReals([sizeOf(kind, components)], seed, "outputs");
      // σ up to e^0.5, down to e^-0.5, and |ρ| up to tanh 1, so that the grid sees every component.
      const scaled = outputs.data.map((output, i) => output * (i < components * (1 + dimensions) ? 1 : 0.25));
      const grid = gridOf(dimensions, 14, 0.2);
      const points = grid.points.shape[0]!;
      const row = constant(ndArray(scaled, { shape: outputs.shape }));
      const losses = evaluate(
        lossOf(
          kind,
          broadcastTo(reshape(row, [1, scaled.length]), [points, scaled.length]),
          constant(grid.points),
          components,
        ),
      );
      const total = Array.from(losses.data).reduce((sum, loss) => sum + Math.exp(-loss), 0) * grid.cell;
      // The sum over a grid finer than σ is that good, since a Gaussian is smooth: its error falls as e^-2(πσ/0.2)².
      expect(Math.abs(total - 1)).toBeLessThanOrEqual(1e-10);
    }),
    { numRuns: 5 },
  );
});

function gridOf(dimensions: number, radius: number, cell: number): { readonly points: NdArray; readonly cell: number } {
  const ticks = Array.from({ length: 2 * Math.round(radius / cell) + 1 }, (_, i) => i * cell - radius);
  const points = dimensions === 1 ? ticks : ticks.flatMap((x) => ticks.flatMap((y) => [x, y]));
  return { points: ndArray(points, { shape: [points.length / dimensions, dimensions] }), cell: cell ** dimensions };
}

test("one component is a Gaussian: ½ ln 2π + ln σ at its mean", () => {
  const mixture = gaussianMixture(constant([7, 3, Math.log(2)]), { components: 1 });
  const loss = evaluate(gaussianMixtureLikelihood(mixture, constant([3]))).item();
  expect(Math.abs(loss - Math.log(2 * Math.sqrt(2 * Math.PI)))).toBeLessThanOrEqual(1e-15);
});

test("a sketch is the offset's mixture and the pen's logits, in this order", () => {
  const outputs = constant(drawReals([2, 6 * 4 + 3], 1, "outputs"));
  const { offset, pen } = sketchMixture(outputs, { components: 4 });
  expect(pen.shape).toEqual([2, 3]);
  expect([...evaluate(pen).data]).toEqual([...evaluate(outputs).data.filter((_, i) => i % 27 >= 24)]);
  expect([...evaluate(offset.logits).data]).toEqual([...evaluate(outputs).data.filter((_, i) => i % 27 < 4)]);
  expect(offset.rawCorrelations!.shape).toEqual([2, 4]);
  expect(crossEntropy(pen, constant([0, 2], "i32")).shape).toEqual([]);
});

describe("errors", () => {
  const where = "gaussianMixture(outputs, options)";
  test.each([
    {
      options: { components: 2 },
      rule: 'outputs must be […, 6], got outputs = f32[4, 10] ("y"), 2 components and 1 dimensions',
    },
    {
      options: { components: 2, dimensions: 3, isCorrelated: true },
      rule: 'a correlated mixture must have 2 dimensions, got outputs = f32[4, 10] ("y"), 2 components and 3 dimensions',
    },
  ])("$rule", ({ options, rule }) => {
    const message = `${where}: ${rule}.`;
    expectProblem(() => gaussianMixture(input("y", [4, 10]), options), {
      name: "ShapeError",
      code: "MIXTURE_SHAPE",
      message,
    });
  });

  test.each([0, 1.5, NaN])("%d components or dimensions", (count) => {
    const message = `must be a whole number ≥ 1, got ${count}.`;
    expect(() => gaussianMixture(input("y", [4, 10]), { components: count })).toThrow(
      `${where}: components ${message}`,
    );
    expect(() => gaussianMixture(input("y", [4, 10]), { components: 2, dimensions: count })).toThrow(
      `dimensions ${message}`,
    );
    expect(() => sketchMixture(input("y", [4, 10]), { components: 1, penStates: count })).toThrow(
      `penStates ${message}`,
    );
  });

  test("a sketch of another size", () => {
    expectProblem(() => sketchMixture(input("y", [4, 10]), { components: 2 }), {
      name: "ShapeError",
      code: "MIXTURE_SHAPE",
      message: 'sketchMixture(outputs, options): outputs must be […, 6 · 2 + 3], got f32[4, 10] ("y").',
    });
  });

  test("targets of other positions or elements", () => {
    const mixture = gaussianMixture(input("y", [4, 10]), { components: 2, dimensions: 2 });
    for (const shape of [[4, 1], [4], [2], [], [1, 4, 2]])
      expect(() => gaussianMixtureLikelihood(mixture, input("target", shape))).toThrow(
        "for targets […S, D] logits must be",
      );
    const wrong = { ...mixture, rawCorrelations: input("r", [4, 3]) };
    expectProblem(() => gaussianMixtureLikelihood(wrong, input("target", [4, 2])), {
      name: "ShapeError",
      code: "MIXTURE_SHAPE",
      message:
        'gaussianMixtureLikelihood(mixture, target): for targets […S, D] logits must be […S, M], means and logDeviations […S, M, D], and raw correlations, of D = 2, […S, M], got logits = f32[4, 2], means = f32[4, 2, 2], logDeviations = f32[4, 2, 2], rawCorrelations = f32[4, 3] ("r"), target = f32[4, 2] ("target").',
    });
  });
});
