/**
 * Forecasts of two series of measurements, and what they must beat: that next year will be like this one.
 *
 * @source Hyndman & Athanasopoulos 2021, "Forecasting: principles and practice", 3rd edition, sections 5.2 (seasonal naive) and 5.8 (errors)
 */
import { figure, lineChart } from "@unfold/report";
import { textTable } from "@unfold/rnn";
import { mean } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { forecast, type Forecasts } from "./forecaster.js";
import { carbonDioxide, temperature, type Series } from "./series.js";

/** Steps of the test years in the picture. */
const SHOWN = 150;

export const example = defineExample({
  title: "A network forecasts carbon dioxide and the weather",
  settings: {
    seed: SEED,
    units: { about: "of the GRU", value: 8, min: 1, max: 1000 },
    passes: { about: "through each series, one update of the weights each", value: 300, min: 1, max: 100_000 },
  },
  run: async ({ passes, ...sizes }, { update }) => {
    const all = await Promise.all([carbonDioxide(), temperature()]);
    const results: { series: Series; forecasts: Forecasts; errors: Record<string, number> }[] = [];
    for (const series of all) {
      const done = results.length * passes;
      const forecasts = await forecast(series, {
        ...sizes,
        passes,
        onPass: (pass, loss) => {
          update(done + pass, passes * all.length, `${series.name}: training loss ${loss.toFixed(3)}`);
        },
      });
      results.push({ series, forecasts, errors: errorsOf(series, forecasts) });
    }
    const [co2, weather] = results.map(({ errors }) => errors);
    return {
      figures: { co2, weather, bestPasses: results.map(({ forecasts }) => forecasts.bestPass) },
      text: results.map(({ series, errors }) => table(series, errors)).join("\n"),
      parts: results.flatMap(({ series, forecasts, errors }) => [
        `<h2>The ${series.name}</h2>`,
        picture(series, forecasts, errors),
        learning(series, forecasts),
      ]),
    };
  },
});

/** The mean absolute error over the test years and all distances, of each way to forecast. */
function errorsOf({ values, horizon, baselines, testFrom }: Series, forecasts: Forecasts): Record<string, number> {
  const ways = {
    ...baselines,
    network: (_: readonly number[], t: number, ahead: number) => forecasts.values[t]![ahead - 1]!,
  };
  return Object.fromEntries(
    Object.entries(ways).map(([name, way]) => {
      const errors: number[] = [];
      for (let t = testFrom; t + horizon < values.length; t++)
        for (let ahead = 1; ahead <= horizon; ahead++)
          errors.push(Math.abs(way(values, t, ahead) - values[t + ahead]!));
      return [name, mean(errors)];
    }),
  );
}

function table({ name, unit, horizon, step }: Series, errors: Readonly<Record<string, number>>): string {
  const head = [`${name}, 1 to ${horizon} ${step}s ahead`, `mean absolute error, ${unit}`];
  const rows = Object.entries(errors).map(([way, error]) => [way, error.toFixed(3)]);
  return textTable([head, ...rows], (column) => column > 0);
}

function picture(series: Series, forecasts: Forecasts, errors: Readonly<Record<string, number>>): string {
  const { values, years, horizon, step, unit, testFrom, baselines } = series;
  const steps = Array.from(
    { length: Math.min(SHOWN, values.length - testFrom - horizon) },
    (_, i) => testFrom + horizon + i,
  );
  const madeAt = (ahead: number) => steps.map((t) => [t - testFrom, forecasts.values[t - ahead]![ahead - 1]!] as const);
  const [naive] = Object.keys(baselines);
  const naively = steps.map((t) => [t - testFrom, baselines[naive!]!(values, t - horizon, horizon)] as const);
  return figure(
    lineChart({
      x: { name: `${step}s since the beginning of ${Math.floor(years[testFrom]!)}` },
      y: { name: unit },
      curves: [
        { name: "measured", points: steps.map((t) => [t - testFrom, values[t]!]) },
        { name: `forecast 1 ${step} before`, points: madeAt(1) },
        { name: `forecast ${horizon} ${step}s before`, points: madeAt(horizon), isDashed: true },
        { name: naive!, points: naively, isDashed: true },
      ],
    }),
    `Mean absolute error over all distances, ${unit}: ${Object.entries(errors)
      .map(([way, error]) => `${way} ${error.toFixed(2)}`)
      .join("; ")}.`,
  );
}

function learning({ name }: Series, { losses, bestPass }: Forecasts): string {
  const axis = { name: "mean squared error, standardized", isLog: true };
  return figure(
    lineChart({
      x: { name: "pass" },
      y: axis,
      curves: [
        { name: "training years", points: losses.map(({ training }) => training) },
        { name: "validation years", points: losses.map(({ validation }) => validation) },
      ],
    }),
    `Learning the ${name}. The weights are those of pass ${bestPass}, the best on the validation years; after it the network learns its training years by heart.`,
  );
}
