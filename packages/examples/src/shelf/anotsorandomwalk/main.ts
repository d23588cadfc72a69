/**
 * Backpropagation step by step with shared parameters: three inputs, two hidden units, two outputs, and one bias per layer
 * that all of its units add, so that its derivative is a sum. Shared weights are what backpropagation through time is about.
 *
 * @source anotsorandomwalk.com, "Backpropagation Example With Numbers Step by Step"
 */
import {
  add,
  explain,
  explanationHtml,
  explanationText,
  input,
  label,
  matmul,
  mul,
  param,
  sgd,
  sigmoid,
  square,
  sub,
  sum,
  textTable,
  type Explanation,
} from "@unfold/rnn";
import { figure, lineChart, table } from "@unfold/report";
import { descend } from "../descend.js";
import { defineExample } from "../example.js";

/** η. */
const LEARNING_RATE = 0.01;
/** Input and target. */
const FED = { x: [1, 4, 5], t: [0.1, 0.05] };

const LESSON =
  "Whoever gives each unit a bias of its own gets other numbers after the first update: the page has one per layer, and what its units pass back to it is added up.";

export const example = defineExample({
  title: "Backpropagation step by step, with shared biases",
  settings: { updates: { about: "of the weights", value: 1000, min: 1, max: 100_000 } },
  run: async ({ updates: times }) => {
    const { inputs, parameters, results, error } = network();
    const explanation = explain(error, { wrt: parameters, inputs: FED });
    const problem = { loss: error, inputs, fed: FED, updates: sgd({ learningRate: LEARNING_RATE }).minimize(error) };
    const names = ["W1", "b1", "W2", "b2"];
    const [before, after] = [
      await descend({ ...problem, read: results }, 0),
      await descend({ ...problem, read: parameters }, 1),
    ];
    const { losses } = await descend({ ...problem, read: [] }, times);
    const gradients = names.map((name) => gradientOf(explanation, name));
    const deltas = ["z_h", "z_o"].map((name) => gradientOf(explanation, name));
    const rows = [
      ["", "∂E/∂", "after one update"],
      ...names.map((name, i) => [name, digits(gradients[i]!), digits(after.values[i]!)]),
    ];
    const summary = `E = ${losses[0]!.toFixed(9)}, after one update ${losses[1]!.toFixed(9)}, after ${times} ${losses.at(-1)!.toFixed(9)}.`;
    return {
      figures: {
        ...Object.fromEntries(["z_h", "h", "z_o", "o"].map((name, i) => [name, before.values[i]!])),
        error: losses[0]!,
        deltas: Object.fromEntries(["h", "o"].map((name, i) => [name, deltas[i]!])),
        gradients: Object.fromEntries(names.map((name, i) => [name, gradients[i]!])),
        afterOne: Object.fromEntries(names.map((name, i) => [name, after.values[i]!])),
        errorAfterOne: losses[1]!,
        errorAfterAll: losses.at(-1)!,
      },
      text: [explanationText(explanation), textTable(rows, () => false), summary, LESSON].join("\n"),
      parts: [
        explanationHtml(explanation),
        `<h2>One update: w - ${LEARNING_RATE} · ∂E/∂w</h2>`,
        table(rows),
        `<p>${summary} ${LESSON}</p>`,
        figure(
          lineChart({ x: { name: "updates" }, y: { name: "E" }, curves: [{ name: "error", points: losses }] }),
          "The targets are near 0, the outputs start at 0.9 and 0.8, where σ is flat: the error falls slowly at first.",
        ),
      ],
    };
  },
});

/** z = x W + b, out = σ(z), twice; E = Σ ½ (t - o)². */
function network() {
  const inputs = { x: input("x", [3]), t: input("t", [2]) };
  const W1 = param("W1", [
    [0.1, 0.2],
    [0.3, 0.4],
    [0.5, 0.6],
  ]);
  const W2 = param("W2", [
    [0.7, 0.8],
    [0.9, 0.1],
  ]);
  const [b1, b2] = [param("b1", 0.5), param("b2", 0.5)];
  const zHidden = label("z_h", add(matmul(inputs.x, W1), b1));
  const hidden = label("h", sigmoid(zHidden));
  const zOutput = label("z_o", add(matmul(hidden, W2), b2));
  const output = label("o", sigmoid(zOutput));
  const error = label("E", mul(0.5, sum(square(sub(inputs.t, output)))));
  return { inputs, parameters: [W1, b1, W2, b2], results: [zHidden, hidden, zOutput, output], error };
}

/** The derivatives by the elements of what has this name. */
function gradientOf({ derivatives }: Explanation, name: string): number[] {
  return derivatives.filter(({ symbol }) => symbol.by.label === name).map(({ symbol }) => symbol.value);
}

function digits(values: readonly number[]): string {
  return values.map((value) => String(Number(value.toFixed(8)))).join(", ");
}
