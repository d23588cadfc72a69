/** What a runtime takes in the long run: nothing per step, and nothing of programs that nobody has any more. */
import { describe, expect, test } from "vitest";
import { inProcess } from "../processes/in-process.js";

// Room for all garbage of the measured steps, so that it can be counted before it is collected.
const flags = ["--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=128"];

describe.each(["wasm-simd", "interpreter"])("%s", (backend) => {
  test("10,000 steps leave nothing in the heap and do not grow memory", () => {
    const { leftPerStep, garbagePerStep, ...rest } = inProcess("steady-state", { flags, args: [backend] }) as {
      leftPerStep: number;
      garbagePerStep: number;
    };
    expect(rest).toEqual({ backend: expect.stringContaining(backend) as string, memoryGrowth: 0 });
    expect(leftPerStep).toBeLessThan(4);
    // Compiled steps make not even garbage; a smallest object would take 16 bytes.
    if (backend !== "interpreter") expect(garbagePerStep).toBeLessThan(8);
  });

  test("1,000 programs, each forgotten, leave neither heap nor memory behind", () => {
    const { heapGrowth, ...rest } = inProcess("many-programs", { flags: ["--expose-gc"], args: [backend] }) as {
      heapGrowth: number;
    };
    expect(rest).toEqual({
      backend: expect.stringContaining(backend) as string,
      programsShown: 100,
      memoryGrowth: 0,
    });
    // Of 500 programs: a fraction of what one of them takes.
    expect(heapGrowth / 500).toBeLessThan(2000);
  });
});
