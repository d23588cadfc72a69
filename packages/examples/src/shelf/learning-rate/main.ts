/** Learning rates: the same network, data and first weights, with rates from too low to too high. */
import { sgd, textTable } from "@unfold/rnn";
import { figure, lineChart } from "@unfold/report";
import { defineExample, SEED } from "../example.js";
import { trainOnSpirals } from "../spirals.js";

/** Gradient descent with each of them. */
const RATES = { "too low": 0.003, low: 0.03, right: 1, high: 8, "too high": 30 };
const UNITS = 100;

export const example = defineExample({
  title: "Learning rates: too low, right, too high",
  settings: {
    seed: SEED,
    updates: { about: "of the weights, per rate", value: 1000, min: 1, max: 1_000_000 },
  },
  run: async ({ seed, updates }, { say }) => {
    const runs = [];
    for (const [name, learningRate] of Object.entries(RATES)) {
      say(`learning rate ${learningRate} …`);
      const run = await trainOnSpirals({ seed, units: UNITS, updates, minimize: sgd({ learningRate }).minimize });
      runs.push({ name, learningRate, ...run, rises: shareOfRises(run.losses) });
    }
    const rows = runs.map(({ name, learningRate, losses, accuracy, rises }) => [
      `${learningRate} (${name})`,
      losses.at(-1)!.toPrecision(3),
      `${(100 * accuracy).toFixed(1)} %`,
      `${(100 * rises).toFixed(0)} %`,
    ]);
    return {
      figures: Object.fromEntries(
        runs.map(({ name, losses, accuracy, rises }) => [name, { loss: losses.at(-1)!, accuracy, rises }]),
      ),
      text: textTable(
        [["learning rate", "loss", "right", "updates that made it worse"], ...rows],
        (column) => column > 0,
      ),
      parts: [
        figure(
          lineChart({
            x: { name: "update" },
            y: { name: "cross-entropy", isLog: true, min: 0.01, max: 100 },
            curves: runs.map(({ name, learningRate, losses }) => ({
              name: `${learningRate}, ${name}`,
              points: losses,
            })),
            levels: [{ y: Math.log(3), text: "ln 3: no idea" }],
          }),
          "Too low: a straight line down, far from done. Right: falls fast, then levels off. High: jumps about and ends where nothing is known. Too high: thrown far off at once.",
        ),
      ],
    };
  },
});

/** The share of updates after which the loss was higher. */
function shareOfRises(losses: readonly number[]): number {
  const rises = losses.filter((loss, i) => i > 0 && !(loss <= losses[i - 1]!));
  return losses.length < 2 ? 0 : rises.length / (losses.length - 1);
}
