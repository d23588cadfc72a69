/** Curves of what was recorded while training. */
import type { EpochRecord, StepRecord } from "@unfold/nn";
import { lineChart, type Curve } from "./line-chart.js";

/** One chart of a report. */
export interface TrainingChart {
  readonly title: string;
  readonly svg: string;
}

/** Points of the curve of steps, at most: more would not be told apart. */
const MOST_POINTS = 500;

/** A chart of the loss, of each metric of the validation data, and of everything that was monitored. */
export function trainingCharts(
  history: readonly EpochRecord[],
  { best, steps = [] }: { readonly best?: number | undefined; readonly steps?: readonly StepRecord[] },
): TrainingChart[] {
  const metrics = namesIn(history.map(({ validation }) => validation));
  const monitored = namesIn(history.map((record) => record.monitored));
  const curve = (name: string, valueOf: (record: EpochRecord) => number | undefined): Curve => ({
    name,
    points: history.map((record) => [record.epoch + 1, valueOf(record) ?? NaN] as const),
  });
  const validation = (name: string): Curve => curve(`validation ${name}`, (record) => record.validation[name]);
  const levels = best === undefined ? [] : [{ x: best + 1, text: "best" }];
  const byEpoch = (title: string, curves: readonly Curve[]): TrainingChart => ({
    title,
    svg: lineChart({ x: { name: "epoch" }, y: { name: title }, curves, levels, height: 320 }),
  });
  return [
    byEpoch("loss", [
      curve("training loss, mean of the epoch's steps", ({ loss }) => loss),
      ...(metrics.includes("loss") ? [validation("loss")] : []),
    ]),
    ...(steps.length === 0 ? [] : [byStep(steps)]),
    ...metrics.filter((name) => name !== "loss").map((name) => byEpoch(name, [validation(name)])),
    ...monitored.map((name) => byEpoch(name, [curve(`${name}, last step of the epoch`, (of) => of.monitored[name])])),
  ];
}

/** The loss of steps, as many of them to a point as it takes. */
function byStep(steps: readonly StepRecord[]): TrainingChart {
  const perPoint = Math.ceil(steps.length / MOST_POINTS);
  const points = Array.from({ length: Math.ceil(steps.length / perPoint) }, (_, i) => {
    const part = steps.slice(i * perPoint, (i + 1) * perPoint);
    return [part.at(-1)!.step, part.reduce((sum, { loss }) => sum + loss, 0) / part.length] as const;
  });
  const name = perPoint === 1 ? "training loss" : `training loss, mean of ${perPoint} steps`;
  const axes = { x: { name: "step" }, y: { name: "loss" } };
  return { title: "loss by step", svg: lineChart({ ...axes, curves: [{ name, points }], height: 320 }) };
}

function namesIn(records: readonly Readonly<Record<string, number>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}
