/** Learning rates: the same network, data and first weights, with rates from too low to too high, for three losses. */
import {
  crossEntropy,
  meanSquaredError,
  multiclassHinge,
  oneHot,
  sgd,
  textTable,
  type FloatNode,
  type IntNode,
} from "@unfold/rnn";
import { figure, lineChart } from "@unfold/report";
import { percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { trainOnSpirals, type SpiralResult } from "../spirals.js";

const UNITS = 100;

/** Losses, and gradient descent with each of some rates: each loss has a slope of its own. */
const LOSSES = {
  crossEntropy: {
    title: "cross-entropy",
    lossOf: crossEntropy,
    rates: { "too low": 0.003, low: 0.03, right: 1, high: 8, "too high": 30 },
    unknowing: { value: Math.log(3), text: "ln 3: no idea" },
  },
  squaredError: {
    title: "squared error",
    lossOf: (scores: FloatNode, labels: IntNode) => meanSquaredError(scores, oneHot(labels, 3)),
    rates: { "too low": 0.003, low: 0.01, right: 0.1, high: 1, "too high": 8 },
    unknowing: { value: 2 / 9, text: "2/9: no idea" },
  },
  hinge: {
    title: "hinge",
    lossOf: (scores: FloatNode, labels: IntNode) => multiclassHinge(scores, labels),
    rates: { "too low": 0.003, low: 0.01, right: 0.5, high: 4, "too high": 30 },
    unknowing: { value: 2, text: "2: no idea" },
  },
};

/** A run with one loss and rate. */
interface Run extends SpiralResult {
  /** What the rate is: "too low". */
  readonly name: string;
  readonly learningRate: number;
  /** The share of updates after which the loss was higher. */
  readonly rises: number;
}

export const example = defineExample({
  title: "Learning rates: too low, right, too high",
  settings: {
    seed: SEED,
    updates: { about: "of the weights, per loss and rate", value: 1000, min: 1, max: 1_000_000 },
  },
  run: async ({ seed, updates }, { say }) => {
    const figures: Record<string, Record<string, unknown>> = {};
    const [texts, parts]: [string[], string[]] = [[], []];
    for (const [key, { title, lossOf, rates, unknowing }] of Object.entries(LOSSES)) {
      say(`${title} …`);
      const runs: Run[] = [];
      for (const [name, learningRate] of Object.entries(rates)) {
        const { minimize } = sgd({ learningRate });
        const result = await trainOnSpirals({ seed, units: UNITS, updates, lossOf, minimize });
        runs.push({ name, learningRate, ...result, rises: shareOfRises(result.losses) });
      }
      figures[key] = Object.fromEntries(
        runs.map(({ name, losses, accuracy, rises }) => [name, { loss: finite(losses.at(-1)!), accuracy, rises }]),
      );
      texts.push(table(title, runs));
      parts.push(figure(chart(title, runs, unknowing), CAPTIONS[key as keyof typeof LOSSES]));
    }
    return { figures, text: texts.join("\n\n"), parts };
  },
});

const CAPTIONS: Readonly<Record<keyof typeof LOSSES, string>> = {
  crossEntropy:
    "Too low: a straight line down, far from done. Right: falls fast, then levels off. High: jumps about and ends where nothing is known. Too high: thrown far off at once.",
  squaredError:
    "The squared error's slope grows with the error: at too high a rate each jump is longer than the one before, and numbers run out within a few updates.",
  hinge:
    "The hinge's slope is the same however wrong a score is: at too high a rate its loss stays high instead of running away, and near the bottom it trembles.",
};

function table(title: string, runs: readonly Run[]): string {
  const rows = runs.map(({ name, learningRate, losses, accuracy, rises }) => [
    `${learningRate} (${name})`,
    finite(losses.at(-1)!)?.toPrecision(3) ?? "∞",
    percent(accuracy),
    percent(rises),
  ]);
  const head = [`${title}: learning rate`, "loss", "right", "updates that made it worse"];
  return textTable([head, ...rows], (column) => column > 0);
}

function chart(title: string, runs: readonly Run[], unknowing: { readonly value: number; readonly text: string }) {
  return lineChart({
    x: { name: "update" },
    y: { name: title, isLog: true, min: 0.01, max: 100 },
    curves: runs.map(({ name, learningRate, losses }) => ({ name: `${learningRate}, ${name}`, points: losses })),
    levels: [{ y: unknowing.value, text: unknowing.text }],
  });
}

/** A loss, or null where it ran out of numbers. */
function finite(loss: number): number | null {
  return Number.isFinite(loss) ? loss : null;
}

function shareOfRises(losses: readonly number[]): number {
  const rises = losses.filter((loss, i) => i > 0 && !(loss <= losses[i - 1]!));
  return losses.length < 2 ? 0 : rises.length / (losses.length - 1);
}
