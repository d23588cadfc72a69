/** What a scan is made of: how it prints, what its derivative keeps, what it refuses, and that nothing grows with T. */
import {
  add,
  allOps,
  constant,
  customGradient,
  evaluate,
  fromJson,
  gradient,
  greater,
  input,
  jvp,
  matmul,
  mul,
  Node,
  param,
  placeholder,
  printGraph,
  relu,
  scan,
  select,
  sum,
  tanh,
  toJson,
  topologicalOrder,
  verify,
  type FloatNode,
  type ScanBody,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/graph/apply.js";
import { scanOp, scanResultOp } from "../../src/ops/scan.js";
import { problemOf } from "../problem-of.js";

const w = param("w", [
  [0.5, -0.25],
  [0.125, 0.75],
]);

/** h[t] = f(x[t] + h[t - 1] w). */
function layer(steps: number, f: (pre: FloatNode) => FloatNode): { readonly x: FloatNode; readonly h: FloatNode } {
  const x = input("x", [steps, 1, 2]);
  const { outputs } = scan({
    steps,
    sequences: { x },
    delays: { h: { initial: constant([[[0, 0]]]) } },
    step: ({ sequences, delays }) => {
      const h = f(add(sequences.x, matmul(delays.h, w)));
      return { next: { h }, outputs: { h } };
    },
  });
  return { x, h: outputs.h };
}

/** What the forward scan of a gradient keeps, as the last line of its body. */
function kept(f: (pre: FloatNode) => FloatNode): { readonly keeps: string; readonly text: string } {
  const [slope] = gradient(sum(layer(3, f).h), [w]);
  const text = printGraph(slope);
  return { keeps: /^ {2}yields (.*)$/m.exec(text)![1]!, text };
}

test("a scan prints with its body, numbered by itself", () => {
  expect(printGraph(layer(3, tanh).h)).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 1, 2] "x"
    %1 = constant() {value: [0, 0]} : f32[1, 1, 2]
    %2 = param() : f32[2, 2] "w"
    %3 = scan(%0, %1, %2) {steps: 3}
      %0 = sequence : f32[1, 2] "x"
      %1 = z^-1(%5) : f32[1, 2] "h"
      %2 = invariant : f32[2, 2] "w"
      %3 = matmul(%1, %2) : f32[1, 2]
      %4 = add(%0, %3) : f32[1, 2]
      %5 = tanh(%4) : f32[1, 2]
      yields stack %5, final %1
    %4 = scanResult(%3) {index: 0} : f32[3, 1, 2]
    return %4"
  `);
});

describe("the derivative keeps", () => {
  test("of tanh its value, and computes 1 - y² again", () => {
    const { keeps, text } = kept(tanh);
    expect(keeps).toBe("stack %1, stack %5");
    expect(text).toContain('%1 = z^-1(%5) : f32[1, 2] "h"');
    expect(text).toContain("%5 = tanh(%4) : f32[1, 2]");
    expect(text).toContain("square");
  });

  test("of relu the sum it is taken of, not the product in it", () => {
    const { keeps, text } = kept(relu);
    expect(keeps).toBe("stack %1, stack %4");
    expect(text).toContain("%4 = add(%0, %3) : f32[1, 2]");
  });

  test("one value where a choice and its condition come from it", () => {
    const { text } = kept((pre) => {
      const y = tanh(pre);
      return select(greater(y, 0), mul(y, y), y);
    });
    expect(text.match(/^%\d+ = scanResult/gm)!.length).toBe(3);
  });
});

describe("a derivative rule of the user's inside a step", () => {
  test("may use nodes of the step and nodes from outside", () => {
    const factor = param("factor", 3);
    const { outputs } = scan({
      steps: 2,
      delays: { h: { initial: constant([2]) } },
      step: ({ delays: { h } }) => {
        const next = customGradient([h], mul(h, h), { vjp: ({ cotangent }) => [mul(cotangent, mul(h, factor))] });
        return { next: { h: next }, outputs: { h: next } };
      },
    });
    const initial = outputs.h.inputs[0]!.inputs[0] as FloatNode;
    const [slope] = gradient(sum(outputs.h), [initial]);
    // h: 2, 4, 16; backwards 1 · 4 · 3, then (12 + 1) · 2 · 3.
    expect(evaluate(slope).data).toEqual(new Float64Array([78]));
  });
});

describe("nothing grows with T:", () => {
  const count = (steps: number): number[] => {
    const { x, h } = layer(steps, tanh);
    const [dx, dw] = gradient(sum(mul(h, h)), [x, w]);
    const [second] = gradient(sum(mul(dw, dw)), [w]);
    return [h, dx, second].map((node) => topologicalOrder([node]).length);
  };

  test("the nodes of values and derivatives", () => {
    expect(count(10_000)).toEqual(count(2));
  });

  test("10,000 steps forwards and backwards", () => {
    const { x, h } = layer(10_000, tanh);
    const values = { x: new Float32Array(20_000).fill(0.5) };
    const [dw] = gradient(sum(h), [w]);
    expect(evaluate(dw, values).data.every(Number.isFinite)).toBe(true);
    const [dh] = jvp([h], [[x, x]]);
    expect(evaluate(dh, values).shape).toEqual([10_000, 1, 2]);
  });
});

test("JSON has a step that two scans share once, and they share it when read back", () => {
  const { h } = layer(3, tanh);
  const [slope] = gradient(sum(h), [w]);
  const json = toJson({ loss: sum(h), slope });
  expect(json.steps!.length).toBe(2);
  const copy = fromJson(JSON.parse(JSON.stringify(json)), allOps);
  const bodies = topologicalOrder(Object.values(copy)).flatMap(({ op, attrs }) =>
    op === scanOp ? [attrs["body"] as ScanBody] : [],
  );
  expect(new Set(bodies.map(({ step }) => step)).size).toBe(2);
  expect(bodies.length).toBe(3);
});

test("JSON of a scan that says nonsense of running steps once more is refused", () => {
  const json = toJson({ h: layer(2, tanh).h });
  const steps = json.steps!.map((step) => ({ ...step, recompute: 1 }));
  expect(problemOf(() => fromJson({ ...json, steps }, allOps)).message).toContain("recompute must be true or false");
});

test.each([
  { title: "a step that does not exist", change: { step: 7, results: [] }, got: "step must name an earlier step" },
  { title: "a result that is none", change: { step: 0, results: [{}] }, got: "a result must have stack or final" },
  { title: "a delay that does not exist", change: { step: 0, results: [{ final: 9 }] }, got: "must fit scan" },
])("JSON of a scan with $title is refused", ({ change, got }) => {
  const json = JSON.parse(JSON.stringify(toJson({ h: layer(2, tanh).h }))) as {
    nodes: { op: string; attrs: Record<string, unknown> }[];
  };
  json.nodes.find(({ op }) => op === "scan")!.attrs["body"] = change;
  const problem = problemOf(() => fromJson(json, allOps));
  expect(problem.code).toBe("JSON_GRAPH");
  expect(problem.message).toContain(got);
});

describe("a body that was put together by hand is refused:", () => {
  const x = placeholder("x", [2]);
  const h = placeholder("h", [2]);
  const step = {
    steps: 2,
    reverse: false,
    recompute: false,
    sequences: [x],
    delays: [{ placeholder: h, steps: 1, next: x }],
    invariants: [],
  };
  const inputs = [input("whole", [2, 2]), input("initial", [1, 2])];
  const build =
    (body: ScanBody, given: readonly Node[] = inputs): (() => unknown) =>
    () =>
      apply(scanOp, given, { body });

  test.each([
    {
      title: "an open step",
      code: "SCAN_OPEN",
      attempt: build({ step, results: [{ kind: "stack", node: mul(x, w) }] }),
    },
    {
      title: "a delay that is not there",
      code: "SCAN_RESULT",
      attempt: build({ step, results: [{ kind: "final", delay: 1 }] }),
    },
    {
      title: "a placeholder twice",
      code: "SCAN_PLACEHOLDER",
      attempt: build({ step: { ...step, invariants: [x] }, results: [] }),
    },
    {
      title: "a parameter as a sequence",
      code: "SCAN_PLACEHOLDER",
      attempt: build({ step: { ...step, sequences: [w] }, results: [] }),
    },
    { title: "inputs missing", code: "SCAN_INPUTS", attempt: build({ step, results: [] }, [inputs[0]!]) },
    {
      title: "an invariant of another type",
      code: "SCAN_INVARIANT",
      attempt: build({ step: { ...step, invariants: [placeholder("w", [3])] }, results: [] }, [...inputs, w]),
    },
  ])("$title", ({ code, attempt }) => {
    expect(problemOf(attempt).code).toBe(code);
  });

  test("a result of something else than a scan", () => {
    expect(problemOf(() => apply(scanResultOp, [w], { index: 0 }))).toEqual({
      code: "SCAN_RESULT",
      message: 'scanResult(scan): the input must be a scan that has the result, got param f32[2, 2] ("w") and index 0.',
    });
  });
});

test("the verifier enters scans", () => {
  const { h } = layer(2, tanh);
  const scanNode = h.inputs[0]!;
  const { step } = scanNode.attrs["body"] as ScanBody;
  const { op, inputs, attrs, site, label } = step.delays[0]!.next;
  const wrong = new Node({ op, inputs, attrs, site, label, type: { dtype: "f32", shape: [7] } });
  const body = { step, results: [{ kind: "stack", node: wrong }] } as const;
  const outside = apply(scanOp, scanNode.inputs, { body });
  expect(
    problemOf(() => {
      verify(topologicalOrder([outside]));
    }).code,
  ).toBe("VERIFY_TYPE");
});
