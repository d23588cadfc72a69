/** The charts of the comparison as SVG. */
import { lineChart, svgChart } from "@unfold/report";
import type { Saturation } from "@unfold/rnn";
import type { Comparison, NetworkFigures } from "./compare-memories.js";
import { FORGOTTEN } from "./memory-figures.js";

/** A curve: its name and its height at 0, 1, 2 … */
interface Line {
  readonly name: string;
  readonly heights: readonly number[];
  readonly isDashed?: boolean;
}

const SIZE = { width: 860, height: 380 };
const COLORS = ["#dc2626", "#dc2626", "#2563eb", "#2563eb", "#16a34a", "#9333ea"];
/** Shares below this are not drawn: the axis is a logarithm. */
const SMALLEST = 1e-8;

/** The gradient over the distance from the last step, on a logarithmic axis. */
export function flowChart({ elman, lstm }: Comparison): string {
  const of = ({ title, memory, ...weights }: NetworkFigures): Line[] => [
    { name: `${title} ${memory}, first weights`, heights: weights.initial.flow[memory]!, isDashed: true },
    { name: `${title} ${memory}, trained`, heights: weights.trained.flow[memory]! },
  ];
  return curves([...of(elman), ...of(lstm)], { x: "steps before the last", y: "share of the gradient", isLog: true });
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
  return svgChart(
    {
      color: COLORS.slice(1),
      legend: { top: 0 },
      grid: { left: 60, right: 30, top: 40, bottom: 50 },
      xAxis: axis("part of the range, from its lower to its upper end", {
        type: "category",
        data: Array.from({ length: bins }, (_, i) => `${Math.round((100 * i) / bins)} %`),
      }),
      yAxis: axis("share of values", { type: "value" }),
      series: names.map((name) => {
        const { counts } = histograms[name]!;
        const total = counts.reduce((sum, count) => sum + count);
        return { type: "bar", name, data: counts.map((count) => count / total) };
      }),
    },
    { ...SIZE, height: 280 },
  );
}

function curves(
  list: readonly Line[],
  { x, y, isLog }: { readonly x: string; readonly y: string; readonly isLog: boolean },
): string {
  const colors = list.length === 3 ? ["#2563eb", "#dc2626", "#16a34a"] : COLORS;
  return lineChart({
    x: { name: x },
    y: { name: y, isLog, ...(isLog && { min: SMALLEST }) },
    curves: list.map(({ heights, ...line }, i) => ({
      ...line,
      points: heights.map((height) => (isLog && height < SMALLEST ? NaN : height)),
      color: colors[i % colors.length]!,
    })),
    levels: [isLog ? { y: FORGOTTEN, text: "1 %" } : { y: 1, text: "1" }],
    ...SIZE,
  });
}

function axis(name: string, settings: object): object {
  return { name, nameLocation: "middle", nameGap: 34, ...settings };
}
