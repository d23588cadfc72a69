/** Charts as SVG, for reports that open without a network. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

/** Width and height of a chart, in pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A chart as the text of an SVG.
 *
 * @param option - what Apache ECharts draws: lines and bars on a grid, with a legend and marked lines
 * @example
 * svgChart({ xAxis: {}, yAxis: {}, series: [{ type: "line", data: [[0, 1]] }] }, { width: 90, height: 60 }).slice(0, 4); // → "<svg"
 */
export function svgChart(option: Readonly<Record<string, unknown>>, size: ChartSize): string {
  // Here, and not when the module is read: a bundle that draws nothing holds none of it.
  use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    chart.setOption({ animation: false, ...option });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
