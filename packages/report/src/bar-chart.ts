/** Bars side by side as SVG. */
import { svgChart } from "./svg-chart.js";

/** What a bar chart shows. */
export interface BarChart {
  readonly x: { readonly name: string; readonly categories: readonly string[] };
  readonly y: { readonly name: string; readonly min?: number; readonly max?: number };
  /** A height for each category. */
  readonly bars: readonly { readonly name: string; readonly heights: readonly number[] }[];
  readonly width?: number;
  readonly height?: number;
}

/**
 * A bar chart as the text of an SVG.
 *
 * @example
 * const bars = [{ name: "steps", heights: [3] }];
 * barChart({ x: { name: "run", categories: ["a"] }, y: { name: "count" }, bars }).slice(0, 4); // → "<svg"
 */
export function barChart({ x, y, bars, width = 860, height = 320 }: BarChart): string {
  return svgChart(
    {
      color: ["#2563eb", "#ea580c", "#16a34a", "#9333ea"],
      legend: { top: 0 },
      grid: { left: 70, right: 40, top: 40, bottom: 50 },
      xAxis: {
        type: "category",
        data: x.categories,
        name: x.name,
        nameLocation: "middle",
        nameGap: 30,
        axisLabel: { interval: 0 },
      },
      yAxis: { type: "value", name: y.name, nameLocation: "middle", nameGap: 50, min: y.min, max: y.max },
      series: bars.map(({ name, heights }) => ({ type: "bar", name, data: heights })),
    },
    { width, height },
  );
}
