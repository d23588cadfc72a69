/** Graphs as JSON: what survives, what cannot be written, and that nothing malformed is ever read as something else. */
import {
  add,
  allOps,
  concat,
  constant,
  customGradient,
  evaluate,
  evaluateAll,
  FormatError,
  fromJson,
  gather,
  input,
  label,
  leavesOf,
  matmul,
  mul,
  ndArray,
  pad,
  param,
  printGraph,
  randomBits,
  randomKey,
  reshape,
  round,
  scan,
  sizeOf,
  slice,
  softmax,
  stack,
  state,
  sum,
  toJson,
  topologicalOrder,
  transpose,
  UnfoldError,
  verify,
  type JsonGraph,
  type JsonValue,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

/** The graph after a way through JSON text. */
function throughText(outputs: Parameters<typeof toJson>[0]): ReturnType<typeof fromJson> {
  return fromJson(JSON.parse(JSON.stringify(toJson(outputs))), allOps);
}

describe("what survives", () => {
  test("numbers to the last bit, -0, NaN and infinities", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 10 }), (elements) => {
        const { copy } = throughText({ copy: constant(elements) });
        expect([...evaluate(copy!).data]).toEqual(elements);
      }),
    );
    const special = [-0, 0, NaN, Infinity, -Infinity, 5e-324, -1.7976931348623157e308];
    expect([...evaluate(throughText({ copy: constant(special) })["copy"]!).data]).toEqual(special);
  });

  test("special numbers among the settings", () => {
    const x = constant([1]);
    const copies = [-0, NaN, Infinity, -Infinity].map((value) =>
      throughText({ y: pad(x, [{ axis: 0, after: 1 }], value) }),
    );
    expect(copies.map(({ y }) => evaluate(y!).data[1])).toEqual([-0, NaN, Infinity, -Infinity]);
  });

  test("roles, labels, initial values, dtypes and names of outputs", () => {
    const outputs = {
      loss: label('the "loss"\n', sum(mul(param("w", [1, 2]), input("x", [2])))),
      "a name with spaces": state("count", 3, "i32"),
      flag: constant([true, false]),
      bits: randomBits(randomKey(1), [3]),
    };
    const copies = throughText(outputs);
    expect(Object.keys(copies)).toEqual(Object.keys(outputs));
    expect(printGraph(copies)).toBe(printGraph(outputs));
    expect(evaluate(copies["loss"]!, { x: [10, 20] }).item()).toBe(50);
    expect(evaluate(copies["a name with spaces"]!).item()).toBe(3);
  });

  test("sharing: a node used twice is written once", () => {
    const shared = mul(input("x", []), 2);
    const { nodes } = toJson({ y: add(shared, shared), shared });
    expect(nodes.length).toBe(4);
    const { y, shared: again } = throughText({ y: add(shared, shared), shared });
    expect(y!.inputs).toEqual([again, again]);
  });

  test("names of outputs that every object has", () => {
    const outputs = JSON.parse('{"__proto__": 0, "constructor": 0}') as Record<string, number>;
    const { version, nodes } = toJson({ one: constant(1) });
    expect(Object.keys(fromJson({ version, nodes, outputs }, allOps))).toEqual(["__proto__", "constructor"]);
  });

  test("the form is plain data", () => {
    expect(toJson({ y: add(input("x", [2]), -0) })).toEqual({
      version: 1,
      nodes: [
        { op: "input", inputs: [], attrs: { dtype: "f32", shape: [2] }, type: "f32[2]", label: "x" },
        {
          op: "constant",
          inputs: [],
          attrs: { value: { dtype: "f32", shape: [], data: [{ number: "-0" }] } },
          type: "f32[]",
        },
        { op: "broadcastTo", inputs: [1], attrs: { shape: [2] }, type: "f32[2]" },
        { op: "add", inputs: [0, 2], attrs: {}, type: "f32[2]" },
      ],
      outputs: { y: 3 },
    });
  });
});

test("a custom gradient cannot be written", () => {
  const x = input("x", []);
  const node = label("rounded", customGradient([x], round(x), { vjp: ({ cotangent }) => [cotangent] }));
  expect(problemOf(() => toJson({ y: add(node, 1) }))).toEqual({
    code: "NOT_SERIALIZABLE",
    message: `toJson: customGradient f32[] ("rounded") built at ${node.site.toString()}: every attribute must be data, got a function as "vjp". Write the graph without its custom gradient.`,
  });
});

describe("what is refused", () => {
  const valid: JsonGraph = toJson({ y: add(input("x", [2]), constant([1, 2])) });
  const node = (changes: Readonly<Record<string, unknown>>, at = 2): unknown => ({
    ...valid,
    nodes: valid.nodes.map((old, i) => (i === at ? { ...old, ...changes } : old)),
  });

  const malformed: readonly (readonly [string, unknown, string])[] = [
    ["null", null, "the graph: it must be an object, got null."],
    ["a list", [], "the graph: it must be an object, got a list."],
    ["text", "graph", "the graph: it must be an object, got string."],
    ["no version", {}, "the graph: version must be 1, got undefined."],
    ["another version", { ...valid, version: 2 }, "the graph: version must be 1, got 2."],
    ["no nodes", { ...valid, nodes: undefined }, "nodes: it must hold a list, got undefined."],
    ["no outputs", { ...valid, outputs: null }, "outputs: it must be an object, got null."],
    [
      "an output that is not there",
      { ...valid, outputs: { y: 3 } },
      'output "y": inputs and outputs must name earlier nodes by number, got 3.',
    ],
    [
      "an output by name",
      { ...valid, outputs: { y: "x" } },
      'output "y": inputs and outputs must name earlier nodes by number, got x.',
    ],
    [
      "an output between nodes",
      { ...valid, outputs: { y: 0.5 } },
      'output "y": inputs and outputs must name earlier nodes by number, got 0.5.',
    ],
    ["an operation there is not", node({ op: "plus" }), "node 2: op must name a known operation, got plus."],
    [
      "an operation of every object",
      node({ op: "constructor" }),
      "node 2: op must name a known operation, got constructor.",
    ],
    ["no inputs", node({ inputs: undefined }), "node 2: it must hold a list, got undefined."],
    [
      "an input that is itself",
      node({ inputs: [0, 2] }),
      "node 2: inputs and outputs must name earlier nodes by number, got 2.",
    ],
    [
      "an input before the first",
      node({ inputs: [0, -1] }),
      "node 2: inputs and outputs must name earlier nodes by number, got -1.",
    ],
    ["too few inputs", node({ inputs: [0] }), "node 2: add must have 2 inputs, got 1."],
    ["too many inputs", node({ inputs: [0, 1, 0] }), "node 2: add must have 2 inputs, got 3."],
    ["no attrs", node({ attrs: [] }), "node 2: attrs: it must be an object, got a list."],
    ["a label that is a number", node({ label: 3 }), "node 2: label must be text, got number."],
    ["another type", node({ type: "f32[3]" }), "node 2: type must be what add gives, f32[2], got f32[3]."],
    [
      "a shape that is text",
      node({ attrs: { dtype: "f32", shape: "22" } }, 0),
      'node 0: attrs must give a type, got {"dtype":"f32","shape":"22"}.',
    ],
    [
      "a dtype there is not",
      node({ attrs: { dtype: "f64", shape: [2] } }, 0),
      'node 0: attrs must give a type, got {"dtype":"f64","shape":[2]}.',
    ],
    [
      "data that do not fit the shape",
      node({ attrs: { value: { dtype: "f32", shape: [3], data: [1, 2] } } }, 1),
      "node 1: value: data must fit dtype and shape, got node 1: value: the value must have shape [3], got [2] (2 elements).",
    ],
    [
      "data that do not fit the dtype",
      node({ attrs: { value: { dtype: "i32", shape: [2], data: [1, 2.5] } } }, 1),
      "node 1: value: data must fit dtype and shape, got node 1: value: i32 elements must be whole numbers in [-2^31, 2^31 - 1], got 2.5 at position 1.",
    ],
    [
      "truth values that are neither",
      node({ attrs: { value: { dtype: "bool", shape: [2], data: [1, 2] } }, type: "bool[2]" }, 1),
      "node 1: value: data must fit dtype and shape, got node 1: value: bool elements must be true or false (1 or 0), got 2 at position 1.",
    ],
    [
      "a number that is text",
      node({ attrs: { value: { dtype: "f32", shape: [2], data: [1, { number: "2" }] } } }, 1),
      'node 1: value: every element must be a number, got {"number":"2"}.',
    ],
  ];
  test.each(malformed)("%s", (_, json, problem) => {
    expect(problemOf(() => fromJson(json, allOps))).toEqual({ code: "JSON_GRAPH", message: `fromJson: ${problem}` });
  });

  test("an input without a name", () => {
    expect(problemOf(() => fromJson(node({ label: undefined }, 0), allOps)).code).toBe("JSON_GRAPH");
  });

  test("a constant that is a number", () => {
    const { code, message } = problemOf(() => fromJson(node({ attrs: { value: 1 } }, 1), allOps));
    expect(code).toBe("JSON_GRAPH");
    expect(message).toMatch(/^fromJson: node 1: attrs and inputs must fit constant, got /);
  });

  test("a slice that begins between elements", () => {
    const sliced = toJson({ y: slice(input("x", [3]), { axis: 0, stop: 2 }) });
    const nodes = sliced.nodes.map((old) =>
      old.op === "slice" ? { ...old, attrs: { ...old.attrs, start: [0.5] } } : old,
    );
    expect(problemOf(() => fromJson({ ...sliced, nodes }, allOps)).code).toBe("JSON_GRAPH");
  });

  test("an operation that is not among those given", () => {
    const known = allOps.filter(({ name }) => name !== "add");
    expect(problemOf(() => fromJson(valid, known)).message).toBe(
      "fromJson: node 2: op must name a known operation, got add.",
    );
  });

  test("settings that do not fit: the operation's own words", () => {
    const json = toJson({ y: reshape(input("x", [2, 3]), [6]) });
    const wrong = { ...json, nodes: [json.nodes[0], { ...json.nodes[1], attrs: { shape: [7] } }] };
    expect(problemOf(() => fromJson(wrong, allOps)).message).toContain(
      "fromJson: node 1: attrs and inputs must fit reshape, got reshape(x, shape): both shapes must have the same number of elements",
    );
  });
});

/** A graph with settings of every kind: numbers, lists, truth values, tensors, axes, steps. */
function richGraph(): JsonGraph {
  const x = input("x", [2, 3]);
  const w = param("w", [
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const product = matmul(x, w, { transposeA: false });
  const cut = slice(concat([transpose(product), x], 1), { axis: 1, start: 1, step: 2 });
  const taken = gather(softmax(cut), constant([1, 0, 1], "i32"), 1);
  return toJson({ y: pad(taken, [{ axis: 0, before: 1 }], NaN), bits: randomBits(randomKey(3), [2]) });
}

/** A place in a JSON value: the keys that lead to it. */
type Path = readonly (string | number)[];

function placesOf(json: JsonValue, path: Path = []): Path[] {
  if (typeof json !== "object" || json === null) return [path];
  return [path, ...Object.entries(json).flatMap(([key, value]) => placesOf(value, [...path, key]))];
}

/** The value with what is at the place replaced, or removed if the replacement is undefined. */
function changed(json: JsonValue, [key, ...rest]: Path, replacement: JsonValue | undefined): JsonValue | undefined {
  if (key === undefined) return replacement;
  // An earlier change has taken the place away.
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json).flatMap(([name, value]) => {
    const next = name === String(key) ? changed(value, rest, replacement) : value;
    return next === undefined ? [] : [[name, next] as const];
  });
  return Array.isArray(json) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

/** A scan with a sequence, a delay of two steps and an invariant, inside the step of another. */
function scanGraph(): JsonGraph {
  const [x, w] = [input("x", [2, 3]), param("w", 2)];
  const { outputs, final } = scan({
    steps: 2,
    sequences: { x },
    delays: { n: { initial: constant([0]) } },
    step: ({ sequences, delays: { n } }) => {
      const inner = scan({
        steps: 3,
        sequences: { y: sequences.x },
        delays: { h: { initial: stack([n, n]), steps: 2 } },
        step: ({ sequences: { y }, delays: { h } }) => ({ next: { h: add(mul(h, w), y) }, outputs: { h } }),
      });
      return { next: { n: sum(inner.final.h) }, outputs: inner.outputs };
    },
  });
  return toJson({ h: outputs.h, final: final.n });
}

test.each([
  { title: "a graph", graph: richGraph },
  { title: "a graph with scans", graph: scanGraph },
])("random damage of $title gives a FormatError or a graph that can be used, never anything else", ({ graph }) => {
  const original = JSON.parse(JSON.stringify(graph())) as JsonValue;
  const places = placesOf(original);
  const replacement = fc.oneof(
    fc.constant(undefined),
    fc.integer({ min: -3, max: 12 }),
    fc.constantFrom<JsonValue>(0.5, -1e9, 1e300, null, true, "", "f32", "-0", {}, [], [1], [-1, 7], [[1]]),
    fc.constantFrom<JsonValue>({ number: "NaN" }, { number: "Infinity" }, { dtype: "f32", shape: [1], data: [1] }),
    fc.constantFrom<JsonValue>(...allOps.map(({ name }) => name)),
    fc
      .constantFrom(...placesOf(original))
      .map((place) =>
        place.reduce<JsonValue>((value, key) => (value as Readonly<Record<string, JsonValue>>)[key]!, original),
      ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...places), replacement), { minLength: 1, maxLength: 3 }),
      (changes) => {
        const damaged = changes.reduce<JsonValue>(
          (json, [path, value]) => changed(json, path, value) ?? null,
          original,
        );
        let outputs;
        try {
          outputs = fromJson(damaged, allOps);
        } catch (error) {
          // Damage can only be met in the words of fromJson.
          if (error instanceof FormatError) return;
          throw error;
        }
        expectUsable(outputs);
        // What was read can be written again.
        expect(printGraph(fromJson(JSON.parse(JSON.stringify(toJson(outputs))), allOps))).toBe(printGraph(outputs));
      },
    ),
    { numRuns: 2000 },
  );
});

/** The verifier's rules hold of what was read, and it can be run: names may be repeated, indices out of range. */
function expectUsable(outputs: ReturnType<typeof fromJson>): void {
  try {
    verify(topologicalOrder(Object.values(outputs)));
    const fed = leavesOf(Object.values(outputs), "input").map(
      ({ label: name, shape }) => [name!, ndArray(new Float64Array(sizeOf(shape)), { shape })] as const,
    );
    evaluateAll(outputs, Object.fromEntries(fed));
  } catch (error) {
    if (!(error instanceof UnfoldError)) throw error;
    expect(["VERIFY_NAME", "INDEX_RANGE", "INPUT_DTYPE", "PLACEHOLDER"]).toContain(error.code);
  }
}
