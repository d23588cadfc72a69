/** The public names of @unfold/report. */

// pages
export { escapeHtml, figure, page, table } from "./page.js";

// charts and pictures as SVG
export { barChart } from "./bar-chart.js";
export type { BarChart } from "./bar-chart.js";
export { heatMap } from "./heat-map.js";
export type { HeatMap } from "./heat-map.js";
export { imageGrid } from "./image-grid.js";
export type { GrayImage, ImageGrid, ImageRow } from "./image-grid.js";
export { learningRatePlot } from "./learning-rate-plot.js";
export { lineChart } from "./line-chart.js";
export type { Axis, Curve, Level, LineChart } from "./line-chart.js";
export { svgChart } from "./svg-chart.js";
export type { ChartSize } from "./svg-chart.js";
export { svgPicture } from "./svg-picture.js";

// reports
export { trainingReport } from "./training-report.js";
export type { TrainingReportOptions } from "./training-report.js";
