/** The charts of the comparison as SVG. */
import { barChart, lineChart } from "@unfold/report";
import type { Saturation } from "@unfold/rnn";
import type { Comparison, NetworkFigures } from "./compare-memories.js";
import { FORGOTTEN } from "./memory-figures.js";

/** A curve: its name and its height at 0, 1, 2 … */
interface Line {
  readonly name: string;
  readonly heights: readonly number[];
  readonly isDashed?: boolean;
  readonly color?: string;
}

/** Shares below this are not drawn: the axis is a logarithm. */
const SMALLEST = 1e-8;

/** The gradient over the distance from the last step, on a logarithmic axis. */
export function flowChart({ elman, lstm }: Comparison): string {
  const of = ({ title, memory, ...weights }: NetworkFigures, color: string): Line[] => [
    { name: `${title} ${memory}, first weights`, heights: weights.initial.flow[memory]!, color, isDashed: true },
    { name: `${title} ${memory}, trained`, heights: weights.trained.flow[memory]!, color },
  ];
  return curves([...of(elman, "#dc2626"), ...of(lstm, "#2563eb")], {
    x: "steps before the last",
    y: "share of the gradient",
    isLog: true,
  });
}

/** The gradient that reaches each gate of a trained network. */
export function gatesChart({ trained }: NetworkFigures): string {
  const list = Object.entries(trained.flow).map(([name, heights]) => ({ name, heights }));
  return curves(list, { x: "steps before the last", y: "share of the gradient", isLog: true });
}

/** Spectral radius, largest singular value and Hochreiter's factor of a trained network, step by step. */
export function jacobianChart({ trained }: NetworkFigures): string {
  return curves(
    [
      { name: "largest singular value", heights: trained.largestSingularValue },
      { name: "spectral radius", heights: trained.spectralRadius },
      { name: "Hochreiter's factor, median unit", heights: trained.ownFactor },
    ],
    { x: "step", y: "factor per step", isLog: false },
  );
}

/** How often each value of an activation occurs. */
export function saturationChart(histograms: Readonly<Record<string, Saturation>>): string {
  const names = Object.keys(histograms);
  const bins = histograms[names[0]!]!.counts.length;
  return barChart({
    x: {
      name: "part of the range, from its lower to its upper end",
      categories: Array.from({ length: bins }, (_, i) => `${Math.round((100 * i) / bins)} %`),
    },
    y: { name: "share of values" },
    bars: names.map((name) => {
      const { counts } = histograms[name]!;
      const total = counts.reduce((sum, count) => sum + count);
      return { name, heights: Array.from(counts, (count) => count / total) };
    }),
    height: 280,
  });
}

function curves(
  list: readonly Line[],
  { x, y, isLog }: { readonly x: string; readonly y: string; readonly isLog: boolean },
): string {
  return lineChart({
    x: { name: x },
    y: { name: y, isLog, ...(isLog && { min: SMALLEST }) },
    curves: list.map(({ heights, ...line }) => ({
      ...line,
      points: heights.map((height) => (isLog && height < SMALLEST ? NaN : height)),
    })),
    levels: [isLog ? { y: FORGOTTEN, text: "1 %" } : { y: 1, text: "1" }],
  });
}
