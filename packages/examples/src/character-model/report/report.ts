/** What the report of a run shows, put together: one HTML file that opens without a network. */
import { page } from "@unfold/report";
import type { Baselines } from "../baselines.js";
import type { Corpus } from "../corpus.js";
import type { Network } from "../network.js";
import type { Settings } from "../options.js";
import type { RunResult } from "../run-result.js";
import type { History } from "../training.js";
import { lossChart } from "./chart.js";
import { recurrencePictures } from "./graphs.js";
import { htmlParts } from "./html.js";

/** Everything a report is made of. */
export interface ReportContents {
  readonly corpus: Corpus;
  readonly settings: Settings;
  readonly history: History;
  readonly baselines: Baselines;
  readonly result: Omit<RunResult, "report">;
  readonly sample: string;
  readonly network: Network;
}

/** Heading of the report. */
export const REPORT_TITLE = "An Elman network reads Moby-Dick";

/** The report as HTML. */
export async function writeReport(contents: ReportContents): Promise<string> {
  return page("Unfold: an Elman network reads Moby-Dick", REPORT_TITLE, await reportParts(contents));
}

/** What the report is made of, in HTML. */
export async function reportParts(contents: ReportContents): Promise<string[]> {
  const { corpus, settings, history, baselines, result, sample, network } = contents;
  const bits = (value: number): string => `${value.toFixed(3)} bits per character`;
  return htmlParts({
    figures: {
      Text: `${corpus.title}; ${corpus.training.length} characters to train on, ${corpus.heldOut.length} held out, ${corpus.vocabulary.size} different ones`,
      Network: `Elman, ${settings.units} hidden units, seed ${settings.seed}`,
      "One update of the weights": `${settings.batch} sequences of ${settings.length} characters, Adam, learning rate ${settings.learningRate} falling to half in 500 updates`,
      Updates: String(history.step),
      "Held-out text": bits(result.heldOutBitsPerCharacter),
      "Unigram model": bits(baselines.unigram),
      "Bigram model": bits(baselines.bigram),
      "Training in this run": `${result.seconds.toFixed(1)} s, ${result.charactersPerSecond.toFixed(0)} characters/s, ${result.backend} backend`,
    },
    chart: lossChart(history, baselines, result.heldOutBitsPerCharacter),
    ...(await recurrencePictures(network.fold(settings.batch))),
    sample,
  });
}
