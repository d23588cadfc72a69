/** The compiled backends, and what must hold of each: the interpreter's values at f32, for every operation and for whole graphs. */
import { createRuntime, evaluateAll, input, type BackendName, type Node } from "@unfold/core";
import { buildSample, findDifference, randomGraphPrograms, runOn } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { opCases } from "../ops/cases/index.js";

/** Functions are within a few ulp, sums are rounded in another order; both grow with the condition of the sample. */
const TOLERANCE = 3e-5;

/** All tests of a backend; `report().backend` says that it ran. */
export function describeBackend(backend: BackendName): void {
  describe.each(Object.entries(opCases))(`${backend}: %s`, (_, { samples }) => {
    test.each([...samples])("$title", async (sample) => {
      const { values } = buildSample(sample, 1);
      const inputs = Object.fromEntries(
        Object.entries(values).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)]),
      );
      const output = sample.build(inputs as Record<string, Node<never>>);
      const runtime = await createRuntime({ backend });
      expect(runtime.report().backend).toBe(backend);
      const { run } = await runtime.compile({ inputs, outputs: { output } });
      expectNear(run(values).output.data, evaluateAll({ output }, values, { precision: "f32" }).output.data);
    });
  });

  test(`${backend}: random graphs and their gradients, written as they are or optimized`, async () => {
    await fc.assert(
      fc.asyncProperty(randomGraphPrograms, fc.boolean(), async (program, optimize) => {
        const runtime = await createRuntime({ backend, optimize });
        expect(await findDifference(program, [{ name: backend, run: runOn(runtime) }])).toBeUndefined();
      }),
    );
  });
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [value, wanted] = [actual[i]!, expected[i]!];
    const isNear = Math.abs(value - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted));
    if (!isNear && !Object.is(value, wanted)) expect(value, `element ${i}`).toBe(wanted);
  }
}
