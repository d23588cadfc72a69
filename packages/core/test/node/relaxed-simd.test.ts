/** Relaxed SIMD by an explicit call, each time in a process of its own. */
import { expect, test } from "vitest";
import { inProcess } from "../processes/in-process.js";

const isBehindFlag = process.versions.node.startsWith("20.");

interface Told {
  readonly before?: { readonly backend: string; readonly squares: readonly number[] };
  readonly first: { readonly isFlagSet: boolean; readonly relaxed: boolean; readonly fma: boolean };
  readonly second: Told["first"];
  readonly after: { readonly backend: string; readonly fma: boolean; readonly squares: readonly number[] };
  readonly later?: Told["before"];
}

test("called first of all, runtimes use it, and the result says so", () => {
  const { first, second, after } = inProcess("relaxed-simd") as Told;
  expect(first).toMatchObject({ isFlagSet: isBehindFlag, relaxed: true });
  expect(after).toEqual({
    backend: first.fma ? "wasm-relaxed" : "wasm-simd",
    fma: first.fma,
    fallback: first.fma ? "none" : "fused multiply-add of relaxed SIMD",
    squares: [1, 4, 9, 16],
  });
  expect(second).toEqual({ ...first, isFlagSet: false });
});

test("called late, it counts for later runtimes; one that exists stays as it is and goes on working", () => {
  const { before, first, after, later } = inProcess("relaxed-simd", { args: ["late"] }) as Told;
  expect(after).toMatchObject({ fma: first.fma, squares: [1, 4, 9, 16] });
  expect(later).toEqual(before);
  expect(before?.backend).toBe(isBehindFlag ? "wasm-simd" : after.backend);
});
