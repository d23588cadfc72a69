/** Curves over a common axis as SVG. */
import { svgChart } from "./svg-chart.js";

/** A curve through points. */
export interface Curve {
  readonly name: string;
  /** [x, y], or heights at 0, 1, 2 …; what is not finite is left out. */
  readonly points: readonly (number | readonly [x: number, y: number])[];
  readonly isDashed?: boolean;
  readonly color?: string;
  /** Points by themselves, not joined. */
  readonly isScattered?: boolean;
}

/** An axis. */
export interface Axis {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
  readonly isLog?: boolean;
}

/** What is drawn. */
export interface LineChart {
  readonly x: Axis;
  readonly y: Axis;
  readonly curves: readonly Curve[];
  /** Dashed lines across the chart. */
  readonly levels?: readonly { readonly y: number; readonly text: string }[];
  readonly width?: number;
  readonly height?: number;
}

/** Told apart also by those who see no red or no green. */
const COLORS = ["#2563eb", "#ea580c", "#16a34a", "#9333ea", "#52525b", "#0891b2", "#be185d", "#a16207"];
const GRAY = "#71717a";

/** The chart as the text of an SVG. */
export function lineChart({ x, y, curves, levels = [], width = 860, height = 380 }: LineChart): string {
  const isDrawn = ([at, value]: readonly [number, number]): boolean =>
    Number.isFinite(value) && (x.isLog !== true || at > 0) && (y.isLog !== true || value > 0);
  return svgChart(
    {
      legend: { top: 0 },
      grid: { left: 70, right: levels.length > 0 ? 110 : 40, top: 40, bottom: 50 },
      xAxis: axisOf(x, 30),
      yAxis: axisOf(y, 50),
      series: curves.map(({ name, points, isDashed, isScattered, color }, i) => ({
        type: "line",
        name,
        color: color ?? COLORS[i % COLORS.length],
        showSymbol: isScattered === true,
        symbol: isScattered === true ? "circle" : "none",
        symbolSize: 8,
        lineStyle: { type: isDashed === true ? "dashed" : "solid", width: isScattered === true ? 0 : 2 },
        data: points.map((point, at) => (typeof point === "number" ? ([at, point] as const) : point)).filter(isDrawn),
        ...(i === 0 && { markLine: { symbol: "none", silent: true, data: levels.map(levelOf) } }),
      })),
    },
    { width, height },
  );
}

function axisOf({ name, min, max, isLog }: Axis, nameGap: number): object {
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
  };
}

function levelOf({ y, text }: { readonly y: number; readonly text: string }): object {
  return {
    yAxis: y,
    lineStyle: { type: "dashed", color: GRAY },
    label: { formatter: text, position: "end", color: GRAY },
  };
}

/** A power of ten as such where it has many zeros. */
function shortly(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(0) : String(Number(value.toPrecision(3)));
}
