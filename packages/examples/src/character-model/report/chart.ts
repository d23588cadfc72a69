/** The loss curve as SVG. */
import { svgChart } from "../../report/svg-chart.js";
import type { Baselines } from "../baselines.js";
import type { History } from "../training.js";

/** Updates whose losses make one point of the curve. */
const POINT = 10;

/** Losses by update, with the baselines and the result as lines. All in bits per character. */
export function lossChart(history: History, baselines: Baselines, heldOut: number): string {
  const points = means(history.losses);
  const heights = [...points, ...history.heldOut.map(({ step, bits }) => [step, bits] as const)].map(
    ([, bits]) => bits,
  );
  const all = [...heights, baselines.unigram, baselines.bigram, heldOut];
  const option = {
    color: ["#2563eb", "#16a34a"],
    legend: { top: 0 },
    grid: { left: 60, right: 110, top: 40, bottom: 50 },
    xAxis: { type: "value", name: "update", nameLocation: "middle", nameGap: 30 },
    yAxis: {
      type: "value",
      name: "bits per character",
      nameLocation: "middle",
      nameGap: 40,
      // By itself the axis would end where the curves do and leave out lines above and below.
      min: Math.floor(2 * Math.min(...all)) / 2,
      max: Math.ceil(2 * Math.max(...all)) / 2,
    },
    series: [
      {
        type: "line",
        name: `training, mean of ${POINT} minibatches`,
        showSymbol: false,
        data: points,
        markLine: {
          symbol: "none",
          silent: true,
          data: [
            level("unigram", baselines.unigram, "#71717a"),
            level("bigram", baselines.bigram, "#71717a"),
            level("held-out", heldOut, "#16a34a"),
          ],
        },
      },
      {
        type: "line",
        name: "held-out, beginning of the text",
        data: history.heldOut.map(({ step, bits }) => [step, bits]),
      },
    ],
  };
  return svgChart(option, { width: 860, height: 420 });
}

function level(name: string, value: number, color: string): object {
  return {
    yAxis: value,
    lineStyle: { type: "dashed", color },
    label: { formatter: `${name} ${value.toFixed(2)}`, position: "end", distance: 10, color },
  };
}

/** A point per so many updates, at the last of them. */
function means(losses: readonly number[]): [step: number, bits: number][] {
  const points: [number, number][] = [];
  for (let start = 0; start < losses.length; start += POINT) {
    const part = losses.slice(start, start + POINT);
    points.push([start + part.length, part.reduce((sum, loss) => sum + loss, 0) / part.length]);
  }
  return points;
}
