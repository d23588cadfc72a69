/** Two series of real measurements: what is to be forecast, what the network reads, and what it must beat. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Dataset, readColumns } from "@unfold/rnn";
import { parse } from "csv-parse/sync";

/** A forecast made at step t of the value at step t + ahead; both are known in the past. */
export type Baseline = (values: readonly number[], t: number, ahead: number) => number;

/** A series and how to forecast it. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  /** What a step is, for sentences. */
  readonly step: string;
  /** The year of a step, with a fraction. */
  readonly years: readonly number[];
  /** What is to be forecast. */
  readonly values: readonly number[];
  /** What the network reads at each step, a record of that step alone. */
  readonly features: readonly (readonly number[])[];
  /** How far ahead, in steps. */
  readonly horizon: number;
  /** What the network's output is added to. */
  readonly reference: Baseline;
  readonly baselines: Readonly<Record<string, Baseline>>;
  /** The first step of the years by which to choose when to stop training, and of those that measure. */
  readonly validationFrom: number;
  readonly testFrom: number;
}

const require = createRequire(import.meta.url);
const folder = path.join(path.dirname(require.resolve("vega-datasets")), "../data");

const DAYS_OF_YEAR = 365;

/** The rows of a file of the package vega-datasets: numbers in columns, and the year of a date. */
async function readFile<C extends string>(file: string, date: string, columns: readonly C[]) {
  const rows = parse<Record<string, string>>(readFileSync(path.join(folder, file)), { columns: true });
  const choices = Object.fromEntries(columns.map((column) => [column, column])) as Record<C, C>;
  const numbers = await Dataset.from(rows).map(readColumns(choices)).toArray();
  return rows.map((row, i) => ({ year: yearOf(new Date(row[date]!)), ...numbers[i]! }));
}

function yearOf(date: Date): number {
  const year = date.getUTCFullYear();
  const start = Date.UTC(year, 0, 1);
  return year + (date.getTime() - start) / (Date.UTC(year + 1, 0, 1) - start);
}

/** The season as a point on a circle, so that December lies beside January. */
function season(year: number): readonly number[] {
  return [Math.sin(2 * Math.PI * year), Math.cos(2 * Math.PI * year)];
}

/** Carbon dioxide at Mauna Loa, monthly: a trend and a season. */
export async function carbonDioxide(): Promise<Series> {
  const rows = await readFile("co2-concentration.csv", "Date", ["CO2"]);
  const values = rows.map((row) => row.CO2);
  const lastYear: Baseline = (known, t, ahead) => known[t + ahead - 12]!;
  const growth = (t: number): number => (t < 12 ? 0 : values[t]! - values[t - 12]!);
  // Growth itself has doubled in these sixty years; whether it is above its own mean has no trend.
  const surplus = (t: number): number => (t < 36 ? 0 : growth(t) - (values[t]! - values[t - 36]!) / 3);
  const grown: Baseline = (known, t, ahead) => lastYear(known, t, ahead) + growth(t);
  const years = rows.map((row) => row.year);
  return {
    name: "carbon dioxide at Mauna Loa",
    unit: "ppm",
    step: "month",
    years,
    values,
    features: years.map((year, t) => [surplus(t), growth(t) - growth(Math.max(t - 1, 0)), ...season(year)]),
    horizon: 12,
    reference: grown,
    baselines: { "last year's value": lastYear, "and last year's growth": grown },
    validationFrom: years.findIndex((year) => year >= 2000),
    testFrom: years.findIndex((year) => year >= 2008),
  };
}

/** The day's highest temperature in Seattle: weather on top of a season. */
export async function temperature(): Promise<Series> {
  const rows = await readFile("seattle-weather.csv", "date", ["temp_max", "temp_min", "precipitation", "wind"]);
  const years = rows.map(({ year }) => year);
  const today: Baseline = (known, t) => known[t]!;
  return {
    name: "highest temperature in Seattle",
    unit: "°C",
    step: "day",
    years,
    values: rows.map((row) => row.temp_max),
    features: rows.map((row) => [
      row.temp_max,
      row.temp_min,
      Math.log1p(row.precipitation),
      row.wind,
      ...season(row.year),
    ]),
    horizon: 7,
    reference: today,
    baselines: { "last year's value": (known, t, ahead) => known[t + ahead - DAYS_OF_YEAR]!, "today's value": today },
    validationFrom: years.findIndex((year) => year >= 2014),
    testFrom: years.findIndex((year) => year >= 2015),
  };
}
