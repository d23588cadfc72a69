/**
 * Backpropagation step by step: Matt Mazur's network with every number of his page, generated from the graph, and the trap
 * in it: some of his numbers do not follow from the others.
 *
 * @source Mazur 2015, "A Step by Step Backpropagation Example"
 */
import { explain, explanationHtml, explanationText, textTable, type Explanation } from "@unfold/rnn";
import { figure, lineChart, table } from "@unfold/report";
import { descend, type Descent } from "../descend.js";
import { defineExample } from "../example.js";
import { FED } from "./network.js";
import { LEARNING_RATE, updateRules, type RuleName, type UpdateRule } from "./update-rules.js";

const NAMES = ["together", "outputFirst", "sharedBiases", "ownBiases"] as const;

const LESSON =
  "The eight new weights on the page follow from one gradient, and so does its error after 10,000 updates, if it was read before the last of them. Its error after one update and its final outputs come from a program that had already written the new w5 to w8 when it computed the hidden layer's share: that is no gradient descent.";

export const example = defineExample({
  title: "Backpropagation step by step: Mazur's example",
  settings: { updates: { about: "of the weights", value: 10_000, min: 1, max: 1_000_000 } },
  run: async ({ updates }) => {
    const rules = updateRules();
    const { error, weights } = rules.together.network;
    const explanation = explain(error, { wrt: weights, inputs: FED });
    const firstUpdate = await run(rules.together, 1);
    const runs = new Map<RuleName, Descent>();
    for (const name of NAMES) runs.set(name, await run(rules[name], updates));
    const perRule = <T>(of: (descent: Descent) => T): Record<string, T> =>
      Object.fromEntries(NAMES.map((name) => [name, of(runs.get(name)!)]));
    const weightRows = rowsOfWeights(explanation, firstUpdate);
    const trapRows = [
      ["", "E after one update", "E before the last", `E after ${updates}`, `outputs after ${updates}`],
      ...NAMES.map((name) => [rules[name].title, ...cellsOf(runs.get(name)!)]),
      ["printed on his page (10000 updates)", "0.291027924", "", "0.0000351085", "0.015912196, 0.984065734"],
    ];
    return {
      figures: {
        error: explanation.loss.value,
        gradient: gradientOf(explanation),
        weightsAfterOne: weightsOf(firstUpdate),
        errorAfterOne: perRule(({ losses }) => losses[1]!),
        errorBeforeLast: perRule(({ losses }) => losses.at(-2)!),
        errorAfterAll: perRule(({ losses }) => losses.at(-1)!),
        outputs: perRule(outputsOf),
      },
      text: [
        explanationText(explanation),
        textTable(weightRows, () => false),
        textTable(trapRows, () => false),
        LESSON,
      ].join("\n"),
      parts: [
        explanationHtml(explanation),
        `<h2>One update: w - ${LEARNING_RATE} · ∂E/∂w</h2>`,
        table(weightRows),
        "<h2>The trap</h2>",
        table(trapRows),
        `<p>${LESSON}</p>`,
        figure(
          lineChart({
            x: { name: "updates", isLog: true },
            y: { name: "E", isLog: true },
            curves: NAMES.map((name) => ({
              name: rules[name].title,
              points: runs.get(name)!.losses.flatMap((loss, i) => (isShown(i) ? [[i, loss] as const] : [])),
              isDashed: name === "outputFirst",
            })),
          }),
          "The first two curves lie on each other: the wrong rule learns as well, and nothing but the digits gives it away.",
        ),
      ],
    };
  },
});

/** w1 to w8, then the outputs, are read at the end. */
function run({ network, updates }: UpdateRule, times: number): Promise<Descent> {
  const { error, inputs, weights, output } = network;
  const read = [...weights, ...output.map(({ out }) => out)];
  return descend({ loss: error, inputs, fed: FED, updates, read }, times);
}

function weightsOf({ values }: Descent): number[] {
  return values.slice(0, 8).flat();
}

function outputsOf({ values }: Descent): number[] {
  return values.slice(8).flat();
}

function gradientOf({ derivatives }: Explanation): number[] {
  return derivatives.filter(({ isAsked }) => isAsked).map(({ symbol }) => symbol.value);
}

function rowsOfWeights(explanation: Explanation, firstUpdate: Descent): string[][] {
  const before = explanation.given.filter(({ role }) => role === "param").map(({ symbol }) => symbol.value);
  const after = weightsOf(firstUpdate);
  const rows = gradientOf(explanation).map((derivative, i) => [before[i]!, derivative, after[i]!].map(digits));
  return [["", "w", "∂E/∂w", "w after one update"], ...rows.map((cells, i) => [`w${i + 1}`, ...cells])];
}

function cellsOf(descent: Descent): string[] {
  const { losses } = descent;
  const [first, beforeLast, last] = [losses[1]!, losses.at(-2)!, losses.at(-1)!];
  return [digits(first), beforeLast.toPrecision(6), last.toPrecision(6), outputsOf(descent).map(digits).join(", ")];
}

/** As he prints numbers: nine decimals, no zeros at the end. */
function digits(value: number): string {
  return String(Number(value.toFixed(9)));
}

/** Points that can be told apart on an axis of powers of ten. */
function isShown(count: number): boolean {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(count, 1))) - 1);
  return count % step === 0;
}
