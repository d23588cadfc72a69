/** Vectors of eight by an explicit call. */
import { createRuntime, evaluateAll, input, matmul } from "@unfold/core";
import { expect, test } from "vitest";
import { inProcess } from "../processes/in-process.js";

const isThere = process.arch === "x64" && Number.parseInt(process.versions.node, 10) >= 24;

test("is switched on where the engine has it, and products stay right", () => {
  expect(inProcess("revectorization")).toEqual({
    isEnabled: isThere,
    engine: isThere ? { revectorized: true } : {},
    backend: expect.stringMatching(/^wasm-(simd|relaxed)$/) as string,
    wrong: 0,
  });
});

test("the setting makes other code for products, with the same values", async () => {
  const [a, b] = [input("a", [16, 24]), input("b", [24, 64])];
  const outputs = { c: matmul(a, b) };
  const values = {
    a: Float32Array.from({ length: 16 * 24 }, (_, i) => (i % 11) - 5),
    b: Float32Array.from({ length: 24 * 64 }, (_, i) => (i % 7) - 3),
  };
  const expected = [...evaluateAll(outputs, values).c.data];
  const sizes = new Set<number | undefined>();
  for (const engine of [{}, { revectorized: true }]) {
    const runtime = await createRuntime({ engine, backend: "wasm-simd" });
    const { run } = await runtime.compile({ inputs: { a, b }, outputs });
    expect([...run(values).c.data]).toEqual(expected);
    sizes.add(runtime.report().programs[0]?.codeBytes);
  }
  expect(sizes.size).toBe(2);
});
