/** The comparison on a terminal: tables, and bars of the gradient over distance. */
import Table from "cli-table3";
import type { Comparison, NetworkFigures } from "./compare-memories.js";
import { detailsText } from "./comparison-details.js";
import { summaryOf, type MemorySummary } from "./memory-summary.js";
import { percent } from "./percent.js";

/** Characters of the longest bar. */
const WIDTH = 28;
/** The powers of ten that a bar spans. */
const DECADES = 4;
const PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Everything that is printed. */
export function asText({ elman, lstm }: Comparison, { steps }: { readonly steps: number }): string {
  return [
    `‖∂loss/∂state‖ before the last step, relative to it, trained networks (bars from 0.01 % to 100 %):`,
    flowTable([elman, lstm], steps),
    detailsText(elman),
    detailsText(lstm),
    summaryTable([elman, lstm]),
    conclusion(elman),
    conclusion(lstm),
  ].join("\n");
}

function flowTable(networks: readonly NetworkFigures[], steps: number): string {
  const table = newTable(["steps before", ...networks.flatMap(({ title, memory }) => [`${title} ${memory}`, ""])]);
  for (const distance of distances(steps)) {
    const cells = networks.flatMap(({ trained, memory }) => {
      const share = trained.flow[memory]![distance]!;
      return [percent(share), bar(share)];
    });
    table.push([String(distance), ...cells]);
  }
  return table.toString();
}

/** Distances worth a line: dense at first. */
export function distances(steps: number): number[] {
  const wanted = [0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 800];
  return [...wanted.filter((distance) => distance < steps - 1), steps - 1];
}

/** A bar whose length is the logarithm of a share between 10⁻⁴ and 1. */
export function bar(share: number): string {
  const decades = Math.min(DECADES, Math.max(0, DECADES + Math.log10(share)));
  const eighths = Math.round((decades / DECADES) * WIDTH * 8);
  return "█".repeat(Math.floor(eighths / 8)) + PARTS[eighths % 8]!;
}

function summaryTable(networks: readonly NetworkFigures[]): string {
  const columns = networks.flatMap((network) => [summaryOf(network, "initial"), summaryOf(network, "trained")]);
  const table = newTable(["", ...networks.flatMap(({ title }) => [`${title},\nfirst weights`, `${title},\ntrained`])]);
  const row = (title: string, text: (summary: MemorySummary) => string): void => {
    table.push([title, ...columns.map(text)]);
  };
  row("error (1/6: remembers nothing)", ({ error }) => error.toFixed(4));
  row("steps until under 1 % is left", ({ forgottenAfter }) => String(forgottenAfter ?? "never"));
  row("left at the first step", ({ leftAtFirstStep }) => percent(leftAtFirstStep));
  row("spectral radius, median step", ({ spectralRadius }) => spectralRadius.toFixed(3));
  row("largest singular value, median", (summary) => summary.largestSingularValue.toFixed(3));
  row("Hochreiter's factor, median unit", ({ ownFactor }) => ownFactor.toFixed(3));
  return table.toString();
}

function conclusion({ title, memory, trained }: NetworkFigures): string {
  const { forgottenAfter, leftAtFirstStep } = trained;
  const when = forgottenAfter === null ? "never less than 1 %" : `less than 1 % after ${forgottenAfter} steps`;
  return `${title}, trained: of the gradient at ${memory}, ${when} is left; ${percent(leftAtFirstStep)} at the first step.`;
}

function newTable(head: string[]): Table.Table {
  return new Table({
    head,
    colAligns: ["left", ...head.slice(1).map((title) => (title === "" ? ("left" as const) : ("right" as const)))],
    style: { head: [], border: [] },
    // No lines between rows, so that bars stand on each other.
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  });
}
