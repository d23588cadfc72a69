/** The bold driver: gradient descent that finds its own learning rate, against fixed rates. */
import { boldDriver, sgd, textTable } from "@unfold/rnn";
import { figure, lineChart } from "@unfold/report";
import { largest, least, percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { trainOnSpirals } from "../spirals.js";

const UNITS = 30;
/** Of the fixed rates, the last is the largest that still gets somewhere. */
const FIXED = [0.01, 0.1, 1];
/** The driver begins with the lowest of them. */
const START = 0.01;

export const example = defineExample({
  title: "The bold driver: a learning rate that sets itself",
  settings: {
    seed: SEED,
    updates: { about: "of the weights, per run", value: 1500, min: 2, max: 1_000_000 },
  },
  run: async ({ seed, updates }, { say }) => {
    const fixed = [];
    for (const learningRate of FIXED) {
      say(`fixed rate ${learningRate} …`);
      fixed.push({
        name: `fixed ${learningRate}`,
        ...(await trainOnSpirals({ seed, units: UNITS, updates, minimize: sgd({ learningRate }).minimize })),
      });
    }
    say("the bold driver …");
    const driver = boldDriver({ learningRate: START });
    const driven = await trainOnSpirals({
      seed,
      units: UNITS,
      updates,
      minimize: driver.minimize,
      watch: driver.learningRate,
    });
    const rates = driven.watched;
    const { accepted, rejected, otherFactors } = stepsOf(driven.losses, rates);
    const runs = [...fixed, { name: "bold driver", ...driven }];
    const rows = runs.map(({ name, losses, accuracy }) => [name, least(losses).toPrecision(3), percent(accuracy)]);
    return {
      figures: {
        lowestLosses: { fixed: fixed.map(({ losses }) => least(losses)), driver: least(driven.losses) },
        accuracy: driven.accuracy,
        accepted: accepted.length,
        rejected,
        risesOnAccepted: accepted.filter((loss, i) => i > 0 && loss > accepted[i - 1]!).length,
        otherFactors,
        largestRate: largest(rates),
      },
      text: [
        textTable([["rate", "lowest loss", "right"], ...rows], (column) => column > 0),
        `The driver accepted ${accepted.length} steps and took ${rejected} back; its rate went from ${START} to at most ${largest(rates).toFixed(2)}.`,
      ].join("\n"),
      parts: [
        figure(
          lineChart({
            x: { name: "update" },
            y: { name: "cross-entropy", isLog: true, max: 10 },
            curves: runs.map(({ name, losses }) => ({ name, points: losses })),
          }),
          "The driver's curve has spikes: a step that made the loss worse is seen once, then taken back.",
        ),
        figure(
          lineChart({
            x: { name: "update" },
            y: { name: "learning rate", isLog: true },
            curves: [{ name: "bold driver", points: rates }],
          }),
          "5 % up after each step that was good, half after one that was bad.",
        ),
      ],
    };
  },
});

/**
 * What the driver did with all steps but the last, as its rate tells: the losses of those after which it grew, how many it
 * took back, and how often the rate changed by other factors than 1.05 and a half. After the first step it stays.
 */
function stepsOf(losses: readonly number[], rates: readonly number[]) {
  const factors = rates.slice(1).map((rate, t) => rate / rates[t]!);
  const accepted = losses.slice(0, -1).filter((_, t) => t === 0 || factors[t]! > 1);
  const isOne = (factor: number, t: number): boolean =>
    (t === 0 ? [1] : [1.05, 0.5]).some((known) => Math.abs(factor / known - 1) < 1e-6);
  return {
    accepted,
    rejected: factors.length - accepted.length,
    otherFactors: factors.filter((factor, t) => !isOne(factor, t)).length,
  };
}
