/** Loop programs compute what their graphs say, and no value overwrites another that is still needed. */
import { add, constant, evaluateAll, input, mul, neg, param, type Node } from "@unfold/core";
import { buildSample, randomGraph, withGradients } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { opCases } from "../ops/cases/index.js";
import { runLowered } from "./reference/run-lowered.js";

/** Functions are approximated in compiled code, and sums are rounded in another order. */
const TOLERANCE = 3e-5;

function expectNear(actual: readonly number[], expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    const wanted = expected[i]!;
    const isNear = Math.abs(value - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted));
    if (!isNear && !Object.is(value, wanted)) expect(value, `element ${i}`).toBe(wanted);
  });
}

test("random graphs and their gradients have the values that the interpreter gives them", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      const outputs = withGradients(graph);
      const expected = evaluateAll(outputs, graph.values, { precision: "f32" });
      const { outputs: actual } = runLowered({ inputs: graph.inputs, outputs, values: graph.values });
      for (const name of Object.keys(outputs)) expectNear(actual[name]!, expected[name]!.data);
    }),
  );
});

describe.each(Object.entries(opCases))("%s", (_, { samples }) => {
  test.each([...samples])("$title", (sample) => {
    const { output, values } = buildSample(sample, 1);
    const inputs = Object.fromEntries(
      Object.keys(values).map((name) => [name, input(name, values[name]!.shape, values[name]!.dtype)]),
    );
    const again = sample.build(inputs as Record<string, Node<never>>);
    const expected = evaluateAll({ output }, values, { precision: "f32" });
    expectNear(runLowered({ inputs, outputs: { output: again }, values }).outputs["output"]!, expected.output.data);
  });
});

describe("updates", () => {
  test("read the values before the step, whatever they replace", () => {
    const a = param("a", [1, 2]);
    const b = param("b", [10, 20]);
    const { valueOf, outputs } = runLowered({
      outputs: { a, both: add(a, b) },
      updates: [
        [a, b],
        [b, add(a, a)],
      ],
    });
    expect(valueOf(a)).toEqual([10, 20]);
    expect(valueOf(b)).toEqual([2, 4]);
    expect(outputs).toEqual({ a: [1, 2], both: [11, 22] });
  });

  test("one value may replace two", () => {
    const a = param("a", [1, 2]);
    const b = param("b", [10, 20]);
    const value = mul(a, b);
    const { valueOf, outputs } = runLowered({
      outputs: { value },
      updates: [
        [a, value],
        [b, value],
      ],
    });
    expect([valueOf(a), valueOf(b), outputs["value"]]).toEqual([
      [10, 40],
      [10, 40],
      [10, 40],
    ]);
  });

  test("are computed in place where nobody reads the old value any more", () => {
    const w = param("w", [1, 2, 3]);
    const m = param("m", [0, 0, 0]);
    const next = add(mul(m, 0.5), w);
    const { program, plan, valueOf } = runLowered({
      outputs: {},
      updates: [
        [m, next],
        [w, add(w, neg(next))],
      ],
    });
    expect(program.statements.length).toBe(1);
    expect(plan.peakBytes).toBe(0);
    expect([valueOf(m), valueOf(w)]).toEqual([
      [1, 2, 3],
      [0, 0, 0],
    ]);
  });

  test("moments are computed with their weights, which also wait for a number", () => {
    const w = param("w", [1, 2, 3]);
    const m = param("m", [2, 4, 6]);
    const count = param("count", 1);
    const [nextCount, nextM] = [add(count, 1), mul(m, 0.5)];
    const { program, plan, valueOf } = runLowered({
      outputs: {},
      updates: [
        [count, nextCount],
        [m, nextM],
        [w, add(w, mul(nextM, nextCount))],
      ],
    });
    expect(program.statements.length).toBe(2);
    expect(plan.peakBytes).toBe(0);
    expect([valueOf(m), valueOf(w)]).toEqual([
      [1, 2, 3],
      [3, 6, 9],
    ]);
  });

  test("a leaf that is only replaced gets its value", () => {
    const w = param("w", [1, 2]);
    expect(runLowered({ outputs: {}, updates: [[w, constant([3, 4])]] }).valueOf(w)).toEqual([3, 4]);
  });
});
