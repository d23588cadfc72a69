/** What holds of every loss: reductions, weights, masks, derivatives, errors. */
import {
  checkGradients,
  constant,
  evaluate,
  gradient,
  input,
  ndArray,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import type { LossOptions } from "@unfold/nn";
import { expectProblem, uniformNumbers } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extents, seeds } from "../arbitraries.js";
import { lossCases, type LossCase } from "./loss-table.js";

/** Sums of at most 16 terms below 100, in another order. */
const ATOL = 1e-12;

interface Drawn {
  readonly nodes: readonly Node<never>[];
  readonly values: Readonly<Record<string, NdArray>>;
  /** Weights of the positions, some of them 0, and which ones count. */
  readonly weights: readonly number[];
  readonly mask: readonly boolean[];
}

function draw({ inputs }: LossCase, positions: readonly number[], seed: number): Drawn {
  const size = positions.reduce((product, extent) => product * extent, 1);
  const numbers = (name: string, count: number): number[] => {
    const next = uniformNumbers(seed, name);
    return Array.from({ length: count }, next);
  };
  const named = Object.entries(inputs).map(([name, { dtype, features, from }]) => {
    const shape = [...positions, ...features];
    const count = shape.reduce((product, extent) => product * extent, 1);
    return {
      node: input(name, shape, dtype) as Node as Node<never>,
      value: [name, ndArray(numbers(name, count).map(from), { dtype, shape })] as const,
    };
  });
  return {
    nodes: named.map(({ node }) => node),
    values: Object.fromEntries(named.map(({ value }) => value)),
    weights: numbers("weights", size).map((element) => (element < 0.3 ? 0 : 3 * element)),
    mask: numbers("mask", size).map((element) => element < 0.6),
  };
}

const draws = (loss: LossCase): fc.Arbitrary<Drawn & { readonly positions: readonly number[] }> =>
  fc.tuple(extents, extents, seeds).map(([rows, columns, seed]) => ({
    ...draw(loss, [rows, columns], seed),
    positions: [rows, columns],
  }));

const total = (elements: readonly number[]): number => elements.reduce((sum, element) => sum + element, 0);

describe.each(lossCases.map((loss) => [loss.name, loss] as const))("%s", (_, loss) => {
  const runWith =
    ({ nodes, values }: Drawn) =>
    (options: LossOptions): number[] => [...evaluate(loss.build(nodes, options), values).data];

  test("weights and masks multiply each position; sum and mean follow", () => {
    fc.assert(
      fc.property(draws(loss), fc.boolean(), fc.boolean(), (drawn, isWeighted, isMasked) => {
        const run = runWith(drawn);
        const shape = drawn.positions;
        const plain = run({ reduction: "none" });
        const counts = plain.map(
          (__, i) => (isWeighted ? drawn.weights[i]! : 1) * (isMasked && !drawn.mask[i]! ? 0 : 1),
        );
        const options: LossOptions = {
          ...(isWeighted && { weights: constant(ndArray(Float64Array.from(drawn.weights), { shape })) }),
          ...(isMasked && { mask: constant(ndArray([...drawn.mask], { dtype: "bool", shape }), "bool") }),
        };
        const costs = plain.map((cost, i) => cost * counts[i]!);
        run({ ...options, reduction: "none" }).forEach((cost, i) => {
          expect(Math.abs(cost - costs[i]!)).toBeLessThanOrEqual(ATOL);
        });
        expect(Math.abs(run({ ...options, reduction: "sum" })[0]! - total(costs))).toBeLessThanOrEqual(ATOL);
        const mean = total(counts) === 0 ? 0 : total(costs) / total(counts);
        expect(Math.abs(run(options)[0]! - mean)).toBeLessThanOrEqual(ATOL);
        expect(run({ ...options, reduction: "mean" })).toEqual(run(options));
      }),
      { numRuns: 40 },
    );
  });

  test("what is masked changes neither the loss nor the derivatives, which are 0 there", () => {
    fc.assert(
      fc.property(draws(loss), draws(loss), (drawn, { values: others }) => {
        const mask = constant(ndArray([...drawn.mask], { dtype: "bool", shape: [...drawn.positions] }), "bool");
        const floats = drawn.nodes.filter((node): node is Node<never> => (node as Node).dtype === "f32");
        const graphs = loss.build(drawn.nodes, { mask });
        const slopes = gradient(graphs, floats as unknown as FloatNode[]);
        const size = drawn.mask.length;
        const changed = Object.fromEntries(
          Object.entries(drawn.values).map(([name, value]) => {
            const copy = value.copy();
            const width = copy.data.length / size;
            const from = others[name]!.data;
            copy.data.forEach((element, i) => {
              const isKept = drawn.mask[Math.floor(i / width)]!;
              copy.data[i] = isKept ? element : value.dtype === "i32" ? -100 : from[i % from.length]!;
            });
            return [name, copy];
          }),
        );
        for (const graph of [graphs, ...slopes]) {
          // 0 and -0 are one.
          const [found, expected] = [changed, drawn.values].map((values) =>
            evaluate(graph, values).data.map((x) => x + 0),
          );
          expect(found).toEqual(expected);
        }
        for (const slope of slopes) {
          const { data } = evaluate(slope, changed);
          const width = data.length / size;
          data.forEach((element, i) => {
            if (!drawn.mask[Math.floor(i / width)]!) expect(Math.abs(element)).toBe(0);
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  test.each(["mean", "sum", "none"] as const)("if nothing counts the %s is 0", (reduction) => {
    const drawn = draw(loss, [2, 2], 1);
    const run = runWith(drawn);
    const nothing = run({ reduction, mask: constant([[false], [false]], "bool") });
    expect(nothing.every((element) => element === 0)).toBe(true);
    const weightless = run({ reduction, weights: constant([[0, 0]]) });
    expect(weightless.every((element) => Math.abs(element) === 0)).toBe(true);
  });

  test("NaN that is masked does not reach the loss", () => {
    const drawn = draw(loss, [2, 1], 1);
    const spoiled = Object.fromEntries(
      Object.entries(drawn.values).map(([name, value]) => {
        const copy = value.copy();
        if (value.dtype === "f32") copy.data.fill(NaN, copy.data.length / 2);
        return [name, copy];
      }),
    );
    const mask = constant([[true], [false]], "bool");
    expect(runWith({ ...drawn, values: spoiled })({ mask })).toEqual(runWith(drawn)({ mask }));
  });

  test("derivatives equal central differences", () => {
    const drawn = draw(loss, [2, 2], 3);
    const floats = drawn.nodes.filter((node) => (node as Node).dtype === "f32") as unknown as FloatNode[];
    const weights = constant([[1, 2]]);
    checkGradients(loss.build(drawn.nodes, { weights }), { wrt: floats, values: drawn.values });
  });

  test("no positions are refused by the mean, and add up to 0", () => {
    const drawn = draw(loss, [0, 2], 1);
    expect(() => loss.build(drawn.nodes, {})).toThrow(/there must be at least one element to average/);
    expect(runWith(drawn)({ reduction: "sum" })).toEqual([0]);
  });
});

describe("errors", () => {
  const loss = lossCases[0]!;
  const { nodes } = draw(loss, [2, 3], 1);
  const where = "meanSquaredError(prediction, target)";
  const refuse = (options: unknown, name: string, code: string, message: string): void => {
    expectProblem(() => loss.build(nodes, options as LossOptions), { name, code, message: `${where}: ${message}` });
  };

  test("another reduction is refused", () => {
    const rule = 'options must be a record whose reduction is "mean", "sum" or "none"';
    const message = `${rule}, got {"reduction":"max"}. Write { reduction: "sum" }.`;
    refuse({ reduction: "max" }, "ValueError", "LOSS_REDUCTION", message);
  });

  test.each([
    ["a reduction without its record", "sum", '"sum"'],
    ["nothing", null, "null"],
    ["a name that is none", { reduce: "sum" }, '"reduce"'],
  ])("%s is refused", (_, options, got) => {
    expectProblem(() => loss.build(nodes, options as LossOptions), {
      name: "ValueError",
      code: "OPTIONS",
      message: `meanSquaredError(prediction, target, options): options must be an object with keys of reduction, weights, mask, got ${got}.`,
    });
  });

  test.each([
    ["mask", { mask: constant([1, 0]) }, "mask must be bool, got f32[2]. Compare numbers: notEqual(mask, 0)."],
    [
      "weights",
      { weights: constant([1], "i32") },
      'weights must be f32, got i32[1]. Convert them: cast(weights, "f32").',
    ],
  ])("%s of another dtype are refused", (_, options, message) => {
    refuse(options, "DTypeError", "LOSS_DTYPE", message);
  });

  test("a mask with fewer axes is refused, also where it would broadcast", () => {
    refuse(
      { mask: input("mask", [3], "bool") },
      "ShapeError",
      "LOSS_SHAPE",
      'mask must have the axes of the losses, bool[2, 3], each of its size or 1, got bool[3] ("mask"). Give it axes of size 1 with reshape.',
    );
  });

  test("weights of another size are refused", () => {
    refuse(
      { weights: input("weights", [2, 2]) },
      "ShapeError",
      "LOSS_SHAPE",
      'weights must have the axes of the losses, f32[2, 3], each of its size or 1, got f32[2, 2] ("weights"). Give it axes of size 1 with reshape.',
    );
  });

  test.each([-1, NaN, Infinity])("a weight of %d is refused", (weight) => {
    refuse(
      { weights: constant([[1, weight, 1]]) },
      "ValueError",
      "LOSS_VALUE",
      `weights must be finite numbers ≥ 0, got ${weight} at position 1.`,
    );
  });
});
