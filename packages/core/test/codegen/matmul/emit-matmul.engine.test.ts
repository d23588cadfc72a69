/** Products of every size, layout and target against sums in f64. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MatmulKernel, MatrixLayout } from "../../../src/codegen/kernel.js";
import { planMatmul } from "../../../src/codegen/matmul/plan-matmul.js";
import { panelsOf } from "../../../src/codegen/matmul/panels.js";
import type { Target } from "../../../src/codegen/wasm/target.js";
import { expectExact, runMatmul, type Placement } from "./kernel-run.js";
import { TARGETS } from "./targets.js";

interface Sample {
  readonly kernel: MatmulKernel;
  readonly placement: Placement;
}

type Order = "rows" | "columns" | "general" | "backwards" | "one";

/** A layout of a matrix with gaps of so many elements. */
function layout(rows: number, columns: number, order: Order, gap: number): MatrixLayout {
  switch (order) {
    case "rows":
      return { row: columns + gap, column: 1 };
    case "columns":
      return { row: 1, column: rows + gap };
    case "general":
      return { row: 2, column: 2 * rows + gap };
    case "backwards":
      return { row: -columns - gap, column: -1 };
    case "one":
      return { row: 0, column: 0 };
  }
}

const extent = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 40 }), fc.constantFrom(65, 100));
const gap = fc.constantFrom(0, 0, 1, 3, 8);
const order = fc.constantFrom<Order>(
  "rows",
  "rows",
  "rows",
  "columns",
  "columns",
  "columns",
  "general",
  "backwards",
  "one",
);

function samples(
  rows: fc.Arbitrary<number>,
  inner: fc.Arbitrary<number>,
  columns: fc.Arbitrary<number>,
  target: Target,
) {
  return fc
    .record({
      sizes: fc.record({ rows, inner, columns }),
      a: fc.record({ order, gap }),
      b: fc.record({ order, gap, isPacked: fc.boolean() }),
      c: gap,
      init: fc.option(fc.record({ form: fc.constantFrom("rows", "row", "one", "c"), gap })),
      last: fc.constantFrom<Placement["last"]>("a", "b", "init", "c"),
    })
    .map(({ sizes, a, b, c, init, last }): Sample => {
      const source = layout(sizes.inner, sizes.columns, b.order, b.gap);
      const distance = sizes.columns + c;
      const kernel: MatmulKernel = {
        kind: "matmul",
        ...sizes,
        a: layout(sizes.rows, sizes.inner, a.order, a.gap),
        b: b.isPacked ? "packed" : source,
        ...(b.isPacked && { panels: panelsOf(sizes.rows, sizes.columns, target) }),
        c: distance,
        init:
          init === null
            ? undefined
            : {
                row: { rows: sizes.columns + init.gap, row: 0, one: 0, c: distance }[init.form as "rows"],
                column: init.form === "one" ? 0 : 1,
              },
      };
      return { kernel, placement: { source, isInPlace: init?.form === "c", last } };
    });
}

function check({ kernel, placement }: Sample, target: Target): void {
  expectExact(runMatmul(kernel, target, placement), kernel.inner);
}

describe.each(TARGETS)("a product, %s", (_, target) => {
  test("of any sizes and layouts", () => {
    fc.assert(
      fc.property(samples(extent, extent, extent, target), (sample) => {
        check(sample, target);
      }),
      { numRuns: 400 },
    );
  });

  test("in blocks", () => {
    const long = fc.oneof(fc.integer({ min: 200, max: 1500 }), fc.constantFrom(512, 1024, 2048));
    const wide = fc.oneof(fc.integer({ min: 8, max: 20 }), fc.constantFrom(64, 65));
    fc.assert(
      fc.property(samples(wide, long, wide, target), (sample) => {
        check(sample, target);
      }),
      { numRuns: 20 },
    );
    // More rows than a block holds, and tiles of A that are copied.
    fc.assert(
      fc.property(
        samples(fc.constantFrom(200, 413, 520), fc.constantFrom(70, 360, 700), fc.constantFrom(9, 64), target),
        (sample) => {
          check(sample, target);
        },
      ),
      { numRuns: 4 },
    );
  });

  test("whose operands are copied on the way", () => {
    for (const [rows, inner, columns] of [
      [517, 400, 65],
      [600, 90, 130],
    ] as const) {
      const kernel: MatmulKernel = {
        kind: "matmul",
        rows,
        inner,
        columns,
        a: layout(rows, inner, "columns", 0),
        b: layout(inner, columns, "rows", 1),
        c: columns,
        init: { row: 0, column: 1 },
      };
      const plan = planMatmul(kernel, target);
      if (target.simd) expect(plan.form === "tiles" && plan.packsA && plan.packedPanels > 0).toBe(true);
      check({ kernel, placement: { source: layout(inner, columns, "rows", 1), isInPlace: false, last: "a" } }, target);
    }
  });

  test("with more panels than are copied at a time", () => {
    const [rows, inner, columns] = [10, 410, 901] as const;
    const source = layout(inner, columns, "rows", 3);
    const a = layout(rows, inner, "rows", 0);
    const kernel: MatmulKernel = { kind: "matmul", rows, inner, columns, a, b: source, c: columns, init: undefined };
    const plan = planMatmul(kernel, target);
    if (target.simd)
      expect(
        plan.form === "tiles" && plan.packedPanels > 1 && plan.groups.some(({ count }) => count > plan.packedPanels),
      ).toBe(true);
    check({ kernel, placement: { source, isInPlace: false, last: "b" } }, target);
  });

  test("gives an element the same bits wherever it is", () => {
    const tile = (rows: number, columns: number): readonly number[] =>
      runMatmul(
        {
          kind: "matmul",
          rows,
          inner: 37,
          columns,
          a: { row: 0, column: 1 },
          b: { row: 1, column: 0 },
          c: columns,
          init: undefined,
        },
        target,
        { source: { row: 1, column: 0 }, isInPlace: false, last: "c" },
      ).result;
    for (const [rows, columns] of [
      [1, 33],
      [2, 7],
      [5, 65],
      [23, 19],
    ] as const)
      expect(new Set(tile(rows, columns)).size).toBe(1);
  });
});
