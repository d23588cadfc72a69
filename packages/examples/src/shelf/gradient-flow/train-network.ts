/** Trains a network on the adding problem. */
import { adam, createRuntime, input, type Runtime } from "@unfold/rnn";
import { addingProblem, FEATURES } from "./adding-problem.js";
import { errorOf } from "./memory-figures.js";
import type { Network } from "./networks.js";

/** Of Adam. */
export const LEARNING_RATE = 0.01;
/** The gradient of a minibatch is scaled down to this norm over all parameters. */
export const LARGEST_NORM = 1;
/** B, sequences per update. */
export const BATCH = 64;

/** How long, and on what. */
export interface TrainingOptions {
  readonly seed: number;
  /** T. */
  readonly steps: number;
  readonly updates: number;
}

/** A runtime that holds the network's first weights, and what trains them. */
export async function trainable(
  network: Network,
  { seed, steps, updates }: TrainingOptions,
): Promise<{ readonly runtime: Runtime; readonly train: () => void }> {
  const [x, y] = [input("x", [steps, BATCH, FEATURES]), input("y", [BATCH, 1])];
  const loss = errorOf(network, network.cell.scan(x), y);
  const runtime = await createRuntime();
  const step = await runtime.compile({
    inputs: { x, y },
    updates: adam({ learningRate: LEARNING_RATE }).minimize(loss, { clipGlobalNorm: LARGEST_NORM }),
  });
  const next = addingProblem(seed, "training", steps);
  return {
    runtime,
    train: () => {
      for (let update = 0; update < updates; update++) step.run({ ...next(BATCH) });
    },
  };
}
