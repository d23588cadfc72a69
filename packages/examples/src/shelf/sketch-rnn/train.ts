/** Training of Sketch-RNN, and what its losses were. */
import {
  adam,
  add,
  averageOf,
  createTrainer,
  Dataset,
  exponentialDecay,
  fit,
  maximum,
  mean,
  mul,
  randomKey,
  randomUniform,
  trainingMode,
  type FloatNode,
  type IntNode,
  type Runtime,
} from "@unfold/rnn";
import { LONGEST, type Character, type Characters } from "./characters.js";
import { sketchLosses, type Networks } from "./losses.js";
import { PEN } from "./sketch.js";

/** How to train. */
export interface TrainOptions {
  readonly seed: number;
  readonly epochs: number;
  /** Told after each epoch. */
  readonly onEpoch: (epoch: number, heldOut: Losses) => void;
}

/** The parts of the loss, in nats; without a code there is no divergence. */
export interface Losses {
  /** L_R. */
  readonly reconstruction: number;
  /** L_KL. */
  readonly divergence: number;
}

/** How training went. */
export interface Training {
  /** Of each update. */
  readonly updates: readonly Losses[];
  /** Of the characters held out, after each epoch; their codes are drawn, as in training. */
  readonly heldOut: readonly Losses[];
  /** The epoch with the least loss of the characters held out: its weights are kept. */
  readonly best: number;
}

const BATCH = 50;
/** Of a drawing's offsets along each axis, up or down. */
const LARGEST_SCALING = 0.15;
/** w_KL, and KL_min, what a code may say for nothing. */
const [WEIGHT, LEAST_DIVERGENCE] = [0.5, 0.2];

/** Trains with the losses of the paper and its settings, but for rates that fit fewer updates. */
export async function train(
  runtime: Runtime,
  networks: Networks,
  { training, heldOut }: Characters,
  { seed, epochs, onEpoch }: TrainOptions,
): Promise<Training> {
  const mode = trainingMode(seed, `${networks.name}/training`);
  const perEpoch = Math.max(1, Math.floor(training.length / BATCH));
  const after = (share: number, left: number): number => left ** (1 / (share * epochs * perEpoch));
  // Of what the weight is short of, a hundredth is left at half time.
  const annealing = exponentialDecay({ rate: 0.01, end: 1, factor: after(0.5, 0.01) });
  const learningRate = exponentialDecay({ rate: 0.01, factor: after(1, 0.1) });
  const trainer = createTrainer(runtime, {
    build: (drawings: { offsets: FloatNode; pens: IntNode; length: IntNode }) => {
      const offsets = mul(drawings.offsets, scaling(mode.key("scaling"), drawings.length.shape[0]!));
      const { reconstruction, divergence } = sketchLosses(networks, { ...drawings, offsets }, mode.key("code"));
      const bounded = maximum(mean(divergence), LEAST_DIVERGENCE);
      const measured = sketchLosses(networks, drawings, randomKey(seed, "codes of characters held out"));
      return {
        loss: add(mean(reconstruction), mul(mul(WEIGHT, annealing(mode.step)), bounded)),
        updates: mode.updates(),
        monitored: { reconstruction: mean(reconstruction), divergence: mean(divergence) },
        metrics: {
          reconstruction: averageOf(measured.reconstruction),
          divergence: averageOf(measured.divergence),
          loss: averageOf(add(measured.reconstruction, mul(WEIGHT, measured.divergence))),
        },
      };
    },
    optimizer: adam({ name: networks.name, learningRate }),
    minimize: { clipValue: 1 },
  });
  const settings = { axis: { offsets: 1, pens: 1 }, dtypes: { pens: "i32", length: "i32" } } as const;
  const examples = Dataset.from(training.map(exampleOf)).shuffle({ seed });
  const updates: Losses[] = [];
  const { history, best } = await fit(trainer, {
    data: examples.batch(BATCH, { ...settings, dropLast: training.length >= BATCH }),
    validation: Dataset.from(heldOut.map(exampleOf)).batch(BATCH, settings),
    epochs,
    earlyStopping: { metric: "loss", goal: "fall", patience: epochs },
    keepBest: true,
    callbacks: [
      {
        onStep: ({ monitored }) => {
          updates.push(partsOf(monitored));
        },
        onEpoch: ({ epoch, validation }) => {
          onEpoch(epoch, partsOf(validation));
        },
      },
    ],
  });
  return { updates, heldOut: history.map(({ validation }) => partsOf(validation)), best: best! };
}

function partsOf(measured: Readonly<Record<string, number>>): Losses {
  return { reconstruction: measured["reconstruction"]!, divergence: measured["divergence"]! };
}

/** A character padded to N_max moves, of which the last says that the drawing is done. */
function exampleOf({ offsets, pens }: Character) {
  const rest = LONGEST + 1 - pens.length;
  return {
    offsets: [...offsets, ...Array.from({ length: rest }, () => [0, 0])],
    pens: [...pens, ...Array.from({ length: rest }, () => PEN.isDone)],
    length: pens.length,
  };
}

/** Drawings a little wider or narrower, higher or lower. @shapes f32[1, B, 2] */
function scaling(key: IntNode, batch: number): FloatNode {
  return add(1 - LARGEST_SCALING, mul(2 * LARGEST_SCALING, randomUniform(key, [1, batch, 2])));
}
