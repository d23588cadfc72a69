/** On a terminal, of one trained network: the gradient at its gates, what its steps multiply with, and its saturation. */
import { textTable } from "@unfold/rnn";
import { median } from "../../statistics.js";
import type { NetworkFigures } from "./compare-memories.js";
import { percent } from "./percent.js";

/** Characters of a curve. */
const WIDTH = 40;
/** The powers of ten that a curve of shares spans. */
const DECADES = 4;
const LEVELS = "▁▂▃▄▅▆▇█";

/** Three tables, a curve in each row. */
export function detailsText({ title, memory, trained }: NetworkFigures): string {
  const { flow, saturation, ...jacobian } = trained;
  const steps = flow[memory]!.length;
  const ten = Math.min(10, steps - 1);
  const gates = Object.entries(flow).map(([label, shares]) => [
    label,
    ...[0, ten, steps - 1].map((distance) => percent(shares[distance]!)),
    // Distances from the last step grow to the left, as time runs to the right.
    curve(shares.map((share) => Math.max(0, 1 + Math.log10(share) / DECADES)).reverse()),
  ]);
  const factors = Object.entries({
    "largest singular value": jacobian.largestSingularValue,
    "spectral radius": jacobian.spectralRadius,
    "Hochreiter's factor, median unit": jacobian.ownFactor,
  }).map(([name, values]) => {
    const largest = Math.max(...values);
    return [
      name,
      ...[Math.min(...values), median(values), largest].map((value) => value.toFixed(3)),
      curve(values.map((value) => value / largest)),
    ];
  });
  const activations = Object.entries(saturation).map(([label, { low, high, counts }]) => {
    const most = Math.max(...counts);
    return [label, percent(low), percent(high), curve(counts.map((count) => count / most))];
  });
  const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
    textTable([head, ...rows], (column) => column > 0 && column < head.length - 1);
  return [
    `${title}, trained: the gradient at states and gates, relative to ${memory} at the last step`,
    table(["", "last step", `${ten} before`, "first step", "← the past (0.01 % to 100 %, logarithmic)"], gates),
    "",
    `${title}, trained: of the recurrent Jacobian, step by step`,
    table(["", "least", "median", "most", "0 to the most, first to last step"], factors),
    "",
    `${title}, trained: saturation`,
    table(["", "lower end", "upper end", "how often each part of the range"], activations),
    "",
  ].join("\n");
}

/** Shares of a range, [0, 1], as one character each; of more than fit, as many at equal distances. */
export function curve(shares: readonly number[]): string {
  const width = Math.min(WIDTH, shares.length);
  const last = shares.length - 1;
  return Array.from({ length: width }, (_, i) => {
    const share = shares[width === 1 ? last : Math.round((i * last) / (width - 1))]!;
    return LEVELS[Math.min(LEVELS.length - 1, Math.floor(share * LEVELS.length))] ?? " ";
  }).join("");
}
