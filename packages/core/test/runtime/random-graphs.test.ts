/** What holds of the values of every graph, shown on random ones: precisions agree, and so do all ways to run. */
import { createRuntime, evaluate, evaluateAll, topologicalOrder } from "@unfold/core";
import { randomGraph, withGradients } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

/** f32 against f64: one rounding of 6e-8 per node, amplified by the condition of up to 8 operations. */
const F32_TOLERANCE = 1e-4;

test("precision f32 is near f64, and every element is an f32", () => {
  fc.assert(
    fc.property(randomGraph, ({ output, values }) => {
      const exact = evaluate(output, values).data;
      const rounded = evaluate(output, values, { precision: "f32" }).data;
      rounded.forEach((element, i) => {
        expect(Math.abs(element - exact[i]!)).toBeLessThanOrEqual(F32_TOLERANCE * Math.max(1, Math.abs(exact[i]!)));
        expect(element).toBe(Math.fround(element));
      });
    }),
  );
});

test.each(["f32", "f64"] as const)("the interpreter equals evaluate to the last bit (%s)", async (precision) => {
  await fc.assert(
    fc.asyncProperty(randomGraph, async (graph) => {
      const outputs = withGradients(graph);
      const runtime = await createRuntime({ precision, backend: "interpreter", optimize: "exact" });
      const { run } = await runtime.compile({ inputs: graph.inputs, outputs });
      const results = run(graph.values);
      const expected = evaluateAll(outputs, graph.values, { precision });
      for (const name of Object.keys(outputs)) expect(results[name]!.data).toEqual(expected[name]!.data);
    }),
  );
});

test("a second run gives the same bits, whatever was fed between", async () => {
  await fc.assert(
    fc.asyncProperty(randomGraph, async (graph) => {
      const outputs = withGradients(graph);
      const { run } = await (await createRuntime()).compile({ inputs: graph.inputs, outputs });
      const copies = (): unknown[] => Object.values(run(graph.values)).map((result) => [...result.data]);
      const first = copies();
      run(Object.fromEntries(Object.entries(graph.inputs).map(([name, { shape }]) => [name, zeros(shape)])));
      expect(copies()).toEqual(first);
    }),
  );
});

test("nodes computed together or one by one have the same values", () => {
  fc.assert(
    fc.property(randomGraph, ({ output, values }) => {
      const order = topologicalOrder([output]);
      const together = evaluateAll(Object.fromEntries(order.map((node, i) => [`n${i}`, node])), values);
      order.forEach((node, i) => {
        expect(evaluateAll({ node }, values).node.data).toEqual(together[`n${i}`]!.data);
      });
    }),
  );
});

/** Zeros of any dtype, as a flat list. */
function zeros(shape: readonly number[]): number[] | number {
  return shape.length === 0 ? 0 : new Array<number>(shape.reduce((size, extent) => size * extent, 1)).fill(0);
}
