/** Trains a GRU to forecast: it reads the series from the beginning and says at every step what the next ones will be. */
import {
  adam,
  constant,
  createRuntime,
  dense,
  equal,
  gru,
  input,
  meanSquaredError,
  ndArray,
  type NdArray,
} from "@unfold/rnn";
import { mean } from "../../statistics.js";
import type { Series } from "./series.js";

/** How to train. */
export interface ForecasterOptions {
  readonly seed: number;
  readonly units: number;
  readonly passes: number;
  /** After each pass: the loss on the steps to train on and on those to validate on. */
  readonly onPass?: (pass: number, training: number, validation: number) => void;
}

/** What was forecast. */
export interface Forecasts {
  /** `values[t][a - 1]`: the value at step t + a, forecast at step t. */
  readonly values: readonly (readonly number[])[];
  /** The pass whose weights made them: the best on the validation years. */
  readonly bestPass: number;
  readonly losses: readonly { readonly training: number; readonly validation: number }[];
}

/** Which steps' forecasts count for what. */
const [NONE, TRAINING, VALIDATION] = [0, 1, 2];

/** The forecasts of the network at its best pass. Nothing at or after `testFrom` is trained on or chosen by. */
export async function forecast(series: Series, options: ForecasterOptions): Promise<Forecasts> {
  const { values, horizon, reference } = series;
  const steps = values.length;
  const targets = values.map((_, t) =>
    ahead(horizon).map((a) => (t >= FIRST && t + a < steps ? values[t + a]! - reference(values, t, a) : 0)),
  );
  // What is forecast must be known in its own part: a forecast that reaches over a border counts for neither side.
  const partOf = (t: number): number => {
    if (t < FIRST) return NONE;
    if (t + horizon < series.validationFrom) return TRAINING;
    return t >= series.validationFrom && t + horizon < series.testFrom ? VALIDATION : NONE;
  };
  const parts = values.map((_, t) => partOf(t));
  const known = targets.filter((_, t) => parts[t] === TRAINING).flat();
  const { center, scale } = spread(known);
  const run = await compile(series, targets, parts, { center, scale, ...options });
  const losses: { training: number; validation: number }[] = [];
  let best = { validation: Infinity, pass: 0, data: new Float32Array() as NdArray["data"] };
  for (let pass = 1; pass <= options.passes; pass++) {
    const found = run();
    const [training, validation] = [found.training.item(), found.validation.item()];
    losses.push({ training, validation });
    if (validation < best.validation) best = { validation, pass, data: found.outputs.data.slice() };
    options.onPass?.(pass, training, validation);
  }
  const forecasts = values.map((_, t) =>
    ahead(horizon).map((a, i) =>
      t < FIRST ? NaN : reference(values, t, a) + center + scale * best.data[t * horizon + i]!,
    ),
  );
  return { values: forecasts, bestPass: best.pass, losses };
}

/** Before this step the years that features look back on are not known. */
const FIRST = 36;

function ahead(horizon: number): readonly number[] {
  return Array.from({ length: horizon }, (_, i) => i + 1);
}

/** One training step over the whole series; its losses and outputs are those before the update. */
async function compile(
  series: Series,
  targets: readonly (readonly number[])[],
  parts: readonly number[],
  { seed, units, center, scale }: ForecasterOptions & { readonly center: number; readonly scale: number },
) {
  const steps = series.values.length;
  const features = standardized(series.features, series.validationFrom);
  const cell = gru({ inputs: features[0]!.length, units, seed });
  const readout = dense({ name: "readout", inputs: units, units: series.horizon, seed });
  const x = input("x", [steps, 1, features[0]!.length]);
  const target = input("target", [steps, 1, series.horizon]);
  const outputs = readout.apply(cell.scan(x).outputs.h);
  const part = constant(ndArray(parts, { dtype: "i32", shape: [steps, 1, 1] }));
  const lossOf = (which: number) => meanSquaredError(outputs, target, { mask: equal(part, which) });
  const [training, validation] = [lossOf(TRAINING), lossOf(VALIDATION)];
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs: { x, target },
    outputs: { training, validation, outputs },
    updates: adam({ learningRate: 0.005 }).minimize(training, { clipNorm: 1 }),
  });
  const sequences = {
    x: features.flat(),
    target: targets.flat().map((value) => (value - center) / scale),
  };
  return () => step.run(sequences);
}

/** Features of mean 0 and variance 1 over the first steps. */
function standardized(features: readonly (readonly number[])[], until: number): readonly (readonly number[])[] {
  const scales = features[0]!.map((_, i) => spread(features.slice(0, until).map((row) => row[i]!)));
  return features.map((row) => row.map((value, i) => (value - scales[i]!.center) / scales[i]!.scale));
}

function spread(values: readonly number[]): { readonly center: number; readonly scale: number } {
  const center = mean(values);
  return { center, scale: Math.sqrt(mean(values.map((value) => (value - center) ** 2))) };
}
