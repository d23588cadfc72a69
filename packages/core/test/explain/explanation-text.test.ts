/** Explanations as text, Markdown and HTML: the same formulas in each, numbers that can be read back. */
import {
  abs,
  add,
  constant,
  div,
  exp,
  explain,
  explanationHtml,
  explanationMarkdown,
  explanationText,
  greater,
  input,
  label,
  log,
  logicalAnd,
  maximum,
  mul,
  neg,
  param,
  pow,
  reciprocal,
  relu,
  select,
  sigmoid,
  sqrt,
  square,
  sub,
  sum,
  type Explanation,
  type FloatNode,
} from "@unfold/core";
import { randomGraph, type RandomGraph } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readText } from "./read-text.js";

const a = param("a", -2);
const b = param("net_b1", 3);

/** The definition of a node in text, LaTeX and MathML. */
function written(node: FloatNode): { readonly text: string; readonly latex: string; readonly mathml: string } {
  const explanation = explain(label("y", node), { wrt: [a] });
  const [, text = ""] = /^ {2}y = (.*)$/m.exec(explanationText(explanation)) ?? [];
  const [, latex = ""] = /aligned\} y &= (.*) \\end/.exec(explanationMarkdown(explanation)) ?? [];
  const [, mathml = ""] = /<mi>y<\/mi><\/mrow><\/mtd>(.*?)<\/mtable>/.exec(explanationHtml(explanation)) ?? [];
  return { text, latex, mathml: mathml.replaceAll(/<\/?(mtr|mtd)>/g, "") };
}

describe("formulas as text and LaTeX", () => {
  test.each<[FloatNode, string, string]>([
    [sub(1, a), "1 - a = 1 - (-2) = 3", "1 - a \\\\ &= 1 - \\left(-2\\right) \\\\ &= 3"],
    [neg(sub(a, b)), "-(a - net_b1) = -(-2 - 3) = 5", "-\\left(a - \\mathrm{net}_{\\mathrm{b1}}\\right)"],
    [mul(b, a), "net_b1 · a = 3 · (-2) = -6", "\\mathrm{net}_{\\mathrm{b1}} \\cdot a"],
    [mul(mul(-2, a), 3), "-6 · a = -6 · (-2) = 12", "-6 \\cdot a"],
    [mul(add(a, 1), b), "(a + 1) · net_b1 = (-2 + 1) · 3 = -3", "\\left(a + 1\\right) \\cdot"],
    [div(a, mul(b, b)), "a / (net_b1 · net_b1) = -2 / (3 · 3) = -0.222222222", "\\frac{a}{"],
    [mul(a, reciprocal(b)), "a / net_b1 = -2 / 3 = -0.666666667", "\\frac{a}{\\mathrm{net}_{\\mathrm{b1}}}"],
    [square(a), "a^2 = (-2)^2 = 4", "{a}^{2} \\\\ &= {\\left(-2\\right)}^{2} \\\\ &= 4"],
    [neg(square(a)), "-a^2 = -(-2)^2 = -4", "-{a}^{2}"],
    [sqrt(square(a)), "(a^2)^0.5 = ((-2)^2)^0.5 = 2", "{\\left({a}^{2}\\right)}^{0.5}"],
    [pow(b, a), "net_b1^a = 3^(-2) = 0.111111111", "{\\mathrm{net}_{\\mathrm{b1}}}^{a}"],
    [sigmoid(a), "σ(a) = σ(-2) = 0.119202922", "\\sigma\\left(a\\right)"],
    [log(abs(a)), "ln(v1) = ln(2) = 0.693147181", "\\ln\\left(v_{1}\\right)"],
    [maximum(a, b), "max(a, net_b1) = max(-2, 3) = 3", "\\max\\left(a, "],
    [mul(relu(a), 2), "2 · relu(a) = 2 · relu(-2) = 0", "\\operatorname{relu}\\left(a\\right)"],
    [
      select(greater(a, 0), a, square(b)),
      "(a if a > 0, else net_b1^2) = (-2 if -2 > 0, else 3^2) = 9",
      "\\begin{cases} a & \\text{if } a > 0 \\\\ ",
    ],
    [mul(1e-7, exp(a)), "1·10^-7 · exp(a) = 1·10^-7 · exp(-2) = 1.353352832·10^-8", "1 \\cdot 10^{-7} \\cdot \\exp"],
    [add(mul(a, b), sub(add(1, mul(3, mul(a, b))), 1)), "4 · a · net_b1 = 4 · (-2) · 3 = -24", "4 \\cdot a"],
    [sub(square(a), square(a)), "0", "0"],
    [
      select(logicalAnd(greater(a, 0), greater(b, a)), a, 1),
      "(a if a > 0 ∧ net_b1 > a, else 1) = (-2 if -2 > 0 ∧ 3 > -2, else 1) = 1",
      "\\text{if } a > 0 \\land",
    ],
    [mul(Infinity, a), "∞ · a = ∞ · (-2) = -∞", "\\infty \\cdot a"],
  ])("%#: %s", (node, text, latex) => {
    expect(written(node)).toMatchObject({ text, latex: expect.stringContaining(latex) as string });
  });
});

test("MathML of a quotient, a power and a function", () => {
  expect(written(div(square(a), sigmoid(b))).mathml).toMatchInlineSnapshot(
    `"<mo>=</mo><mfrac><mrow><msup><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></msup></mrow><mrow><mrow><mi>σ</mi><mo>&#x2061;</mo><mrow><mo>(</mo><msub><mi>net</mi><mi>b1</mi></msub><mo>)</mo></mrow></mrow></mrow></mfrac><mo>=</mo><mfrac><mrow><msup><mrow><mrow><mo>(</mo><mrow><mo>−</mo><mn>2</mn></mrow><mo>)</mo></mrow></mrow><mrow><mn>2</mn></mrow></msup></mrow><mrow><mrow><mi>σ</mi><mo>&#x2061;</mo><mrow><mo>(</mo><mn>3</mn><mo>)</mo></mrow></mrow></mrow></mfrac><mo>=</mo><mn>4.199148273</mn>"`,
  );
});

test("an element is a subscript, one of several of a label has a number in parentheses", () => {
  const w = param("w", [1, 2]);
  const h = label("h", exp(w));
  const explanation = explain(sum(square(label("h", mul(h, w)))), { wrt: [w] });
  expect(explanationText(explanation)).toContain("  h⁽²⁾_2 = h⁽¹⁾_2 · w_2 = ");
  expect(explanationMarkdown(explanation)).toContain("h_{2}^{(2)} &= h_{2}^{(1)} \\cdot w_{2}");
  expect(explanationHtml(explanation)).toContain(
    "<msubsup><mi>h</mi><mn>2</mn><mrow><mo>(</mo><mn>2</mn><mo>)</mo></mrow></msubsup>",
  );
});

test("indices of more than nine are separated, and names that mean something elsewhere stay text", () => {
  const w = param(
    "a<b>&{c}_1",
    Array.from({ length: 2 }, () => Array.from({ length: 10 }, (_, i) => i)),
  );
  const explanation = explain(sum(w), { wrt: [w] });
  expect(explanationText(explanation)).toContain("a<b>&{c}_1_2,10 = 9");
  expect(explanationMarkdown(explanation)).toContain("\\mathrm{a{<}b{>}\\&\\{c\\}}_{1,2,10} &= 9");
  expect(explanationHtml(explanation)).toContain("<msub><mi>a&#60;b&#62;&#38;{c}</mi><mn>1,2,10</mn></msub>");
});

test.each([
  ["net of h", "\\mathrm{net\\ of\\ h}"],
  ["pre-net", "\\mathrm{pre\\text{-}net}"],
  ["100%_#1", "\\mathrm{100\\%}_{\\mathrm{\\#1}}"],
  ["a^b~c\\d$", "\\mathrm{a\\hat{\\ }b\\sim c\\backslash d\\$}"],
  ["Δ", "\\Delta"],
  ["ξ_t", "\\xi_{t}"],
])("%j is a name in LaTeX", (name, latex) => {
  const explanation = explain(label(name, square(a)), { wrt: [a] });
  expect(explanationMarkdown(explanation)).toContain(`${latex} &= {a}^{2}`);
});

test("a name in a sentence is no Markdown", () => {
  const w = param("*w*<b>", [1, 2]);
  const markdown = explanationMarkdown(explain(sum(w), { wrt: [w] }));
  expect(markdown).toContain("Elements are counted from 1: \\*w\\*\\<b\\> has 2 of them.");
});

describe("random graphs", () => {
  const explained = ({ output, variables, values }: RandomGraph): Explanation =>
    explain(sum(output), { wrt: variables, inputs: values });

  test("are valid MathML that fetches nothing", () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const html = explanationHtml(explained(graph));
        expect(unclosed(html.replace(/<style>[\s\S]*?<\/style>/, ""))).toEqual([]);
        expect(html).not.toMatch(/NaN|undefined|\w+:\/\/|<(script|link|iframe|img)\b/);
      }),
      { numRuns: 15 },
    );
  });

  test("print formulas whose numbers, read as they stand, give the number at the end", () => {
    let count = 0;
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const lines = explanationText(explained(graph), { decimals: 15 }).split("\n");
        for (const line of lines.filter((one) => one.startsWith("  ") && one.includes(" = "))) {
          const [formula = "", result = ""] = line.split(" = ").slice(-2);
          if (!isOfNumbers(formula)) continue;
          count++;
          const [read, printed] = [readText(formula), readText(result)];
          expect(Math.abs(read - printed), line).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(printed)));
        }
      }),
      { numRuns: 15 },
    );
    expect(count).toBeGreaterThan(50);
  });

  test("print every value to the decimals asked for", () => {
    fc.assert(
      fc.property(randomGraph, fc.integer({ min: 1, max: 12 }), (graph, decimals) => {
        const explanation = explained(graph);
        const lines = explanationText(explanation, { decimals }).split("\n");
        const results = (from: string, to?: string): string[] =>
          lines
            .slice(lines.indexOf(from) + 1, to === undefined ? undefined : lines.indexOf(to))
            .filter((line) => line.startsWith("  "))
            .map((line) => line.split(/ = |: /).at(-1)!);
        const [computed, derivatives] = [results("Computed", "Backward"), results("Backward")];
        expect(computed).toHaveLength(explanation.computed.length);
        explanation.computed.forEach(({ symbol: { value } }, i) => {
          expect(isPrinted(computed[i]!, value, decimals), `${computed[i]!} for ${value}`).toBe(true);
        });
        for (const { symbol, contributions } of explanation.derivatives) {
          for (const { value } of [symbol, ...contributions, ...contributions.map(({ local }) => local)])
            expect(derivatives.some((text) => isPrinted(text, value, decimals))).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });
});

function numberOf(text: string): number {
  return Number(text.trim().replace("·10^", "e").replace("∞", "Infinity"));
}

/** Half a unit in the last decimal, of the mantissa if there is an exponent. */
function isPrinted(text: string, value: number, decimals: number): boolean {
  const exponent = /10\^(-?\d+)/.exec(text)?.[1] ?? "0";
  return Math.abs(numberOf(text) - value) <= 0.5001 * 10 ** (Number(exponent) - decimals);
}

/** Whether a formula has functions in it but no names, and no conditions, which are not read. */
function isOfNumbers(formula: string): boolean {
  const words = [...formula.matchAll(/[\p{L}∂]\w*/gu)];
  return !/^\s*$|[[:]| if /.test(formula) && words.every(({ 0: word, index }) => formula[index + word.length] === "(");
}

/** The tags of markup that are not closed in the order in which they were opened. */
function unclosed(markup: string): string[] {
  const open: string[] = [];
  for (const [, slash, name] of markup.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (slash === "") open.push(name!);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name!}`];
  }
  return open;
}

test("a text for a terminal", () => {
  const x = input("x", []);
  const w = param("w", 0.5);
  const y = label("y", sigmoid(mul(w, x)));
  const E = label("E", add(mul(0.5, square(sub(1, y))), mul(constant(0.1), square(w))));
  expect(explanationText(explain(E, { wrt: [w], inputs: { x: 2 } }), { decimals: 6 })).toMatchInlineSnapshot(`
    "Step by step: E
    ===============

    Forward
    -------

    Inputs
      x = 2

    Parameters
      w = 0.5

    Computed
      y = σ(w · x) = σ(0.5 · 2) = 0.731059
      E = 0.5 · (1 - y)^2 + 0.1 · w^2 = 0.5 · (1 - 0.731059)^2 + 0.1 · 0.5^2 = 0.061165

    Backward
    --------

    ∂E/∂y
      ∂E/∂y = -(1 - y) = -(1 - 0.731059) = -0.268941

    Asked for: ∂E/∂w
      ∂y/∂w = y · (1 - y) · x = 0.731059 · (1 - 0.731059) · 2 = 0.393224
      through y: ∂E/∂y · ∂y/∂w = -0.268941 · 0.393224 = -0.105754
      directly: 0.2 · w = 0.2 · 0.5 = 0.1
      ∂E/∂w = ∂E/∂y · ∂y/∂w + 0.2 · w = -0.105754 + 0.1 = -0.005754
    "
  `);
});
