/** Curves over a common axis as SVG. */
import { svgChart } from "./svg-chart.js";

/** A curve through points. */
export interface Curve {
  readonly name: string;
  /** [x, y], or heights at 0, 1, 2 …; a gap where a number is not finite, or not above 0 on a logarithmic axis. */
  readonly points: readonly (number | readonly [x: number, y: number])[];
  readonly isDashed?: boolean;
  readonly color?: string;
  /** Points by themselves, not joined. */
  readonly isScattered?: boolean;
}

/** What an axis shows. */
export interface Axis {
  readonly name: string;
  /** Where it begins and ends; with the curves unless given. */
  readonly min?: number;
  readonly max?: number;
  readonly isLog?: boolean;
  /** Texts at 0, 1, 2 … instead of numbers. */
  readonly labels?: readonly string[];
}

/** A dashed line across the chart, at a value of one of its axes. */
export type Level = ({ readonly x: number } | { readonly y: number }) & {
  readonly text: string;
  readonly color?: string;
};

/** What a line chart shows. */
export interface LineChart {
  readonly x: Axis;
  readonly y: Axis;
  readonly curves: readonly Curve[];
  readonly levels?: readonly Level[];
  /** In pixels. Default 860. */
  readonly width?: number;
  /** In pixels. Default 380. */
  readonly height?: number;
}

/** Told apart also by those who see no red or no green. */
const COLORS = ["#2563eb", "#ea580c", "#16a34a", "#9333ea", "#52525b", "#0891b2", "#be185d", "#a16207"];
const GRAY = "#71717a";
/** By itself echarts draws a level at its value rounded to two digits after the point. */
const DIGITS = 20;
/** With larger numbers, and with smaller ones on an axis that is no logarithm, echarts finds no round ones for the axis. */
const [SMALLEST, LARGEST] = [1e-15, 1e100];
/** What echarts takes for no point. */
const GAP = ["-", "-"];

/**
 * A chart of curves as the text of an SVG.
 *
 * @example
 * const loss = { name: "loss", points: [2, 1, 0.5] };
 * lineChart({ x: { name: "epoch" }, y: { name: "loss" }, curves: [loss] }).includes("epoch"); // → true
 */
export function lineChart({ x, y, curves, levels = [], width = 860, height = 380 }: LineChart): string {
  const isDrawn = ([at, value]: readonly [number, number]): boolean => fits(at, x) && fits(value, y);
  return svgChart(
    {
      legend: { top: 0 },
      // Texts of levels stand to the right of the grid.
      grid: { left: 70, right: levels.some((level) => "y" in level) ? 110 : 40, top: 40, bottom: 50 },
      xAxis: axisOf(x, 30),
      yAxis: axisOf(y, 50),
      series: curves.map(({ name, points, isDashed, isScattered, color }, i) => ({
        type: "line",
        name,
        color: color ?? COLORS[i % COLORS.length],
        // One point makes no line.
        showSymbol: isScattered === true || points.length === 1,
        symbol: isScattered === true || points.length === 1 ? "circle" : "none",
        symbolSize: 8,
        lineStyle: { type: isDashed === true ? "dashed" : "solid", width: isScattered === true ? 0 : 2 },
        data: points
          .map((point, at) => (typeof point === "number" ? ([at, point] as const) : point))
          .map((point) => (isDrawn(point) ? [rounded(point[0], x), rounded(point[1], y)] : GAP)),
        ...(i === 0 && { markLine: { symbol: "none", silent: true, precision: DIGITS, data: levels.map(levelOf) } }),
      })),
    },
    { width, height },
  );
}

function fits(value: number, { isLog }: Axis): boolean {
  return Math.abs(value) <= LARGEST && (isLog !== true || value >= 1 / LARGEST);
}

function rounded(value: number, { isLog }: Axis): number {
  return isLog !== true && Math.abs(value) < SMALLEST ? 0 : value;
}

function axisOf({ name, min, isLog, labels, max = labels && labels.length - 1 }: Axis, nameGap: number): object {
  return {
    type: isLog === true ? "log" : "value",
    name,
    nameLocation: "middle",
    nameGap,
    // By itself an axis starts at 0, far from curves that do not.
    scale: true,
    min,
    max,
    ...(isLog === true && { axisLabel: { formatter: shortly } }),
    ...(labels && {
      interval: 1,
      splitLine: { show: false },
      axisLabel: { formatter: (at: number) => labels[at] ?? "" },
    }),
  };
}

function levelOf({ text, color = GRAY, ...at }: Level): object {
  return {
    ...("x" in at ? { xAxis: at.x } : { yAxis: at.y }),
    lineStyle: { type: "dashed", color },
    label: { formatter: text, position: "end", color },
  };
}

/** A power of ten as such where it has many zeros. */
function shortly(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(0) : String(Number(value.toPrecision(3)));
}
