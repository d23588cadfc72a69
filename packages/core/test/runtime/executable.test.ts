/** What run accepts and returns, and what compile refuses. */
import {
  add,
  constant,
  createRuntime,
  greater,
  input,
  mul,
  ndArray,
  param,
  placeholder,
  reshape,
  type CompileRequest,
  type NodeRecord,
  type TensorValue,
} from "@unfold/core";
import { beforeAll, describe, expect, test } from "vitest";
import { problemOf, rejectionOf, type SeenProblem } from "../problem-of.js";

const x = input("x", [2, 3]);
const tokens = input("tokens", [2], "i32");
const mask = input("mask", [2], "bool");

describe("feeding", () => {
  let run: (values: Readonly<Record<"x" | "tokens" | "mask", TensorValue>>) => NodeRecordValues;
  interface NodeRecordValues {
    readonly x: { readonly data: ArrayLike<number> };
    readonly tokens: { readonly data: ArrayLike<number> };
    readonly mask: { readonly data: ArrayLike<number> };
  }
  const right = { x: [1, 2, 3, 4, 5, 6], tokens: [7, 8], mask: [true, false] };

  beforeAll(async () => {
    const runtime = await createRuntime();
    ({ run } = await runtime.compile({ inputs: { x, tokens, mask }, outputs: { x, tokens, mask } }));
  });

  test.each<[string, TensorValue]>([
    [
      "nested lists",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    ["a flat list", [1, 2, 3, 4, 5, 6]],
    ["a Float32Array", new Float32Array([1, 2, 3, 4, 5, 6])],
    ["a Float64Array", new Float64Array([1, 2, 3, 4, 5, 6])],
    [
      "an NdArray",
      ndArray([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ],
  ])("f32 from %s", (_, value) => {
    expect(Array.from(run({ ...right, x: value }).x.data)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("i32 and bool from lists and typed arrays", () => {
    const lists = run(right);
    expect([Array.from(lists.tokens.data), Array.from(lists.mask.data)]).toEqual([
      [7, 8],
      [1, 0],
    ]);
    const typed = run({ ...right, tokens: new Int32Array([-1, 2]), mask: new Uint8Array([0, 1]) });
    expect([Array.from(typed.tokens.data), Array.from(typed.mask.data)]).toEqual([
      [-1, 2],
      [0, 1],
    ]);
  });

  test("NaN, infinities and -0 pass", () => {
    const special = [NaN, Infinity, -Infinity, -0, 0, 1e-45];
    const rounded = special.map(Math.fround);
    expect(Array.from(run({ ...right, x: special }).x.data)).toEqual(rounded);
    expect(Array.from(run({ ...right, x: new Float64Array(special) }).x.data)).toEqual(rounded);
  });

  test("what is fed is copied", () => {
    const given = new Float32Array(6);
    const { x: result } = run({ ...right, x: given });
    given.fill(9);
    expect(Array.from(result.data)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, SeenProblem])[] = [
    [
      "a missing input",
      { x: right.x, tokens: right.tokens },
      {
        code: "INPUT_MISSING",
        message: 'run(values): values must hold exactly the inputs "x", "tokens", "mask", got no value for "mask".',
      },
    ],
    [
      "an input that is undefined",
      { ...right, x: undefined, mask: undefined },
      {
        code: "INPUT_MISSING",
        message:
          'run(values): values must hold exactly the inputs "x", "tokens", "mask", got no value for "x", "mask".',
      },
    ],
    [
      "an input there is not",
      { ...right, token: [1, 2] },
      {
        code: "INPUT_UNKNOWN",
        message:
          'run(values): values must hold exactly the inputs "x", "tokens", "mask", got "token", which is not an input.',
      },
    ],
    [
      "nested lists of another shape",
      {
        ...right,
        x: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
      { code: "INPUT_SHAPE", message: 'run({ x }): "x" must be f32[2, 3], 6 elements, got [3, 2].' },
    ],
    [
      "a flat list of another length",
      { ...right, x: [1, 2, 3] },
      { code: "INPUT_SHAPE", message: 'run({ x }): "x" must be f32[2, 3], 6 elements, got 3 elements.' },
    ],
    [
      "a number",
      { ...right, x: 1 },
      { code: "INPUT_SHAPE", message: 'run({ x }): "x" must be f32[2, 3], 6 elements, got [].' },
    ],
    [
      "a typed array of another length",
      { ...right, x: new Float32Array(7) },
      { code: "INPUT_SHAPE", message: 'run({ x }): "x" must be f32[2, 3], 6 elements, got 7 elements.' },
    ],
    [
      "an NdArray of another shape with as many elements",
      { ...right, x: ndArray(right.x) },
      { code: "INPUT_SHAPE", message: 'run({ x }): "x" must be f32[2, 3], 6 elements, got [6].' },
    ],
    [
      "ragged lists",
      {
        ...right,
        x: [
          [1, 2, 3],
          [4, 5],
        ],
      },
      {
        code: "NESTED_SHAPE",
        message:
          "run({ x }): nested lists must have equal lengths and hold numbers, so that the value has shape [2, 3], got a list of 2 at depth 1.",
      },
    ],
    [
      "floats for integers",
      { ...right, tokens: new Float32Array([1, 2]) },
      {
        code: "INPUT_DTYPE",
        message:
          'run({ tokens }): "tokens" must be i32[2], got a Float32Array of 2, which holds f32. Convert it: Int32Array.from(values).',
      },
    ],
    [
      "integers for floats",
      { ...right, x: new Int32Array(6) },
      {
        code: "INPUT_DTYPE",
        message:
          'run({ x }): "x" must be f32[2, 3], got an Int32Array of 6, which holds i32. Convert it: Float32Array.from(values).',
      },
    ],
    [
      "a fraction for an integer",
      { ...right, tokens: [1, 2.5] },
      {
        code: "VALUE_DTYPE",
        message: "run({ tokens }): i32 elements must be whole numbers in [-2^31, 2^31 - 1], got 2.5 at position 1.",
      },
    ],
    [
      "2 for a truth value",
      { ...right, mask: new Uint8Array([1, 2]) },
      {
        code: "VALUE_DTYPE",
        message: "run({ mask }): bool elements must be true or false (1 or 0), got 2 at position 1.",
      },
    ],
    [
      "truth values for floats",
      { ...right, x: [true, true, true, true, true, true] },
      { code: "VALUE_DTYPE", message: "run({ x }): f32 elements must be numbers, got true at position 0." },
    ],
    [
      "text",
      { ...right, x: "123456" },
      {
        code: "NESTED_SHAPE",
        message:
          'run({ x }): nested lists must have equal lengths and hold numbers, so that the value has shape [], got "123456" at depth 0. Convert texts: Number(text), or a Vocabulary for tokens.',
      },
    ],
  ];
  test.each(wrong)("%s is refused", (_, values, problem) => {
    expect(problemOf(() => run(values as typeof right))).toEqual(problem);
  });

  test("null is refused", () => {
    const values: unknown = { ...right, x: null };
    expect(problemOf(() => run(values as typeof right)).code).toBe("NESTED_SHAPE");
  });

  test("names that every object has are inputs like others", async () => {
    const odd = input("toString", []);
    const { run: runOdd } = await (
      await createRuntime()
    ).compile({
      inputs: { toString: odd },
      outputs: { y: mul(odd, 2) },
    });
    expect(runOdd({ toString: 3 }).y.item()).toBe(6);
    const empty: unknown = {};
    expect(problemOf(() => runOdd(empty as { toString: number })).code).toBe("INPUT_MISSING");
  });
});

describe("results", () => {
  test("are views that the next run overwrites; a copy stays", async () => {
    const { run } = await (await createRuntime()).compile({ inputs: { x }, outputs: { y: mul(x, 2) } });
    const first = run({ x: [1, 1, 1, 1, 1, 1] });
    const kept = first.y.copy();
    const second = run({ x: [2, 2, 2, 2, 2, 2] });
    expect(second).toBe(first);
    expect([first.y.data[0], kept.data[0]]).toEqual([4, 2]);
  });

  test("writing into a result changes no later run", async () => {
    const fixed = constant([1, 2]);
    const w = param("w", [3, 4]);
    const { run } = await (await createRuntime()).compile({ outputs: { fixed, w, sum: add(fixed, w) } });
    const results = run({});
    for (const { data } of Object.values(results)) data.fill(100);
    const again = run({});
    expect([[...again.fixed.data], [...again.w.data], [...again.sum.data]]).toEqual([
      [1, 2],
      [3, 4],
      [4, 6],
    ]);
  });

  test("one node under two names", async () => {
    const y = mul(x, 2);
    const { run } = await (await createRuntime()).compile({ inputs: { x }, outputs: { y, again: y } });
    const { y: first, again } = run({ x: [1, 2, 3, 4, 5, 6] });
    expect([...again.data]).toEqual([...first.data]);
  });

  test("have the shapes and typed arrays of their nodes", async () => {
    const request = { inputs: { x }, outputs: { y: reshape(x, [3, 2]), above: greater(x, 2) } };
    const results = await Promise.all(
      (["f32", "f64"] as const).map(async (precision) => {
        const { run } = await (await createRuntime({ precision })).compile(request);
        const { y, above } = run({ x: [1, 2, 3, 4, 5, 6] });
        expect([y.shape, above.shape]).toEqual([
          [3, 2],
          [2, 3],
        ]);
        return [y.data.constructor, above.data.constructor];
      }),
    );
    expect(results).toEqual([
      [Float32Array, Uint8Array],
      [Float64Array, Uint8Array],
    ]);
  });

  test("f32 rounds after every node, f64 does not", async () => {
    const small = input("small", []);
    const outputs = { y: mul(add(small, 1), 3) };
    const values = await Promise.all(
      (["f32", "f64"] as const).map(async (precision) => {
        const { run } = await (await createRuntime({ precision })).compile({ inputs: { small }, outputs });
        return run({ small: 0.1 }).y.item();
      }),
    );
    const { fround } = Math;
    expect(values).toEqual([fround(fround(fround(0.1) + 1) * 3), (0.1 + 1) * 3]);
  });

  test("a program may have no inputs, no outputs, or inputs that nothing reads", async () => {
    const runtime = await createRuntime();
    expect((await runtime.compile({})).run({})).toEqual({});
    const { run } = await runtime.compile({ inputs: { x }, outputs: { one: constant(1) } });
    expect(run({ x: [1, 2, 3, 4, 5, 6] }).one.item()).toBe(1);
  });
});

describe("compile refuses", () => {
  const w = param("w", 1);
  const loose = input("loose", [4]);
  const step = placeholder("h", [2]);
  const doubled = mul(w, 2);
  const other = input("x", []);

  const wrong: readonly (readonly [string, CompileRequest<NodeRecord, NodeRecord>, SeenProblem])[] = [
    [
      "an input that is not declared",
      { inputs: { x }, outputs: { y: add(loose, 1) } },
      {
        code: "INPUT_NOT_DECLARED",
        message: `compile({ inputs }): inputs must hold every input the outputs and updates depend on, got f32[4] ("loose") built at ${loose.site.toString()}, which is not among them. Add it: inputs: { loose, … }.`,
      },
    ],
    [
      "an input that only an update depends on",
      { updates: [[w, reshape(add(w, mul(input("late", []), 2)), [])]] },
      { code: "INPUT_NOT_DECLARED", message: expect.stringContaining('got f32[] ("late") built at ') as string },
    ],
    [
      "an input that is not one",
      { inputs: { w }, outputs: { w } },
      {
        code: "NOT_AN_INPUT",
        message: 'compile({ inputs }): inputs must hold nodes made by input(), got param f32[] ("w").',
      },
    ],
    [
      "an update of something computed",
      { updates: [[doubled, w]] },
      {
        code: "UPDATE_TARGET",
        message: "compile({ updates }) of f32[]: an update must write a param or state, got mul.",
      },
    ],
    [
      "an update of an input",
      { inputs: { x }, updates: [[x, x]] },
      {
        code: "UPDATE_TARGET",
        message: 'compile({ updates }) of f32[2, 3] ("x"): an update must write a param or state, got input.',
      },
    ],
    [
      "two updates of one leaf",
      {
        updates: [
          [w, add(w, 1)],
          [w, add(w, 2)],
        ],
      },
      {
        code: "UPDATE_TWICE",
        message: 'compile({ updates }) of f32[] ("w"): a leaf must have one update, got two.',
      },
    ],
    [
      "an update of another shape",
      { inputs: { x }, updates: [[w, x]] },
      {
        code: "UPDATE_TYPE",
        message: 'compile({ updates }) of f32[] ("w"): the new value must be f32[], got f32[2, 3] ("x").',
      },
    ],
    [
      "an update of another dtype",
      { updates: [[w, constant(1, "i32")]] },
      {
        code: "UPDATE_TYPE",
        message: 'compile({ updates }) of f32[] ("w"): the new value must be f32[], got i32[].',
      },
    ],
    [
      "a placeholder",
      { outputs: { step } },
      {
        code: "PLACEHOLDER",
        message: `compile: a graph must not hold placeholders of a folded graph, got placeholder f32[2] ("h") built at ${step.site.toString()}. Unfold the folded graph first: unfold(folded, T).`,
      },
    ],
    [
      "two inputs of one name",
      { inputs: { x, other }, outputs: { y: add(x, other) } },
      {
        code: "VERIFY_NAME",
        message: `verify: input f32[] ("x") built at ${other.site.toString()}: a name must belong to one input, got "x" twice: f32[2, 3] ("x") built at ${x.site.toString()} is another.`,
      },
    ],
  ];
  test.each(wrong)("%s", async (_, request, problem) => {
    expect(await rejectionOf((await createRuntime()).compile(request))).toEqual(problem);
  });
});
