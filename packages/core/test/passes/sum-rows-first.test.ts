/** Products of gathered rows: where few rows are read many times, what belongs to one row is added up first. */
import {
  add,
  broadcastTo,
  constant,
  createRuntime,
  evaluateAll,
  gather,
  gradient,
  input,
  matmul,
  param,
  reshape,
  scatterAdd,
  sum,
  tanh,
  topologicalOrder,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { drawValue, integers, reals } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sumRowsFirst } from "../../src/passes/sum-rows-first.js";
import { expectUntouched } from "./same-bits.js";

const LENGTH = 16;
const COLUMNS = 5;

const zeros = (shape: readonly number[]): FloatNode => broadcastTo(constant(0), shape);

interface Sizes {
  readonly rows: number;
  readonly indices: readonly number[];
  readonly length?: number;
  readonly axis?: number;
}

/** A table, rows of it multiplied by a matrix, and what is needed of the derivative. */
function embedding({ rows, indices: shape, length = LENGTH, axis = 0 }: Sizes) {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const table = input("table", axis === 0 ? [rows, length] : [length, rows]);
  const indices = input("indices", [...shape], "i32");
  const d = input("d", [count, COLUMNS]);
  const w = input("w", [length, COLUMNS]);
  const flat = axis === 0 ? reshape(gather(table, indices), [count, length]) : gather(table, indices, 1);
  return { table, indices, d, w, flat, count, rows, length };
}

type Embedding = ReturnType<typeof embedding>;

const forMatrix = ({ flat, d }: Embedding): FloatNode => matmul(flat, d, { transposeA: true });

function forTable({ indices, d, w, rows, length }: Embedding): FloatNode {
  const product = reshape(matmul(d, w, { transposeB: true }), [...indices.shape, length]);
  return scatterAdd(zeros([rows, length]), indices, product);
}

/** The sides of the largest product. */
function largestInner(results: readonly Node[]): number {
  const products = topologicalOrder(results).filter(({ op }) => op.name === "matmul");
  return Math.max(...products.flatMap(({ inputs }) => inputs[0]!.shape));
}

const shapes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 });

test.each([
  ["of the matrix", forMatrix],
  ["of the table", forTable],
] as const)(
  "the derivative %s has the values that it had, by a product of as many rows as the table has",
  (_, build) => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 40 }), fc.nat(9), (indices, rows, seed) => {
        const made = embedding({ rows, indices });
        const before = build(made);
        const [after] = sumRowsFirst.run([before]);
        expect(after !== before).toBe(2 * rows <= made.count);
        if (after !== before) expect(largestInner([after!])).toBeLessThanOrEqual(Math.max(rows, LENGTH, COLUMNS));
        const values = {
          table: drawValue(reals([rows, LENGTH], { distinct: false }), seed, "table"),
          indices: drawValue(integers([...indices], 0, rows - 1), seed, "indices"),
          d: drawValue(reals([made.count, COLUMNS], { distinct: false }), seed, "d"),
          w: drawValue(reals([LENGTH, COLUMNS], { distinct: false }), seed, "w"),
        };
        const found = evaluateAll({ before, after: after! }, values);
        found.before.data.forEach((value, i) => {
          expect(found.after.data[i]).toBeCloseTo(value, 10);
        });
      }),
    );
  },
);

describe("what looks alike stays", () => {
  const many = { rows: 4, indices: [4, 5] };
  const { table, indices, d, flat, w } = embedding(many);

  test.each<[string, Node]>([
    ["a table with more rows than half the indices", forMatrix(embedding({ ...many, rows: 11 }))],
    ["a scatter into more rows", forTable(embedding({ ...many, rows: 11 }))],
    ["rows too short to pay", forMatrix(embedding({ ...many, length: 15 }))],
    ["a scatter of rows too short to pay", forTable(embedding({ ...many, length: 15 }))],
    ["the product itself", matmul(flat, w)],
    ["rows cut in two", matmul(reshape(gather(table, indices), [40, 8]), input("e", [40, 3]), { transposeA: true })],
    [
      "what is gathered from columns",
      matmul(reshape(gather(input("t", [20, 4]), indices, 1), [20, 20]), d, { transposeA: true }),
    ],
    [
      "a scatter of parts of rows",
      scatterAdd(zeros([4, 2, 32]), indices, reshape(matmul(input("e", [40, 5]), input("v", [5, 32])), [4, 5, 2, 32])),
    ],
    [
      "a scatter along another axis",
      scatterAdd(zeros([20, 4]), indices, reshape(matmul(d, input("u", [5, 20])), [20, 4, 5]), 1),
    ],
  ])("%s", (_, node) => {
    expectUntouched(sumRowsFirst.run([node]), [node]);
  });
});

test("a model that reads tokens multiplies no gathered rows when it is trained", async () => {
  const [E, W] = [
    param("E", drawValue(reals([3, LENGTH], { distinct: false }), 1, "E")),
    param("W", drawValue(reals([LENGTH, COLUMNS], { distinct: false }), 1, "W")),
  ];
  const tokens = input("tokens", [6, 4], "i32");
  const hidden = tanh(reshape(matmul(reshape(gather(E, tokens), [24, LENGTH]), W), [6, 4, COLUMNS]));
  const loss = sum(hidden);
  const [dE, dW] = gradient(loss, [E, W]);
  const inputs = { tokens };
  const outputs = { loss, dE, dW, E: add(E, 0) };
  const values = { tokens: drawValue(integers([6, 4], 0, 2), 1, "tokens") };
  const flops = async (optimize: boolean) => {
    const runtime = await createRuntime({ optimize, backend: "wasm-simd" });
    const { run } = await runtime.compile({ inputs, outputs });
    const found = run(values);
    const expected = evaluateAll(outputs, values);
    for (const name of ["dE", "dW"] as const)
      expected[name].data.forEach((value, i) => {
        expect(found[name].data[i]).toBeCloseTo(value, 4);
      });
    return runtime.report().programs[0]!.flops!;
  };
  const product = 2 * 24 * LENGTH * COLUMNS;
  expect(await flops(false)).toBeGreaterThan(3 * product);
  expect(await flops(true)).toBeLessThan(2.5 * product);
});
