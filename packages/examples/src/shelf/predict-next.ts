/** Elman's networks that read a series of vectors one by one and predict the next. */
import {
  adam,
  carriedRecurrence,
  consecutiveWindows,
  cosineDecay,
  createRuntime,
  dense,
  elman,
  input,
  scan,
  type FloatNode,
  type LearningRate,
} from "@unfold/rnn";
import type { Progress } from "./example.js";

/** What is learned, and how. */
export interface NextTraining {
  /** `[N, F]` */
  readonly series: readonly (readonly number[])[];
  readonly seed: number;
  /** H, hidden units. */
  readonly units: number;
  /** Times through the series. */
  readonly passes: number;
  readonly learningRate: number;
  /** Whether the rate falls to 0 along a cosine. Default false. */
  readonly isFalling?: boolean;
  /** Of what the last layer says and what came. */
  readonly loss: (scores: FloatNode, next: FloatNode) => FloatNode;
  /** What the network predicts, from the same. */
  readonly prediction: (scores: FloatNode) => FloatNode;
  /** Rows the series is cut into, read side by side, and steps between two updates. */
  readonly rows: number;
  readonly steps: number;
  readonly update: Progress["update"];
}

/** What a trained network says of a series, at each of its elements. */
export interface Reading {
  /** Of the element after. */
  readonly predictions: readonly (readonly number[])[];
  readonly hidden: readonly (readonly number[])[];
}

/** Trains, with a hidden state that goes on from update to update; the gradient reaches back to the last one. */
export async function trainToPredictNext(
  training: NextTraining,
): Promise<(series: readonly (readonly number[])[]) => Promise<Reading>> {
  const { series, seed, units, passes, loss, prediction, rows, steps, update } = training;
  const features = series[0]!.length;
  const cell = elman({ inputs: features, units, seed });
  const readout = dense({ name: "readout", inputs: units, units: features, seed });
  const windows = [
    ...consecutiveWindows(
      series.map((row) => [...row]),
      { batch: rows, size: steps, shift: 1 },
    ),
  ];
  const runtime = await createRuntime();
  const [x, y] = [input("x", [steps, rows, features]), input("y", [steps, rows, features])];
  const carried = carriedRecurrence(cell.fold(rows));
  const values = scan(carried.folded, steps, { x });
  const error = loss(readout.apply(values.outputs.h), y);
  const step = await runtime.compile({
    inputs: { x, y },
    outputs: { error },
    updates: [...adam({ learningRate: rateOf(training, windows.length) }).minimize(error), ...carried.updates(values)],
  });
  for (let pass = 1; pass <= passes; pass++) {
    let sum = 0;
    for (const window of windows) sum += step.run(window).error.item();
    update(pass, passes, `loss ${(sum / windows.length).toFixed(4)}`);
  }
  return async (read) => {
    const whole = input("x", [read.length, 1, features]);
    const { h } = cell.scan(whole).outputs;
    const look = await runtime.compile({
      inputs: { x: whole },
      outputs: { predictions: prediction(readout.apply(h)), hidden: h },
    });
    const found = look.run({ x: read.flat() });
    return {
      predictions: read.map((_, t) => [...found.predictions.data.slice(t * features, (t + 1) * features)]),
      hidden: read.map((_, t) => [...found.hidden.data.slice(t * units, (t + 1) * units)]),
    };
  };
}

function rateOf({ learningRate, isFalling = false, passes }: NextTraining, windows: number): LearningRate {
  return isFalling ? cosineDecay({ rate: learningRate, steps: passes * windows }) : learningRate;
}

/** ‖a - b‖² */
export function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}
