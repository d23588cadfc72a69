/** explain: whatever the graph, its numbers are those of evaluate and gradient, and its formulas have these values. */
import {
  add,
  clipGradient,
  constant,
  customGradient,
  evaluate,
  evaluateAll,
  exp,
  explain,
  explanationText,
  gradient,
  greater,
  input,
  label,
  leavesOf,
  matmul,
  max,
  maximum,
  mean,
  mul,
  pad,
  param,
  relu,
  scan,
  select,
  sigmoid,
  softmax,
  split,
  square,
  state,
  stopGradient,
  sub,
  sum,
  tanh,
  type ElementName,
  type Explanation,
  type FloatNode,
  type TensorValue,
} from "@unfold/core";
import { randomGraph } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";
import { valueOfFormula } from "./value-of-formula.js";

/** Of sums and products in another order, at double precision. */
const RTOL = 1e-9;

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(RTOL * Math.max(1, Math.abs(expected)));
}

/** What must hold of every explanation. */
function expectExplained(
  loss: FloatNode,
  wrt: readonly FloatNode[],
  inputs: Readonly<Record<string, TensorValue>>,
): void {
  const used = leavesOf([loss], "input").map(({ label: name }) => name!);
  const needed = Object.fromEntries(used.map((name) => [name, inputs[name]!]));
  const gradients = gradient(loss, wrt).map((node) => [...evaluate(node, needed).data]);
  for (const steps of ["quantities", "operations"] as const) {
    const explanation = explain(loss, { wrt, inputs: needed, steps });
    expect(explanation.loss.value).toBe(evaluate(loss, needed).item());
    expectConsistent(explanation);
    const asked = explanation.derivatives.filter(({ isAsked }) => isAsked).map(({ symbol }) => symbol);
    const perVariable = wrt.map(({ label: name }) => asked.filter(({ by }) => by.label === name!.split("/").at(-1)));
    perVariable.forEach((symbols, i) => {
      expect(symbols).toHaveLength(gradients[i]!.length);
      symbols.forEach(({ value }, element) => {
        expectClose(value, gradients[i]![element]!);
      });
    });
  }
}

/** Formulas have the values they stand for, products are products and sums are sums. */
function expectConsistent({ computed, derivatives }: Explanation): void {
  for (const { symbol, definition } of computed) expectClose(valueOfFormula(definition), symbol.value);
  for (const { symbol, contributions } of derivatives) {
    for (const { outer, local, formula, chain, value } of contributions) {
      expectClose(valueOfFormula(formula), local.value);
      expectClose(outer.value * local.value, value);
      expectClose(
        chain.reduce((product, factor) => product * factor.value, 1),
        value,
      );
    }
    if (contributions.length > 0) {
      expectClose(
        contributions.reduce((total, { value }) => total + value, 0),
        symbol.value,
      );
    }
  }
}

const bare = (name: ElementName): string => `${name.label}${name.copy ?? ""}${JSON.stringify(name.index)}`;

describe("random graphs", () => {
  test("the sum of contributions is the gradient, and every formula has the value it is printed with", () => {
    fc.assert(
      fc.property(randomGraph, ({ output, variables, values }) => {
        expectExplained(mean(output), variables, values);
      }),
      { numRuns: 40 },
    );
  });

  test("every value is what evaluate says about the node of that label", () => {
    fc.assert(
      fc.property(randomGraph, fc.nat({ max: 4 }), ({ output, variables, values }, factor) => {
        const named = { a: label("a", mul(output, factor)), b: label("b", square(output)) };
        const loss = sum(add(named.a, named.b));
        const { computed } = explain(loss, { wrt: variables, inputs: values });
        for (const [name, { data }] of Object.entries(evaluateAll(named, values))) {
          const found = computed.filter(({ symbol }) => symbol.name.label === name).map(({ symbol }) => symbol.value);
          expect(found).toEqual([...data]);
        }
      }),
      { numRuns: 20 },
    );
  });
});

function repeated(times: number, step: (y: FloatNode) => FloatNode, start: FloatNode): FloatNode {
  let y = start;
  for (let i = 0; i < times; i++) y = step(y);
  return y;
}

describe("special graphs", () => {
  const x = input("x", [3]);
  const w = param("w", [0.5, -1, 2]);
  const inputs = { x: [0.3, -0.7, 1.1] };

  test.each<[string, FloatNode]>([
    ["a variable used directly and through others", add(sum(square(w)), sum(mul(3, w)))],
    ["ties and kinks", sum(maximum(relu(mul(w, x)), max(w)))],
    ["a choice", sum(select(greater(w, 0), exp(w), mul(x, w)))],
    ["softmax", sum(mul(softmax(mul(w, x)), constant([1, 2, 3])))],
    ["stopped gradient", sum(mul(w, stopGradient(exp(w))))],
    ["a gradient that is not large enough to be clipped", sum(mul(0.1, clipGradient(mul(3, w), 1)))],
    ["padding with infinity", max(pad(mul(w, x), [{ axis: 0, before: 1 }], -Infinity))],
    ["a rule of one's own", sum(customGradient([w], tanh(w), { vjp: ({ cotangent }) => [mul(cotangent, 7)] }))],
    ["powers of one number", repeated(12, (y) => mul(y, mul(0.5, y)), sum(w))],
  ])("%s", (_, loss) => {
    expectExplained(loss, [w], inputs);
  });

  test("a loss that is a variable has the derivative 1", () => {
    const loss = label("E", sum(w));
    const { derivatives } = explain(loss, { wrt: [loss] });
    expect(derivatives.map(({ symbol, contributions }) => [symbol.value, contributions])).toEqual([[1, []]]);
  });

  test("an element that the loss does not depend on has the derivative 0", () => {
    const { derivatives } = explain(sum(split(w, [1, 2], 0)[0]!), { wrt: [w] });
    expect(derivatives.map(({ symbol }) => symbol.value)).toEqual([1, 0, 0]);
    expect(derivatives.map(({ contributions }) => contributions.length)).toEqual([1, 0, 0]);
  });

  test("NaN and infinity are shown as they are", () => {
    const { derivatives } = explain(sum(mul(w, x)), { wrt: [w], inputs: { x: [NaN, Infinity, 0] } });
    expect(derivatives.map(({ symbol }) => symbol.value)).toEqual([NaN, Infinity, 0]);
  });

  test("nothing times NaN or infinity is not left out", () => {
    const loss = add(sum(mul(0, x)), sum(w));
    for (const bad of [NaN, Infinity]) {
      const explanation = explain(loss, { wrt: [w, x], inputs: { x: [1, bad, 2] } });
      expect(valueOfFormula(explanation.computed.at(-1)!.definition)).toBeNaN();
      expect(explanationText(explanation)).toContain("loss = 0 · x_2 + w_1 + w_2 + w_3 = ");
      expect(explanation.derivatives.map(({ symbol }) => symbol.value)).toEqual([1, 1, 1, 0, 0, 0]);
    }
  });

  test("an intermediate node can be asked for", () => {
    const h = label("h", tanh(mul(w, x)));
    const { derivatives } = explain(sum(square(h)), { wrt: [h], inputs });
    expect(derivatives.map(({ symbol, isAsked }) => [bare(symbol.by), isAsked])).toEqual([
      ["h[0]", true],
      ["h[1]", true],
      ["h[2]", true],
    ]);
  });
});

describe("a weight of a recurrence", () => {
  const steps = 4;
  const x = input("x", [steps]);
  const [u, b] = [param("rnn/u", 0.8), param("rnn/b", -0.1)];
  const h0 = param("h0", [0.4]);
  const inputs = { x: [1, -0.5, 0.3, 0.9] };
  const { final } = scan({
    steps,
    sequences: { x },
    delays: { h: { initial: h0 } },
    step: ({ sequences, delays }) => {
      const next = label("h", tanh(add(add(mul(u, delays.h), sequences.x), b)));
      return { next: { h: next }, outputs: {} };
    },
  });
  const loss = label("E", mul(0.5, square(sub(sum(final.h), 1))));

  /** The same recurrence with weights of its own for every step. */
  function untied(): { readonly loss: FloatNode; readonly weights: readonly FloatNode[] } {
    const weights = inputs.x.map((_, t) => param(`u${t}`, 0.8));
    const last = weights.reduce<FloatNode>((h, ut, t) => tanh(add(add(mul(ut, h), inputs.x[t]!), -0.1)), constant(0.4));
    return { loss: mul(0.5, square(sub(last, 1))), weights };
  }

  test("has one contribution from every step: what a weight of that step alone would get", () => {
    const explanation = explain(loss, { wrt: [u], inputs });
    expectConsistent(explanation);
    const { contributions } = explanation.derivatives.at(-1)!;
    expect(contributions.map(({ local }) => bare(local.of))).toEqual(["h1[]", "h2[]", "h3[]", "h4[]"]);
    const alone = untied();
    gradient(alone.loss, alone.weights).forEach((node, t) => {
      expectClose(contributions[t]!.value, evaluate(node).item());
    });
  });

  test("is printed step by step", () => {
    const text = explanationText(explain(loss, { wrt: [b], inputs }), { decimals: 4 });
    expect(text.slice(text.indexOf("Asked for")).split("\n")).toMatchInlineSnapshot(`
      [
        "Asked for: ∂E/∂b",
        "  ∂h⁽¹⁾/∂b = 1 - (h⁽¹⁾)^2 = 1 - 0.8397^2 = 0.295",
        "  ∂h⁽²⁾/∂b = 1 - (h⁽²⁾)^2 = 1 - 0.0716^2 = 0.9949",
        "  ∂h⁽³⁾/∂b = 1 - (h⁽³⁾)^2 = 1 - 0.2518^2 = 0.9366",
        "  ∂h⁽⁴⁾/∂b = 1 - (h⁽⁴⁾)^2 = 1 - 0.7622^2 = 0.4191",
        "  through h⁽¹⁾: ∂E/∂h⁽¹⁾ · ∂h⁽¹⁾/∂b = -0.0475 · 0.295 = -0.014",
        "  through h⁽²⁾: ∂E/∂h⁽²⁾ · ∂h⁽²⁾/∂b = -0.0597 · 0.9949 = -0.0594",
        "  through h⁽³⁾: ∂E/∂h⁽³⁾ · ∂h⁽³⁾/∂b = -0.0797 · 0.9366 = -0.0747",
        "  through h⁽⁴⁾: ∂E/∂h⁽⁴⁾ · ∂h⁽⁴⁾/∂b = -0.2378 · 0.4191 = -0.0997",
        "  ∂E/∂b = ∂E/∂h⁽¹⁾ · ∂h⁽¹⁾/∂b + ∂E/∂h⁽²⁾ · ∂h⁽²⁾/∂b + ∂E/∂h⁽³⁾ · ∂h⁽³⁾/∂b + ∂E/∂h⁽⁴⁾ · ∂h⁽⁴⁾/∂b = -0.014 - 0.0594 - 0.0747 - 0.0997 = -0.2478",
        "  in full through h⁽¹⁾: ∂E/∂h⁽⁴⁾ · ∂h⁽⁴⁾/∂h⁽³⁾ · ∂h⁽³⁾/∂h⁽²⁾ · ∂h⁽²⁾/∂h⁽¹⁾ · ∂h⁽¹⁾/∂b = -0.2378 · 0.3353 · 0.7493 · 0.7959 · 0.295 = -0.014",
        "  in full through h⁽²⁾: ∂E/∂h⁽⁴⁾ · ∂h⁽⁴⁾/∂h⁽³⁾ · ∂h⁽³⁾/∂h⁽²⁾ · ∂h⁽²⁾/∂b = -0.2378 · 0.3353 · 0.7493 · 0.9949 = -0.0594",
        "  in full through h⁽³⁾: ∂E/∂h⁽⁴⁾ · ∂h⁽⁴⁾/∂h⁽³⁾ · ∂h⁽³⁾/∂b = -0.2378 · 0.3353 · 0.9366 = -0.0747",
        "",
      ]
    `);
  });

  test("is explained as gradient has it", () => {
    expectExplained(loss, [u, b, h0], inputs);
  });
});

describe("names", () => {
  test("are the last levels of paths where these are clear", () => {
    const [a, b, c] = [param("enc/w", 1), param("dec/w", 2), param("dec/b", 3)];
    const { given } = explain(add(mul(a, b), c), { wrt: [a] });
    expect(given.map(({ symbol }) => symbol.name.label)).toEqual(["b", "dec/w", "enc/w"]);
  });

  test("are numbers where there is no label, and none is given twice", () => {
    const [w, v1] = [param("w", [1, 2]), param("v1", 3)];
    const y = exp(w);
    const { computed } = explain(sum(mul(mul(y, y), v1)), { wrt: [w] });
    expect(computed.map(({ symbol }) => bare(symbol.name))).toEqual(["v2[0]", "v2[1]", "loss[]"]);
  });

  test("are counted where an element would be written like another label", () => {
    const [w, w1, scalar] = [param("w", [1, 2]), param("w1", 5), param("u/w_2", 7)];
    const b = param("b", 0);
    const explanation = explain(add(sum(mul(mul(w, w1), scalar)), b), { wrt: [w] });
    expect(explanation.given.map(({ symbol: { name } }) => [name.label, name.copy, name.index])).toEqual([
      ["b", undefined, []],
      ["w", 1, [0]],
      ["w", 1, [1]],
      ["w_2", 3, []],
      ["w1", 2, []],
    ]);
    expect(explanationText(explanation)).toContain(
      "loss = w⁽¹⁾_1 · w1⁽²⁾ · w_2⁽³⁾ + w⁽¹⁾_2 · w1⁽²⁾ · w_2⁽³⁾ + b = 1 · 5 · 7 + 2 · 5 · 7 + 0",
    );
  });

  test("stay on one line, and an empty label is none", () => {
    const w = param("w", 2);
    const { computed } = explain(exp(label("a\n b", square(label(" ", mul(w, w))))), { wrt: [w] });
    expect(computed.map(({ symbol }) => symbol.name.label)).toEqual(["v1", "a b", "loss"]);
  });

  test("values given replace those that parameters and states start with", () => {
    const [w, s] = [param("w", 2), state("s", 5)];
    const loss = mul(w, s);
    const value = (inputs: Readonly<Record<string, number>>): number => explain(loss, { wrt: [w], inputs }).loss.value;
    expect([value({}), value({ w: 3 }), value({ w: 3, s: -1 })]).toEqual([10, 15, -3]);
  });
});

describe("refused", () => {
  const w = param("w", [1, 2]);
  const x = input("x", [2]);
  const loss = sum(mul(w, x));
  const explainWith = (options: object) => () => explain(loss, { wrt: [w], inputs: { x: [1, 2] }, ...options });

  test.each<[string, () => unknown, string, string]>([
    [
      "a graph that is too large",
      explainWith({ limit: 6 }),
      "EXPLAIN_SIZE",
      "the graph must hold at most 6 numbers, scans unfolded, got 7. Take fewer examples, units or steps, or raise { limit }.",
    ],
    [
      "no variables",
      explainWith({ wrt: [] }),
      "EXPLAIN_OPTIONS",
      "wrt must be a list of at least one node, got a list of 0.",
    ],
    ["a variable that is none", explainWith({ wrt: [1] }), "NOT_A_NODE", "variable 0 must be a node, got 1."],
    [
      "other steps",
      explainWith({ steps: "all" }),
      "EXPLAIN_OPTIONS",
      "steps must be one of quantities, operations, got all.",
    ],
    ["a limit of none", explainWith({ limit: NaN }), "EXPLAIN_OPTIONS", "limit must be a whole number ≥ 1, got NaN."],
    [
      "inputs that are none",
      explainWith({ inputs: null }),
      "EXPLAIN_OPTIONS",
      "inputs must be values by name, got null.",
    ],
    ["an option that is none", explainWith({ input: {} }), "OPTIONS", 'got "input"'],
    [
      "a name that is none",
      explainWith({ inputs: { x: [1, 2], v: 1 } }),
      "INPUT_UNKNOWN",
      'got "v". There are "w", "x".',
    ],
    ["an input without a value", explainWith({ inputs: {} }), "INPUT_MISSING", '"x"'],
    ["a value of another shape", explainWith({ inputs: { x: [1, 2], w: [1] } }), "VALUE_SHAPE", '"w"'],
    ["a loss with axes", () => explain(mul(w, x), { wrt: [w] }), "LOSS_NOT_SCALAR", "the loss must be f32[]"],
    ["a variable elsewhere", explainWith({ wrt: [param("v", 1)] }), "NO_PATH", 'no path from f32[] ("v")'],
    [
      "a clipped gradient, which is no product of derivatives",
      () => explain(sum(mul(3, label("h", clipGradient(square(w), 1)))), { wrt: [w] }),
      "EXPLAIN_RULE",
      'got a rule that does something else: clipGradient f32[2] ("h"). Explain the loss without it.',
    ],
    ["too many decimals", () => explanationText(explainWith({})(), { decimals: 18 }), "EXPLAIN_DECIMALS", "got 18."],
  ])("%s", (_, attempt, code, message) => {
    const problem = problemOf(attempt);
    expect(problem.code).toBe(code);
    expect(problem.message).toContain(message);
  });

  test("a long recurrence, before it is unfolded", () => {
    const { final } = scan({
      steps: 1_000_000,
      delays: { h: { initial: constant([1]) } },
      step: ({ delays }) => ({ next: { h: mul(delays.h, sum(w)) }, outputs: {} }),
    });
    expect(problemOf(() => explain(sum(final.h), { wrt: [w] }))).toMatchObject({ code: "EXPLAIN_SIZE" });
  });

  test("a deep chain is no problem", () => {
    const loss2 = repeated(1500, (y) => add(y, constant(1)), sum(w));
    const { derivatives } = explain(loss2, { wrt: [w], limit: 5000 });
    expect(derivatives.at(-1)!.symbol.value).toBe(1);
  });
});

test("what several units share is the sum of what each gets", () => {
  const W = param("W", [
    [0.1, 0.2],
    [0.3, 0.4],
  ]);
  const b = param("b", 0.5);
  const h = label("h", sigmoid(add(matmul(constant([1, 2]), W), b)));
  const { derivatives } = explain(label("E", sum(square(h))), { wrt: [b] });
  const { symbol, contributions } = derivatives.at(-1)!;
  expect(contributions.map(({ local }) => bare(local.of))).toEqual(["h[0]", "h[1]"]);
  expect(symbol.value).toBe(contributions[0]!.value + contributions[1]!.value);
});
