/** What callers give whom TypeScript does not watch: each is refused by what it is, with what to do about it. */
import {
  add,
  checkArgument,
  checkFunction,
  checkKeys,
  checkRuntime,
  constant,
  createRuntime,
  drawCategorical,
  gradient,
  input,
  matmul,
  mul,
  ndArray,
  param,
  perShape,
  specialize,
  tanh,
  type NdArray,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { engine } from "../src/runtime/wasm/engine.js";
import { showValue } from "../src/show-value.js";
import { problemOf, rejectionOf } from "./problem-of.js";

/** As JavaScript sees it. */
const untyped = (value: unknown): never => value as never;

test("whatever there is can be shown, in a few words", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }), (value) => {
      const shown = showValue(value);
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.length).toBeLessThan(400);
      expect(shown).not.toContain("[object");
    }),
    { numRuns: 300 },
  );
});

test.each([
  [undefined, "undefined"],
  [null, "null"],
  ["adam", '"adam"'],
  [3n, "3n"],
  [[1, 2], "a list of 2"],
  [new Float32Array(4), "a Float32Array of 4"],
  [Promise.resolve(1), "a promise"],
  [new Map(), "a Map"],
  [input("x", [2, 3]), "a node, f32[2, 3]"],
  [ndArray([1, 2], { dtype: "i32" }), "an array, i32[2]"],
  [{ name: "dense", apply: 1 }, "an object with keys of name, apply"],
  [{}, "an object without keys"],
  [tanh, "the function tanh"],
])("%o is shown as %s", (value, shown) => {
  expect(showValue(value)).toBe(shown);
});

describe("where a node is wanted", () => {
  const x = input("x", [2]);
  test.each([
    ["a list", [1, 2], "got a list of 2. Make one of it with constant(value), or feed it through input(name, shape)."],
    ["an array", ndArray([1, 2]), "got an array, f32[2]. Make one of it with constant(value)"],
    ["a promise", Promise.resolve(x), "got a promise. Await it."],
    ["a layer", { name: "dense", apply: tanh }, "Apply the layer to a node: layer.apply(x)."],
    ["values of a recurrence", { outputs: {}, last: {} }, "Choose one of its nodes: .outputs.h of every step"],
    ["a cell", { name: "gru", scan: tanh }, "Run the cell over a sequence: cell.scan(x).outputs.h."],
  ])("%s", (_, value, message) => {
    expect(problemOf(() => add(x, untyped(value)))).toMatchObject({
      code: "NOT_A_NODE",
      message: expect.stringContaining(message) as string,
    });
  });
});

describe("where numbers are wanted", () => {
  test.each([
    ["a promise", Promise.resolve([1]), "got a promise at depth 0. Await it."],
    ["rows as typed arrays", [new Float32Array(2)], "got a Float32Array of 2 at depth 1. Put rows into one array"],
    ["a text", ["1"], 'got "1" at depth 1. Convert texts'],
    ["bytes", new ArrayBuffer(8), "Read it as numbers: new Float32Array(buffer)."],
    ["a node", constant(1), "got a node, f32[] at depth 0."],
  ])("%s", (_, value, message) => {
    expect(problemOf(() => ndArray(untyped(value))).message).toContain(message);
  });

  test("an element type by itself is no options: it would be ignored", () => {
    expect(problemOf(() => ndArray([1], untyped("i32")))).toEqual({
      code: "OPTIONS",
      message: 'ndArray(value): options must be an object with keys of dtype, shape, where, got "i32".',
    });
  });

  describe("of a program", () => {
    const doubled = async () => {
      const x = input("x", [2]);
      return (await createRuntime()).compile({ inputs: { x }, outputs: { y: mul(x, 2) } });
    };

    test("a typed array of another element type, and how to convert it", async () => {
      const { run } = await doubled();
      expect(problemOf(() => run({ x: new Uint8Array(2) }))).toEqual({
        code: "INPUT_DTYPE",
        message:
          'run({ x }): "x" must be f32[2], got a Uint8Array of 2, which holds bool. Convert it: Float32Array.from(values).',
      });
    });

    test("a misspelled name is shown beside the one that is missing", async () => {
      const { run } = await doubled();
      expect(problemOf(() => run(untyped({ X: 1 }))).message).toBe(
        'run(values): values must hold exactly the inputs "x", got no value for "x", and "X", which is not an input.',
      );
    });
  });
});

describe("arguments that are something else", () => {
  const w = param("w", 1);
  test.each([
    [
      "a shape that is no list",
      () => input("x", untyped(3)),
      "SHAPE_EXTENT",
      "a shape must be a list of sizes, got 3.",
    ],
    [
      "no shape",
      () => input("x", untyped(undefined)),
      "SHAPE_EXTENT",
      "a shape must be a list of sizes, got undefined.",
    ],
    [
      "one variable",
      () => gradient(mul(w, w), untyped(w)),
      "ARGUMENT",
      "wrt must be a list of nodes, got a node, f32[].",
    ],
    [
      "a function that is none",
      () => {
        checkFunction("f(g)", "g", 3);
      },
      "ARGUMENT",
      "f(g): g must be a function, got 3.",
    ],
    [
      "options in a promise",
      () => {
        checkKeys<object>("f(options)", "options", Promise.resolve({}), untyped({}));
      },
      "OPTIONS",
      "got a promise. Await it.",
    ],
    [
      "a list of options",
      () => {
        checkKeys<object>("f(options)", "options", [1], untyped({ a: true }));
      },
      "OPTIONS",
      "got a list of 1.",
    ],
    [
      "something without its members",
      () => {
        checkArgument("f(a)", "a must be it", { b: 1 }, { members: ["a"], fix: "Say a" });
      },
      "ARGUMENT",
      "f(a): a must be it, got an object with keys of b. Say a.",
    ],
    [
      "the promise of a runtime",
      () => {
        checkRuntime("f(runtime)", createRuntime());
      },
      "ARGUMENT",
      "runtime must be one that createRuntime made, got a promise. Await it.",
    ],
    [
      "the promise of a runtime, specialized",
      () => specialize(untyped(createRuntime()), () => ({})),
      "ARGUMENT",
      "Await it.",
    ],
  ])("%s", (_, action, code, message) => {
    expect(problemOf(action)).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  test("of a runtime", async () => {
    const runtime = await createRuntime();
    expect(problemOf(() => runtime.read(untyped("w"))).message).toContain(
      'read(leaf): the leaf must be a node, got "w".',
    );
    expect((await rejectionOf(runtime.compile({ updates: untyped({ minimize: 1 }) }))).message).toBe(
      "compile({ updates }): updates must be a list of [leaf, value], got an object with keys of minimize. An optimizer gives them: optimizer.minimize(loss).",
    );
  });
});

test("what is made for each combination of shapes is kept by its last use, and failures are not kept", async () => {
  const made: string[] = [];
  const of = perShape(async ({ x }: { readonly x: NdArray }) => {
    made.push(x.shape.join("×"));
    if (x.shape[0] === 9) throw new Error("nine");
    return await Promise.resolve(x.shape);
  }, 2);
  for (const size of [1, 2, 1, 3, 1, 2]) await of({ x: ndArray(new Float32Array(size)) });
  expect(made).toEqual(["1", "2", "3", "2"]);
  for (let i = 0; i < 2; i++) await expect(of({ x: ndArray(new Float32Array(9)) })).rejects.toThrow("nine");
  expect(made.filter((size) => size === "9").length).toBe(2);
});

test("a page that forbids WebAssembly runs on the interpreter, and the report says what would allow it", async () => {
  const real = engine()!;
  const Module = function () {
    throw new Error("violates the Content Security policy");
  };
  vi.stubGlobal("WebAssembly", Object.assign(Object.create(real) as object, { Module }));
  try {
    const runtime = await createRuntime();
    expect(runtime.report()).toMatchObject({
      backend: "interpreter f32",
      fallback: "leave to compile WebAssembly: Content-Security-Policy: script-src 'wasm-unsafe-eval'",
    });
    const a = input("a", [1, 2]);
    const { run } = await runtime.compile({ inputs: { a }, outputs: { y: matmul(a, constant([[1], [1]])) } });
    expect(run({ a: [[3, 4]] }).y.item()).toBe(7);
  } finally {
    vi.unstubAllGlobals();
  }
});

test.each([
  ["no weights", undefined, "weights must be a list or a typed array, got undefined."],
  ["an array of weights", ndArray([1]), "got an array, f32[1]. Of an array: array.data."],
])("a choice among %s", (_, weights, message) => {
  expect(problemOf(() => drawCategorical(untyped(weights), 0)).message).toContain(message);
});
