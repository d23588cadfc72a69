/** The comparison on a terminal: tables, and bars of the gradient over distance. */
import Table from "cli-table3";
import type { Comparison, NetworkFigures } from "./compare-memories.js";
import { summaryOf, type MemorySummary } from "./memory-summary.js";

/** Characters of the longest bar. */
const WIDTH = 30;
/** The powers of ten that a bar spans. */
const DECADES = 4;
const PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Everything that is printed. */
export function asText({ elman, lstm }: Comparison, { steps }: { readonly steps: number }): string {
  return [
    `‖∂loss/∂state‖ some steps before the last, relative to the last step, trained networks (bars from 0.01 % to 100 %):`,
    flowTable([elman, lstm], steps),
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
  const table = newTable(["", ...networks.flatMap(({ title }) => [`${title}, first weights`, `${title}, trained`])]);
  const row = (title: string, text: (summary: MemorySummary) => string): void => {
    table.push([title, ...columns.map(text)]);
  };
  row("mean squared error (1/6: remembers nothing)", ({ error }) => error.toFixed(4));
  row("steps until less than 1 % is left", ({ forgottenAfter }) => String(forgottenAfter ?? "never"));
  row("left at the first step", ({ leftAtFirstStep }) => percent(leftAtFirstStep));
  row("spectral radius of ∂state/∂state before, median", ({ spectralRadius }) => spectralRadius.toFixed(3));
  row("largest singular value of it, median", (summary) => summary.largestSingularValue.toFixed(3));
  row("Hochreiter's factor of a unit to itself, median", ({ ownFactor }) => ownFactor.toFixed(3));
  row("saturated: at the lower end / at the upper end", ({ saturated }) =>
    Object.entries(saturated)
      .map(([label, { low, high }]) => `${label} ${percent(low)} / ${percent(high)}`)
      .join("\n"),
  );
  return table.toString();
}

function conclusion({ title, memory, trained }: NetworkFigures): string {
  const { forgottenAfter, leftAtFirstStep } = trained;
  const when = forgottenAfter === null ? "never less than 1 %" : `less than 1 % after ${forgottenAfter} steps`;
  return `${title}, trained: of the gradient that reaches ${memory} at the last step, ${when} is left; ${percent(leftAtFirstStep)} at the first step.`;
}

/** A share as a percentage of two digits. */
export function percent(share: number): string {
  const value = 100 * share;
  return value !== 0 && value < 0.001 ? `${value.toExponential(0)} %` : `${Number(value.toPrecision(2))} %`;
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
