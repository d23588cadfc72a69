/** The learning-rate range test as a picture. */
import type { LearningRateRange } from "@unfold/nn";
import { lineChart } from "./line-chart.js";

/**
 * A plot of a learning-rate range test as the text of an SVG: losses over rates on a logarithmic axis, with the rate at which
 * the smoothed loss falls fastest.
 *
 * @example
 * const range = await learningRateRange((rate) => (rate < 0.1 ? 1 - rate : 1 + rate), { steps: 20 });
 * learningRatePlot(range).includes("learning rate"); // → true
 */
export function learningRatePlot({ points, steepest }: LearningRateRange): string {
  return lineChart({
    x: { name: "learning rate", isLog: true },
    y: { name: "loss" },
    curves: [
      { name: "smoothed loss", points: points.map(({ rate, smoothed }) => [rate, smoothed] as const) },
      { name: "loss", points: points.map(({ rate, loss }) => [rate, loss] as const), isDashed: true },
    ],
    levels: steepest === undefined ? [] : [{ x: steepest, text: `falls fastest at ${steepest.toPrecision(2)}` }],
  });
}
