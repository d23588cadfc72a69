/** Attention: what it looks at, and what it does when it may look at nothing. */
import {
  checkGradients,
  constant,
  evaluate,
  evaluateAll,
  gradient,
  input,
  ndArray,
  sum,
  type BoolNode,
  type FloatNode,
} from "@unfold/core";
import { attention, countParameters, multiHeadAttention, trainingMode } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, extents, seeds } from "../arbitraries.js";

const layer = multiHeadAttention({ units: 4, heads: 2, seed: 1 });

function drawMask(shape: readonly number[], seed: number): BoolNode {
  const values = [...drawReals(shape, seed, "mask").data].map((element) => element > 0);
  return constant(ndArray(values, { dtype: "bool", shape }), "bool");
}

describe("attention", () => {
  test("without a mask weights are softmax(q kᵀ / √D), and the output their mean of values", () => {
    fc.assert(
      fc.property(extents, extents, extents, seeds, (queries, keys, size, seed) => {
        const [q, k, v] = [
          drawReals([queries, size], seed, "q"),
          drawReals([keys, size], seed, "k"),
          drawReals([keys, 2], seed, "v"),
        ];
        const found = evaluateAll({ ...attention(constant(q), constant(k), constant(v)) }, {});
        for (let t = 0; t < queries; t++) {
          const scores = Array.from({ length: keys }, (_, j) => {
            let score = 0;
            for (let i = 0; i < size; i++) score += q.data[t * size + i]! * k.data[j * size + i]!;
            return Math.exp(score / Math.sqrt(size));
          });
          const total = scores.reduce((a, b) => a + b, 0);
          for (let c = 0; c < 2; c++) {
            const expected = scores.reduce((mean, score, j) => mean + (score / total) * v.data[j * 2 + c]!, 0);
            expect(Math.abs(found.output.data[t * 2 + c]! - expected)).toBeLessThan(1e-13);
          }
        }
      }),
    );
  });

  test("weights add up to 1 and are 0 where masked; a row that is masked as a whole is 0", () => {
    fc.assert(
      fc.property(extents, extents, seeds, (queries, keys, seed) => {
        const mask = drawMask([queries, keys], seed);
        const [q, k] = [constant(drawReals([queries, 3], seed, "q")), constant(drawReals([keys, 3], seed, "k"))];
        const weights = [...evaluate(attention(q, k, k, { mask }).weights).data];
        const allowed = [...evaluate(mask).data];
        for (let t = 0; t < queries; t++) {
          const row = weights.slice(t * keys, (t + 1) * keys);
          const open = allowed.slice(t * keys, (t + 1) * keys);
          row.forEach((weight, j) => {
            if (open[j] === 0) expect(weight).toBe(0);
          });
          const expected = open.includes(1) ? 1 : 0;
          expect(Math.abs(row.reduce((a, b) => a + b, 0) - expected)).toBeLessThan(1e-14);
        }
      }),
    );
  });

  test.each(["f32", "f64"] as const)("scores of ±1e4 and masked rows have finite derivatives in %s", (precision) => {
    const [q, k, v] = ["q", "k", "v"].map((name) => input(name, [2, 1])) as [FloatNode, FloatNode, FloatNode];
    const mask = constant(
      [
        [true, true],
        [false, false],
      ],
      "bool",
    );
    const { output } = attention(q, k, v, { mask });
    const [slopeQ, slopeK, slopeV] = gradient(sum(output), [q, k, v]);
    const values = { q: [[100], [100]], k: [[100], [-100]], v: [[1], [2]] };
    const found = evaluateAll({ output, slopeQ: slopeQ, slopeK: slopeK, slopeV: slopeV }, values, { precision });
    expect([...found.output.data]).toEqual([1, 0]);
    expect([...found.slopeV.data]).toEqual([1, 0]);
    for (const { data } of Object.values(found)) expect([...data].every(Number.isFinite)).toBe(true);
  });

  test("derivatives equal central differences, a masked row included", () => {
    const [q, k, v] = ["q", "k", "v"].map((name) => input(name, [3, 2])) as [FloatNode, FloatNode, FloatNode];
    const mask = constant(
      [
        [true, false, true],
        [false, false, false],
        [true, true, true],
      ],
      "bool",
    );
    checkGradients(attention(q, k, v, { mask }).output, {
      wrt: [q, k, v],
      values: { q: drawReals([3, 2], 1, "q"), k: drawReals([3, 2], 1, "k"), v: drawReals([3, 2], 1, "v") },
    });
  });

  test("shapes that do not fit are refused", () => {
    expectProblem(() => attention(input("q", [3, 2]), input("k", [4, 5]), input("v", [4, 5])), {
      name: "ShapeError",
      code: "ATTENTION_SHAPE",
      message:
        'attention(queries, keys, values): queries must be f32[...S, T, D], keys f32[...S, K, D] and values f32[...S, K, V], got queries = f32[3, 2] ("q"), keys = f32[4, 5] ("k") and values = f32[4, 5] ("v").',
    });
  });

  test("a mask of another shape is refused", () => {
    const q = input("q", [3, 2]);
    expect(() => attention(q, q, q, { mask: input("mask", [2, 3, 3], "bool") })).toThrow(/broadcast/);
  });
});

describe("multiHeadAttention", () => {
  const x = drawReals([4, 2, 4], 1, "x");
  const run = (y: FloatNode, values = {}): number[] => [...evaluate(y, values).data];

  test("a causal step is the last step of the sequence up to it", () => {
    const causal = multiHeadAttention({ units: 4, heads: 2, causal: true, seed: 1 });
    const whole = run(causal.apply(constant(x)));
    for (let steps = 1; steps <= 4; steps++) {
      const part = ndArray(x.data.slice(0, steps * 8) as Float64Array, { shape: [steps, 2, 4] });
      run(layer.apply(constant(part)))
        .slice(-8)
        .forEach((element, i) => {
          expect(Math.abs(element - whole[(steps - 1) * 8 + i]!)).toBeLessThan(1e-13);
        });
    }
  });

  test("padding changes nothing, NaN excepted", () => {
    const padded = ndArray(Float64Array.from([...x.data, ...drawReals([3, 2, 4], 2, "padding").data]), {
      shape: [7, 2, 4],
    });
    const keyMask = constant(
      Array.from({ length: 7 }, (_, t) => [t < 4, t < 4]),
      "bool",
    );
    const found = run(layer.attend(constant(padded), constant(padded), { keyMask }).output).slice(0, 32);
    run(layer.apply(constant(x))).forEach((element, i) => {
      expect(Math.abs(found[i]! - element)).toBeLessThan(1e-13);
    });
  });

  test("without positions it does not know the order: permuted keys give the same", () => {
    const reversed = ndArray(Float64Array.from([3, 2, 1, 0].flatMap((t) => [...x.data.slice(t * 8, (t + 1) * 8)])), {
      shape: [4, 2, 4],
    });
    const found = run(layer.attend(constant(x), constant(reversed)).output);
    run(layer.apply(constant(x))).forEach((element, i) => {
      expect(Math.abs(found[i]! - element)).toBeLessThan(1e-13);
    });
  });

  test("a query that may see nothing gets the bias of the last layer, in training too", () => {
    const dropping = multiHeadAttention({ units: 4, heads: 2, dropout: 0.5, seed: 1 });
    const keyMask = constant(
      [0, 1, 2, 3].map(() => [true, false]),
      "bool",
    );
    const { output } = dropping.attend(constant(x), constant(x), { keyMask }, trainingMode(1));
    const found = run(output);
    expect(found.every(Number.isFinite)).toBe(true);
    for (let t = 0; t < 4; t++) expect(found.slice(t * 8 + 4, t * 8 + 8)).toEqual([0, 0, 0, 0]);
  });

  test("dropout acts in training only", () => {
    const dropping = multiHeadAttention({ units: 4, heads: 2, dropout: 0.5, seed: 1 });
    expect(run(dropping.apply(constant(x)))).toEqual(run(layer.apply(constant(x))));
    expect(run(dropping.apply(constant(x), trainingMode(1)))).not.toEqual(run(layer.apply(constant(x))));
  });

  test("its parameters are a tree with paths under its name", () => {
    const { query, output } = layer.parameters;
    expect([query, output].map((tree) => (tree["weight"] as FloatNode).label)).toEqual([
      "attention/query/weight",
      "attention/output/weight",
    ]);
    expect(countParameters(layer.parameters)).toBe(4 * (4 * 4 + 4));
  });

  test("heads that do not divide the units are refused", () => {
    expectProblem(() => multiHeadAttention({ units: 6, heads: 4, seed: 1 }), {
      name: "ValueError",
      code: "ATTENTION_HEADS",
      message: 'multiHeadAttention("attention"): heads must divide units, got 4 for units = 6.',
    });
  });

  test("a source of another batch is refused", () => {
    expectProblem(() => layer.attend(input("x", [3, 2, 4]), input("memory", [5, 1, 4])), {
      name: "ShapeError",
      code: "ATTENTION_INPUT",
      message:
        'multiHeadAttention("attention").attend(queries, source): queries must be f32[T, B, 4] and source f32[K, B, 4], time-major, got queries = f32[3, 2, 4] ("x") and source = f32[5, 1, 4] ("memory").',
    });
  });

  test("a mask of keys that is batch-major is refused", () => {
    expectProblem(
      () => layer.attend(input("x", [3, 2, 4]), input("m", [5, 2, 4]), { keyMask: input("mask", [2, 5], "bool") }),
      {
        name: "ShapeError",
        code: "ATTENTION_INPUT",
        message:
          'multiHeadAttention("attention").attend(queries, source): keyMask must be bool[5, 2], a truth value for each key, got bool[2, 5] ("mask").',
      },
    );
  });
});
