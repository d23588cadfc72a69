/** Activation functions, and their derivatives as the library makes them from their definitions. */
import {
  evaluate,
  evaluateAll,
  gradient,
  input,
  jacobian,
  relu,
  sigmoid,
  softmax,
  sum,
  tanh,
  textTable,
  type FloatNode,
} from "@unfold/rnn";
import { figure, lineChart } from "@unfold/report";
import { defineExample } from "../example.js";

const FUNCTIONS = { sigmoid, tanh, relu };
/** Of the charts: from -6 to 6. */
const GRID = Array.from({ length: 241 }, (_, i) => -6 + i / 20);
/** Of the table. */
const SHOWN = [-4, -2, -1, 0, 1, 2, 4];
/** What softmax is shown of. */
const LOGITS = [1, 2, 3];

export const example = defineExample({
  title: "Activation functions and their derivatives",
  settings: {},
  run: () => {
    const curves = Object.entries(FUNCTIONS).map(([name, apply]) => ({ name, apply, ...valuesOf(apply, GRID) }));
    const rows = SHOWN.map((x) => {
      const cells = Object.values(FUNCTIONS).map((apply) => valuesOf(apply, [x]));
      return [String(x), ...cells.flatMap(({ values, slopes }) => [digits(values[0]!), digits(slopes[0]!)])];
    });
    const { shares, matrix } = softmaxOf(LOGITS);
    return {
      figures: {
        steepest: Object.fromEntries(curves.map(({ name, slopes }) => [name, Math.max(...slopes)])),
        atZero: Object.fromEntries(
          curves
            .map(({ name, apply }) => [name, valuesOf(apply, [0])] as const)
            .map(([name, { values, slopes }]) => [name, [values[0]!, slopes[0]!]]),
        ),
        softmax: shares,
        softmaxJacobian: matrix,
      },
      text: [
        textTable([["x", ...Object.keys(FUNCTIONS).flatMap((name) => [name, `${name}'`])], ...rows], () => true),
        "",
        `softmax(${LOGITS.join(", ")}) = ${shares.map(digits).join(", ")}; its derivatives, by row ∂share / ∂logits:`,
        textTable(
          matrix.map((row) => row.map(digits)),
          () => true,
        ),
      ].join("\n"),
      parts: [
        ...curves.map(({ name, values, slopes }) =>
          figure(
            lineChart({
              x: { name: "x" },
              y: { name },
              curves: [
                { name, points: pairs(values) },
                { name: `derivative of ${name}`, points: pairs(slopes), isDashed: true },
              ],
              height: 280,
            }),
            CAPTIONS[name]!,
          ),
        ),
        figure(
          softmaxChart(),
          "Softmax of (x, 0, 1): one logit grows, its share with it, the others' shrink. Its own derivative is s (1 - s).",
        ),
      ],
    };
  },
});

const CAPTIONS: Readonly<Record<string, string>> = {
  sigmoid:
    "σ' = σ (1 - σ): never above 1/4. Each layer or step of sigmoids shrinks an error at least fourfold per unit of weight.",
  tanh: "tanh' = 1 - tanh²: 1 at 0, almost nothing beyond ±3: saturated.",
  relu: "relu' is 0 or 1: it does not shrink what it passes; at 0 the library takes 0.",
};

/** A function and its derivative at some places. */
function valuesOf(apply: (x: FloatNode) => FloatNode, places: readonly number[]) {
  const x = input("x", [places.length]);
  const y = apply(x);
  // Each element of y depends on its own x alone, so the gradient of their sum holds all derivatives.
  const { values, slopes } = evaluateAll({ values: y, slopes: gradient(sum(y), [x])[0] }, { x: places });
  return { values: [...values.data], slopes: [...slopes.data] };
}

function softmaxOf(logits: readonly number[]): { readonly shares: number[]; readonly matrix: number[][] } {
  const x = input("x", [logits.length]);
  const shares = softmax(x);
  const matrix = evaluate(jacobian(shares, x), { x: logits }).data;
  return {
    shares: [...evaluate(shares, { x: logits }).data],
    matrix: logits.map((_, row) => [...matrix.subarray(row * logits.length, (row + 1) * logits.length)]),
  };
}

function softmaxChart(): string {
  const found = GRID.map((x) => softmaxOf([x, 0, 1]));
  return lineChart({
    x: { name: "x" },
    y: { name: "share" },
    curves: [
      { name: "share of x", points: pairs(found.map(({ shares }) => shares[0]!)) },
      { name: "share of 0", points: pairs(found.map(({ shares }) => shares[1]!)) },
      { name: "share of 1", points: pairs(found.map(({ shares }) => shares[2]!)) },
      {
        name: "derivative of the share of x",
        points: pairs(found.map(({ matrix }) => matrix[0]![0]!)),
        isDashed: true,
      },
    ],
    height: 280,
  });
}

function pairs(values: readonly number[]): [number, number][] {
  return GRID.map((x, i) => [x, values[i]!]);
}

function digits(value: number): string {
  return value.toFixed(4);
}
