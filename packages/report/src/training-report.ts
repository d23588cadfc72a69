/** How training went, as one HTML file. */
import type { EpochRecord, StepRecord } from "@unfold/nn";
import { escapeHtml, figure, page, table } from "./page.js";
import { trainingCharts } from "./training-charts.js";

/** What a report says beside what was recorded. */
export interface TrainingReportOptions {
  /** Default "Training". */
  readonly title?: string;
  /** Facts shown as a table under the title, such as settings and sizes. */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** The epoch that was best: `best` of what `fit` returns. */
  readonly best?: number | undefined;
  /** What the callback `onStep` has heard, for the loss over steps. */
  readonly steps?: readonly StepRecord[];
}

/**
 * A report of training as one HTML file that opens without a network: curves of the loss, of every metric of the validation
 * data and of everything that was monitored, such as the learning rate, and the numbers of the last and the best epoch. A
 * validation metric called "loss" shares its chart with the training loss.
 *
 * @param history - what `fit` returns, or its callback `onEpoch` has heard so far
 * @example
 * const history = [2, 1].map((loss, epoch) => ({ epoch, step: 5 * (epoch + 1), loss, monitored: {}, validation: { loss: loss + 1 } }));
 * const html = trainingReport(history, { title: "Two epochs" });
 * [html.includes("Two epochs"), html.match(/<svg/g).length]; // → [true, 1]
 */
export function trainingReport(history: readonly EpochRecord[], options: TrainingReportOptions = {}): string {
  const { title = "Training", facts = {}, best } = options;
  return page(title, title, [
    table([
      ...Object.entries(facts).map(([name, fact]) => [name, String(fact)]),
      ...shownEpochs(history, best).map(({ name, record }) => [name, describeEpoch(record)]),
    ]),
    ...trainingCharts(history, options).flatMap(({ title: name, svg }) => [
      `<h2>${escapeHtml(name)}</h2>`,
      figure(svg, ""),
    ]),
  ]);
}

function shownEpochs(
  history: readonly EpochRecord[],
  best: number | undefined,
): readonly { readonly name: string; readonly record: EpochRecord }[] {
  const last = history.at(-1);
  const winner = history.find(({ epoch }) => epoch === best);
  return [
    ...(last === undefined ? [] : [{ name: "Last epoch", record: last }]),
    ...(winner === undefined ? [] : [{ name: "Best epoch", record: winner }]),
  ];
}

/** `12 after 600 steps: training loss 0.1234, validation loss 0.2345`. */
function describeEpoch({ epoch, step, loss, validation, monitored }: EpochRecord): string {
  const values: readonly (readonly [string, number])[] = [
    ["training loss", loss],
    ...Object.entries(validation).map(([name, value]) => [`validation ${name}`, value] as const),
    ...Object.entries(monitored),
  ];
  return `${epoch + 1} after ${step} steps: ${values.map(([name, value]) => `${name} ${figureOf(value)}`).join(", ")}`;
}

/** Four digits. */
function figureOf(value: number): string {
  return String(Number(value.toPrecision(4)));
}
