/** Functions written instruction by instruction. */
import { describe, expect, test } from "vitest";
import { FunctionBuilder } from "../../../src/codegen/wasm/function-builder.js";
import {
  MEMORY,
  PLAIN,
  SATURATING,
  SIMD,
  SIMD_LANE,
  SIMD_LANE_MEMORY,
  SIMD_MEMORY,
} from "../../../src/codegen/wasm/instructions.js";
import { InternalError } from "../../../src/errors.js";
import { ModuleBuilder } from "../../../src/codegen/wasm/module-builder.js";
import { functionOf, textOf } from "./run-function.js";

const INTEGER = { parameters: ["i32"], results: ["i32"] } as const;

describe("every instruction has the code of its name", () => {
  const unreachable = (build: (f: FunctionBuilder) => void): string => {
    const module = new ModuleBuilder();
    module.addFunction({ parameters: [], results: [] }, (f) => {
      // Behind `unreachable`, operands of any type may be taken from the stack.
      f.op("unreachable");
      build(f);
      f.op("unreachable");
    });
    return textOf(module.finish());
  };

  test.each([...Object.keys(PLAIN), ...Object.keys(SATURATING), ...Object.keys(SIMD)])("%s", (name) => {
    const text = unreachable((f) => {
      f.op(name as keyof typeof PLAIN);
    });
    expect(text.split(/\s+/)).toContain(name);
  });

  test.each([...Object.keys(MEMORY), ...Object.keys(SIMD_MEMORY)])("%s", (name) => {
    const text = unreachable((f) => {
      f.memory(name as keyof typeof MEMORY, 300);
    });
    expect(text).toContain(`${name} offset=300`);
  });

  test.each(Object.keys(SIMD_LANE_MEMORY))("%s", (name) => {
    const text = unreachable((f) => {
      f.laneMemory(name as keyof typeof SIMD_LANE_MEMORY, 1, 300);
    });
    expect(text).toMatch(new RegExp(`${name} offset=300.* 1`));
  });

  test.each(Object.keys(SIMD_LANE))("%s", (name) => {
    const text = unreachable((f) => {
      f.lane(name as keyof typeof SIMD_LANE, 3);
    });
    expect(text).toContain(`${name} 3`);
  });
});

test("constants of every type", () => {
  const { text } = functionOf({ parameters: [], results: [] }, (f) => {
    f.i32(-(2 ** 31))
      .op("drop")
      .f32(0.5)
      .op("drop")
      .f64(-2)
      .op("drop");
    f.splat("f32", 1).op("drop").splat("i32", -1).op("drop");
  });
  for (const constant of ["i32.const -2147483648", "f32.const 0x1p-1", "f64.const -0x1p+1"])
    expect(text).toContain(constant);
  expect(text).toContain("v128.const i32x4 0x3f800000 0x3f800000 0x3f800000 0x3f800000");
  expect(text).toContain("v128.const i32x4 0xffffffff 0xffffffff 0xffffffff 0xffffffff");
});

test("locals that are freed are used again, by their type", () => {
  const f = new FunctionBuilder({ parameters: ["i32", "v128"], results: [] });
  const first = f.local("i32");
  const vector = f.local("v128");
  expect([first.index, vector.index]).toEqual([2, 3]);
  f.free(first, vector);
  expect(f.local("v128")).toBe(vector);
  expect(f.local("i32")).toBe(first);
  expect(f.local("i32").index).toBe(4);
});

test("a branch of an outer block from inside loops and conditions", () => {
  const { run } = functionOf(INTEGER, (f) => {
    const [limit] = f.parameters as [(typeof f.parameters)[0]];
    const [i, sum] = [f.local("i32"), f.local("i32")];
    f.block(({ exit }) => {
      f.loop(({ exit: again }) => {
        f.get(i)
          .get(limit)
          .op("i32.ge_s")
          .if(exit, () => {
            f.get(i).i32(1).op("i32.add").tee(i).get(sum).op("i32.add").set(sum);
          });
        f.get(sum).i32(100).op("i32.gt_s").if(exit);
        again();
      });
    });
    f.get(sum);
  });
  expect([0, 1, 4, 1000].map((limit) => run(limit))).toEqual([0, 1, 10, 105]);
});

test.each([1, 3])("counting in steps of %i up to a number or a local", (step) => {
  for (const isLocal of [true, false]) {
    for (const limit of [-1, 0, 1, 2, 3, 7]) {
      const { run } = functionOf(INTEGER, (f) => {
        const [counter, turns] = [f.local("i32"), f.local("i32")];
        f.count(counter, isLocal ? f.parameters[0]! : limit, step, () => {
          f.get(turns).i32(1).op("i32.add").set(turns);
        });
        f.get(turns);
      });
      expect(run(limit)).toBe(Math.max(0, Math.ceil(limit / step)));
    }
  }
});

test("memory in bulk", () => {
  const { run, memory } = functionOf({ parameters: [], results: [] }, (f) => {
    f.i32(8).i32(7).i32(3).memoryFill();
    f.i32(20).i32(7).i32(5).memoryCopy();
  });
  run();
  const bytes = new Uint8Array(memory);
  expect([...bytes.subarray(7, 12)]).toEqual([0, 7, 7, 7, 0]);
  expect([...bytes.subarray(20, 26)]).toEqual([0, 7, 7, 7, 0, 0]);
});

test("a block that is left open is a mistake of ours", () => {
  const f = new FunctionBuilder({ parameters: [], results: [] });
  f.block(() => {
    expect(() => f.finish()).toThrow(InternalError);
  });
  expect(f.finish().length).toBeGreaterThan(0);
});
