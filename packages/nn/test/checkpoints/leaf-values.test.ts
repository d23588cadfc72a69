/** Values of leaves out of a runtime and into another one. */
import { createRuntime, input, mul, ndArray, param, type Runtime } from "@unfold/core";
import { adam, decodeSafetensors, encodeSafetensors, readLeaves, writeLeaves } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import { describe, expect, test } from "vitest";

/** A network of one weight with its training step. */
async function trained(precision: "f32" | "f64") {
  const [w, x] = [param("w", [1, 2]), input("x", [2])];
  const runtime = await createRuntime({ precision });
  const updates = adam().apply([w], [mul(w, x)]);
  const step = await runtime.compile({ inputs: { x }, updates });
  return { w, runtime, step, leaves: updates.map(([leaf]) => leaf) };
}

test.each(["f32", "f64"] as const)("training goes on from a file to the same bits at %s", async (precision) => {
  const [a, b] = [await trained(precision), await trained(precision)];
  for (let i = 0; i < 3; i++) a.step.run({ x: [i, -1] });
  writeLeaves(b.runtime, b.leaves, decodeSafetensors(encodeSafetensors(readLeaves(a.runtime, a.leaves))).tensors);
  for (const { step } of [a, b]) step.run({ x: [0.3, 7] });
  expect(readLeaves(b.runtime, b.leaves)).toEqual(readLeaves(a.runtime, a.leaves));
});

describe("values of another network", () => {
  const write = (
    runtime: Runtime,
    leaves: Parameters<typeof readLeaves>[1],
    change: (values: Map<string, ReturnType<typeof ndArray>>) => void,
  ): void => {
    const values = readLeaves(runtime, leaves);
    change(values);
    writeLeaves(runtime, leaves, values);
  };

  test("say which are missing, of another type, or too many, and nothing has been written", async () => {
    const { w, runtime, leaves } = await trained("f32");
    expectProblem(
      () => {
        write(runtime, leaves, (values) => {
          values.delete("adam/step");
          values.set("w", ndArray([[9, 9, 9]]));
          values.set("v", ndArray(1));
        });
      },
      {
        name: "FormatError",
        code: "CHECKPOINT_MISMATCH",
        message:
          'writeLeaves(runtime, leaves, values): values must be those of the leaves, by name and type, got no "adam/step" of f32[]; "w" of f32[1, 3] instead of f32[2]; "v" of f32[], which is none of them. The checkpoint is of another network, or of other settings.',
      },
    );
    expect([...runtime.read(w).data]).toEqual([1, 2]);
  });

  test("of a larger network may be borne", async () => {
    const { runtime, leaves } = await trained("f32");
    const values = readLeaves(runtime, leaves).set("other", ndArray(1));
    writeLeaves(runtime, leaves, values, { extra: "ignore" });
  });
});
