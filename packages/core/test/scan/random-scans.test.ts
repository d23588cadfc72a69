/** What holds of every scan, shown on random ones: it is what it expands to, and so are its derivatives. */
import {
  add,
  allOps,
  checkGradients,
  constant,
  evaluateAll,
  expandScans,
  fromJson,
  gradient,
  hessianVectorProduct,
  jvp,
  mul,
  printGraph,
  scan,
  sin,
  square,
  stack,
  substitute,
  sum,
  tanh,
  toJson,
  topologicalOrder,
  verify,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import { drawValue, randomScan, reals, type RandomScan } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optimize } from "../../src/passes/pipeline.js";
import { byNumber, expectSameBits, expectUntouched, passesAt, precisions } from "../passes/same-bits.js";

/** Sums of the same products in other orders, amplified by steps of up to eight operations, repeated. */
const RTOL = 1e-9;

/** A loss that depends on every element of every result otherwise. */
function lossOf({ results }: RandomScan): FloatNode {
  return results.map((result, i) => sum(sin(add(square(result), i)))).reduce((total, term) => add(total, term));
}

function direction(node: FloatNode, name: string): FloatNode {
  return constant(drawValue(reals(node.shape, { min: -1, max: 1 }), 3, `${node.label ?? ""} ${name}`), "f32");
}

function expectEqualValues(
  actual: readonly Node[],
  expected: readonly Node[],
  values: Readonly<Record<string, NdArray>>,
  rtol: number,
): void {
  const [found, wanted] = [actual, expected].map((nodes) => evaluateAll(byNumber(nodes), values));
  for (const name in wanted) {
    const [a, b] = [found![name]!, wanted[name]!];
    expect(a.type).toEqual(b.type);
    const scale = Math.max(1, ...Array.from(b.data, Math.abs));
    a.data.forEach((element, i) => {
      const isNear = Math.abs(element - b.data[i]!) <= rtol * scale;
      if (!isNear && !Object.is(element, b.data[i])) expect(element, `result ${name}, element ${i}`).toBe(b.data[i]);
    });
  }
}

describe.each(precisions)("at %s", (precision) => {
  test("the values are those of T copies of the step, to the last bit", () => {
    fc.assert(
      fc.property(randomScan, ({ results, values }) => {
        expectSameBits(expandScans(results), results, values, precision);
      }),
    );
  });

  test("passes change no bit of a scan and its gradient, and leave nothing to do", () => {
    fc.assert(
      fc.property(randomScan, (random) => {
        const before = [...random.results, ...gradient(lossOf(random), random.variables, { missing: "zero" })];
        const passes = passesAt(precision);
        const { results } = optimize(before, passes, (after) => {
          verify(topologicalOrder(after));
        });
        expectSameBits(before, results, random.values, precision);
        expectUntouched(optimize(results, passes).results, results);
      }),
      { numRuns: 50 },
    );
  });
});

test("the gradient is that of T copies of the step, and so is the gradient written out", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const slopes = gradient(lossOf(random), random.variables, { missing: "zero" });
      const [loss] = expandScans([lossOf(random)]);
      expectEqualValues(slopes, gradient(loss, random.variables, { missing: "zero" }), random.values, RTOL);
      expectEqualValues(slopes, expandScans(slopes), random.values, 0);
    }),
  );
});

test("a variable without a path is the same error as in T copies of the step", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const [loss] = expandScans([lossOf(random)]);
      for (const variable of random.variables) {
        const attempt = (node: FloatNode): boolean => {
          try {
            gradient(node, [variable]);
            return true;
          } catch {
            return false;
          }
        };
        expect(attempt(lossOf(random))).toBe(attempt(loss));
      }
    }),
  );
});

test("products with the Hessian are those of T copies of the step", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const { variables, values } = random;
      const along = variables.map((variable) => direction(variable, "v"));
      const [loss] = expandScans([lossOf(random)]);
      const expected = hessianVectorProduct(loss, variables, along, { missing: "zero" });
      expectEqualValues(
        hessianVectorProduct(lossOf(random), variables, along, { missing: "zero" }),
        expected,
        values,
        RTOL,
      );
      const slopes = gradient(lossOf(random), variables, { missing: "zero" });
      const inner = slopes.map((slope, i) => sum(mul(slope, along[i]!))).reduce((total, term) => add(total, term));
      expectEqualValues(gradient(inner, variables, { missing: "zero" }), expected, values, RTOL);
    }),
    { numRuns: 50 },
  );
});

test("forward and reverse mode are adjoint", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const directions = random.variables.map((variable) => [variable, direction(variable, "v")] as const);
      const loss = lossOf(random);
      const slopes = gradient(loss, random.variables, { missing: "zero" });
      const reverse = slopes
        .map((slope, i) => sum(mul(slope, directions[i]![1])))
        .reduce((total, term) => add(total, term));
      expectEqualValues(jvp([loss], directions), [reverse], random.values, RTOL);
    }),
  );
});

test("derivatives equal central differences", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const loss = lossOf(random);
      const wrt = random.variables.filter((variable) => topologicalOrder([loss]).includes(variable));
      // Steps of steps bend more than the differences can follow.
      checkGradients(loss, { wrt, values: random.values, order: 1, rtol: 1e-4, atol: 1e-5 });
    }),
  );
});

test("through JSON text, scans and their gradients print the same and compute the same bits", () => {
  fc.assert(
    fc.property(randomScan, (random) => {
      const nodes = byNumber([...random.results, ...gradient(lossOf(random), random.variables, { missing: "zero" })]);
      const copy = fromJson(JSON.parse(JSON.stringify(toJson(nodes))), allOps);
      expect(printGraph(copy)).toBe(printGraph(nodes));
      expect(evaluateAll(copy, random.values)).toEqual(evaluateAll(nodes, random.values));
    }),
    { numRuns: 50 },
  );
});

/** The scan inside the step of another, which carries the scan's first variable on. */
function nested(random: RandomScan): RandomScan {
  const [first] = random.variables as [FloatNode];
  const { outputs, final } = scan({
    steps: 2,
    delays: { x: { initial: stack([first]) } },
    step: ({ delays: { x } }) => {
      const [loss] = substitute([lossOf(random)], new Map<Node, Node>([[first, x]]));
      return { next: { x: tanh(add(x, sin(loss as FloatNode))) }, outputs: { loss: loss as FloatNode } };
    },
  });
  return { ...random, results: [outputs.loss, final.x] };
}

test("a scan inside a scan, its gradient and the gradient of that are those of copies of both steps", () => {
  fc.assert(
    fc.property(randomScan.map(nested), (random) => {
      const { variables, values, results } = random;
      expectSameBits(expandScans(results), results, values, "f64");
      const slopes = gradient(lossOf(random), variables, { missing: "zero" });
      const [loss] = expandScans([lossOf(random)]);
      const expected = gradient(loss, variables, { missing: "zero" });
      expectEqualValues(slopes, expected, values, RTOL);
      expectEqualValues(expandScans(slopes), slopes, values, 0);
      const along = variables.map((variable) => direction(variable, "v"));
      const [product, wanted] = [slopes, expected].map((nodes) =>
        nodes.map((slope, i) => sum(mul(slope, along[i]!))).reduce((total, term) => add(total, term)),
      ) as [FloatNode, FloatNode];
      expectEqualValues(
        gradient(product, variables, { missing: "zero" }),
        gradient(wanted, variables, { missing: "zero" }),
        values,
        RTOL,
      );
      const directions = variables.map((variable, i) => [variable, along[i]!] as const);
      expectEqualValues(jvp([lossOf(random)], directions), [product], values, RTOL);
      const { results: optimized } = optimize(slopes, passesAt("f64"), (after) => {
        verify(topologicalOrder(after));
      });
      expectSameBits(slopes, optimized, values, "f64");
    }),
    { numRuns: 40 },
  );
});
