/** Reading a node slice by slice: the gradient is one concat while the slices are disjoint, and right in any case. */
import {
  add,
  checkGradients,
  customGradient,
  evaluate,
  gradient,
  input,
  mul,
  pad,
  printGraph,
  slice,
  split,
  sum,
  tanh,
  topologicalOrder,
  unstack,
  type FloatNode,
} from "@unfold/core";
import fc from "fast-check";
import { expect, test } from "vitest";

const ROWS = 6;
const x = input("x", [ROWS, 2]);
const values = { x: Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(i)) };

/** Σ k · sum(part), so that every part has a derivative of its own. */
function weighted(parts: readonly FloatNode[]): FloatNode {
  return parts.map((part, i) => mul(i + 1, sum(part))).reduce((total, term) => add(total, term));
}

function countOf(name: string, node: FloatNode): number {
  return topologicalOrder([node]).filter(({ op }) => op.name === name).length;
}

test("slices of any ranges and steps, disjoint or not, add up", () => {
  const range = fc.tuple(fc.nat({ max: ROWS - 1 }), fc.integer({ min: 1, max: ROWS }), fc.constantFrom(1, 2));
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), (ranges) => {
      const parts = ranges.map(([start, size, step]) => slice(x, { axis: 0, start, stop: start + size, step }));
      const [dx] = gradient(weighted(parts), [x]);
      const expected = new Float64Array(2 * ROWS);
      ranges.forEach(([start, size, step], i) => {
        for (let row = start; row < Math.min(start + size, ROWS); row += step)
          for (const column of [0, 1]) expected[2 * row + column]! += i + 1;
      });
      expect([...evaluate(dx).data]).toEqual([...expected]);
    }),
  );
});

test("slices along different axes add up", () => {
  const parts = [slice(x, { axis: 0, start: 2, stop: 4 }), slice(x, { axis: 1, start: 1 })];
  const [dx] = gradient(weighted(parts), [x]);
  expect([...evaluate(dx).data]).toEqual([0, 2, 0, 2, 1, 3, 1, 3, 0, 2, 0, 2]);
});

test("slices along two axes at once add up", () => {
  const corner = (start: number): FloatNode => slice(x, { axis: 0, start, stop: start + 2 }, { axis: 1, start: 1 });
  const [dx] = gradient(weighted([corner(0), corner(3)]), [x]);
  expect([...evaluate(dx).data]).toEqual([0, 1, 0, 1, 0, 0, 0, 2, 0, 2, 0, 0]);
});

test("contributions padded with another value than 0 add up", () => {
  const rows = (start: number): FloatNode =>
    customGradient([x], slice(x, { axis: 0, start, stop: start + 1 }), {
      vjp: ({ cotangent }) => [pad(cotangent, [{ axis: 0, before: start, after: ROWS - 1 - start }], 10)],
    });
  const [dx] = gradient(weighted([rows(0), rows(1)]), [x]);
  expect([...evaluate(dx).data]).toEqual([11, 11, 12, 12, ...new Array<number>(2 * (ROWS - 2)).fill(20)]);
});

test("slices beside a use of the whole add up", () => {
  const loss = add(weighted(split(x, 2, 0)), sum(x));
  expect([...evaluate(gradient(loss, [x])[0]).data]).toEqual([2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3]);
});

test("disjoint slices become one concat, with zeros where nothing was read", () => {
  const parts = [slice(x, { axis: 0, start: 4, stop: 5 }), slice(x, { axis: 0, start: 1, stop: 3 })];
  const [dx] = gradient(weighted(parts), [x]);
  expect(printGraph(dx).split("\n").at(-2)).toMatch(
    /^%\d+ = concat\(%\d+, %\d+, %\d+, %\d+, %\d+\) \{axis: 0\} : f32\[6, 2\]$/,
  );
  expect([countOf("pad", dx), countOf("add", dx), countOf("concat", dx)]).toEqual([0, 0, 1]);
  expect([...evaluate(dx).data]).toEqual([0, 0, 2, 2, 2, 2, 0, 0, 1, 1, 0, 0]);
});

test("overlapping slices do not", () => {
  const parts = [slice(x, { axis: 0, stop: 3 }), slice(x, { axis: 0, start: 2 })];
  expect(countOf("concat", gradient(weighted(parts), [x])[0])).toBe(0);
});

test("reading a sequence step by step costs a gradient linear in its length", () => {
  const elements = (steps: number): number => {
    const sequence = input("sequence", [steps, 8]);
    const [dSequence] = gradient(weighted(unstack(sequence).map((row) => tanh(row))), [sequence]);
    const created = topologicalOrder([dSequence]);
    return created.reduce((total, { shape }) => total + shape.reduce((size, extent) => size * extent, 1), 0);
  };
  // Zeros padded around each of n slices would make it four times as much.
  expect(elements(200) / elements(100)).toBeLessThan(2.01);
});

test("and it can be differentiated again", () => {
  const loss = sum(mul(tanh(unstack(x)[0]!), tanh(unstack(x)[3]!)));
  checkGradients(loss, { wrt: [x], values, order: 2 });
});
