/** Programs for any shape: compiled once for each, sharing parameters, bounded, and never stuck with a failure. */
import {
  add,
  createRuntime,
  ndArray,
  param,
  specialize,
  sum,
  mul,
  type FloatNode,
  type IntNode,
  type Runtime,
  type SpecializeOptions,
} from "@unfold/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

interface Inputs extends Record<string, FloatNode> {
  readonly x: FloatNode;
}

async function scaling(options: SpecializeOptions<Inputs> = {}) {
  const runtime = await createRuntime();
  const drawn: string[] = [];
  const w = param("w", 1);
  const program = specialize(
    runtime,
    ({ x }: Inputs) => {
      drawn.push(x.shape.join("×"));
      return { outputs: { y: mul(x, w) }, updates: [[w, add(w, 1)]] };
    },
    options,
  );
  return { runtime, drawn, program, w };
}

const compiled = (runtime: Runtime): number => runtime.report().programs.length;

test("one program for each combination of shapes, in any order; parameters are shared", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 }), async (sizes) => {
      const { runtime, program } = await scaling();
      for (const [i, size] of sizes.entries()) {
        const { y } = await program.run({ x: new Float32Array(size).fill(1) });
        expect([...y.data]).toEqual(new Array(size).fill(i + 1));
      }
      expect(compiled(runtime)).toBe(new Set(sizes).size);
    }),
    { numRuns: 20 },
  );
});

test("calls at the same time compile once", async () => {
  const { runtime, drawn, program } = await scaling();
  const x = ndArray([[1, 2]]);
  const all = await Promise.all([program.executable({ x }), program.executable({ x }), program.run({ x })]);
  expect(all[0]).toBe(all[1]);
  expect(drawn).toEqual(["1×2"]);
  expect(compiled(runtime)).toBe(1);
});

test("names in another order are the same shapes; another element type is another program", async () => {
  const runtime = await createRuntime();
  const program = specialize(
    runtime,
    ({ a, b }: { a: FloatNode; b: IntNode }) => ({ outputs: { a: sum(a), b: sum(b) } }),
    { dtypes: { b: "i32" } },
  );
  const first = await program.executable({ a: [1, 2], b: [3] });
  expect(await program.executable({ b: ndArray([4], { dtype: "i32" }), a: [0, 0] })).toBe(first);
  expect(await program.executable({ a: [1, 2], b: ndArray([4]) })).not.toBe(first);
  expect((await program.run({ a: [1, 2], b: [3] })).b.dtype).toBe("i32");
});

test("what was not used for longest is forgotten first", async () => {
  const { drawn, program } = await scaling({ limit: 2 });
  for (const size of [1, 2, 1, 3, 1, 2]) await program.run({ x: new Float32Array(size) });
  expect(drawn).toEqual(["1", "2", "3", "2"]);
});

test("what fails is not kept, whether it is drawn or compiled", async () => {
  const runtime = await createRuntime();
  let attempts = 0;
  const unknown = param("w", 1);
  const program = specialize(runtime, ({ x }: Inputs) => {
    attempts++;
    if (attempts === 1) throw new RangeError("not yet");
    return { outputs: { y: attempts === 2 ? mul(param("w", 3), unknown) : x } };
  });
  await expect(program.run({ x: [1] })).rejects.toThrow("not yet");
  await expect(program.run({ x: [1] })).rejects.toThrow("a name must belong to one param");
  expect([...(await program.run({ x: [1] })).y.data]).toEqual([1]);
  expect(attempts).toBe(3);
});

test("errors", async () => {
  const runtime = await createRuntime();
  const build = ({ x }: Inputs) => ({ outputs: { x } });
  expect(problemOf(() => specialize(runtime, build, { limit: 0 }))).toEqual({
    code: "SPECIALIZE",
    message: "specialize(runtime, build, options): limit must be a whole number ≥ 1, got 0.",
  });
  expect(() => specialize(runtime, undefined as never)).toThrow("build must be a function of inputs, got undefined");
  expect(() => specialize(runtime, build, { limits: 3 } as never)).toThrow('"limits"');
  const program = specialize(runtime, build);
  await expect(program.run({ x: [[1], [1, 2]] })).rejects.toThrow("run({ x }): nested lists must have equal lengths");
  await expect(program.run(undefined as never)).rejects.toThrow("run(values): values must be an object, got undefined");
  await expect(program.run({} as never)).rejects.toThrow();
});
