/** The loss curve as SVG. */
import { lineChart, type Level } from "@unfold/report";
import type { Baselines } from "../baselines.js";
import type { History } from "../training.js";

/** Updates whose losses make one point of the curve. */
const POINT = 10;
const HELD_OUT = "#16a34a";

/** Losses by update, with the baselines and the result as lines. All in bits per character. */
export function lossChart(history: History, baselines: Baselines, heldOut: number): string {
  const points = means(history.losses);
  const heights = [...points, ...history.heldOut.map(({ step, bits }) => [step, bits] as const)].map(
    ([, bits]) => bits,
  );
  const all = [...heights, baselines.unigram, baselines.bigram, heldOut];
  return lineChart({
    x: { name: "update" },
    // By itself the axis would end where the curves do and leave out lines above and below.
    y: {
      name: "bits per character",
      min: Math.floor(2 * Math.min(...all)) / 2,
      max: Math.ceil(2 * Math.max(...all)) / 2,
    },
    curves: [
      { name: `training, mean of ${POINT} minibatches`, points },
      {
        name: "held-out, beginning of the text",
        points: history.heldOut.map(({ step, bits }) => [step, bits] as const),
        color: HELD_OUT,
      },
    ],
    levels: [
      level("unigram", baselines.unigram),
      level("bigram", baselines.bigram),
      { ...level("held-out", heldOut), color: HELD_OUT },
    ],
    height: 420,
  });
}

function level(name: string, value: number): Level {
  return { y: value, text: `${name} ${value.toFixed(2)}` };
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
