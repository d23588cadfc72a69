/** Trains a network to predict the next frame; it is shown the first frames of a clip only. */
import {
  adam,
  createRuntime,
  input,
  meanSquaredError,
  reshape,
  slice,
  stepByStep,
  trainingMode,
  type FloatNode,
  type TrainingMode,
} from "@unfold/rnn";
import { COLUMNS, ROWS, type Frame } from "./cat-frames.js";
import { framePredictor, type FramePredictor } from "./frame-predictor.js";

/** What a network makes of a clip with the weights it has now. */
export interface Look {
  /** All frames but the first, each from the true ones before it. */
  readonly predictions: readonly Frame[];
  /** Frames that follow the first ones of the clip, each from those and what was predicted after them. */
  readonly runFreely: (given: number, count: number) => readonly Frame[];
}

/** How to train. */
export interface PredictorTraining {
  readonly frames: readonly Frame[];
  readonly seed: number;
  readonly updates: number;
  /** How many frames are trained on. */
  readonly seen: number;
  /** Updates between two looks at all frames. */
  readonly every: number;
  /** Called with what the network makes of the clip so far. */
  readonly onLook: (updates: number, now: Look) => void;
}

/** Trains a network. */
export async function trainPredictor(training: PredictorTraining): Promise<void> {
  const { frames, seed, updates, seen, every, onLook } = training;
  const predictor = framePredictor(seed);
  const { cell, read, next } = predictor;
  const runtime = await createRuntime();
  const clip = input("clip", [seen, ROWS, COLUMNS]);
  const mode = trainingMode(seed);
  const predicted = over(predictor, slice(clip, { axis: 0, stop: -1 }), mode);
  const loss = meanSquaredError(predicted, slice(clip, { axis: 0, start: 1 }));
  const optimizer = adam({ learningRate: 0.01 });
  const step = await runtime.compile({
    inputs: { clip },
    updates: [...optimizer.minimize(loss, { clipGlobalNorm: 1 }), ...mode.updates()],
  });
  const known = input("known", [frames.length - 1, ROWS, COLUMNS]);
  const look = await runtime.compile({ inputs: { known }, outputs: { predicted: over(predictor, known) } });
  const now = input("now", [1, ROWS, COLUMNS]);
  const stepper = await stepByStep(runtime, {
    inputs: { now },
    draw: (carry) => {
      const x = reshape(read(now), [1, ...cell.inputShape]);
      return { next: next(now, carry(cell.fold(1), { x }).h) };
    },
  });
  const runFreely = (given: number, count: number): readonly Frame[] => {
    stepper.reset();
    const made: Frame[] = [];
    for (let t = 0; t + 1 < given + count; t++) {
      const frame = t < given ? frames[t]! : made.at(-1)!;
      made.push(Float32Array.from(stepper.run({ now: frame }).next.data));
    }
    return made.slice(given - 1);
  };
  const fed = { clip: joined(frames.slice(0, seen)), known: joined(frames.slice(0, -1)) };
  for (let update = 0; update <= updates; update++) {
    if (update % every === 0 || update === updates) {
      const predictions = parted(Float32Array.from(look.run({ known: fed.known }).predicted.data));
      onLook(update, { predictions, runFreely });
    }
    if (update < updates) step.run({ clip: fed.clip });
  }
}

/** The frame after each of a clip `[T, rows, columns]`, from it and those before it. */
function over({ cell, read, next }: FramePredictor, clip: FloatNode, mode?: TrainingMode): FloatNode {
  return next(clip, cell.scan(read(clip, mode)).outputs.h, mode);
}

function joined(frames: readonly Frame[]): Float32Array {
  return Float32Array.from(frames.flatMap((frame) => [...frame]));
}

function parted(clip: Float32Array): readonly Frame[] {
  const size = ROWS * COLUMNS;
  return Array.from({ length: clip.length / size }, (_, t) => clip.slice(t * size, (t + 1) * size));
}
