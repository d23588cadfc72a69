/** Numbers of rows and columns as colors. */
import { HeatmapChart } from "echarts/charts";
import { VisualMapComponent } from "echarts/components";
import { use } from "echarts/core";
import { svgChart } from "./svg-chart.js";

/** What a heat map shows. */
export interface HeatMap {
  /** From the top. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `values[row][column]` */
  readonly values: readonly (readonly number[])[];
  /** Whether numbers stand in their fields. Default true. */
  readonly hasNumbers?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/**
 * A heat map as the text of an SVG.
 *
 * @example
 * heatMap({ rows: ["a"], columns: ["x", "y"], values: [[1, 2]] }).slice(0, 4); // → "<svg"
 */
export function heatMap({ rows, columns, values, hasNumbers = true, width = 860, height = 560 }: HeatMap): string {
  use([HeatmapChart, VisualMapComponent]);
  const [least, largest] = [Math.min(0, ...values.flat()), Math.max(...values.flat())];
  return svgChart(
    {
      grid: { left: 100, right: 20, top: 20, bottom: 90 },
      xAxis: { type: "category", data: columns, axisLabel: { rotate: 45 } },
      yAxis: { type: "category", data: rows, inverse: true },
      visualMap: { show: false, min: least, max: largest, inRange: { color: ["#eff6ff", "#1d4ed8"] } },
      series: [
        {
          type: "heatmap",
          label: { show: hasNumbers },
          data: values.flatMap((row, y) => row.map((value, x) => [x, y, value] as const)),
        },
      ],
    },
    { width, height },
  );
}
