/** One update of the weights, compiled: forward, backward through time, clipping and Adam in one executable. */
import {
  adam,
  add,
  crossEntropy,
  div,
  input,
  leavesOf,
  mul,
  state,
  ValueError,
  type FloatNode,
  type Node,
  type Runtime,
  type Update,
} from "@unfold/rnn";
import type { Minibatch } from "./minibatches.js";
import type { Network } from "./network.js";
import type { Settings } from "./options.js";

/** Largest norm of all gradients of an update together. */
const CLIP_NORM = 1;

/** Updates after which the learning rate is half of what it was at first. */
const RATE_HALVED = 500;

/** Bits in a nat. */
export const BITS = 1 / Math.LN2;

/** The compiled update and everything it changes. */
export interface Trainer {
  /** Updates the weights once. @returns the loss before the update, in bits per character */
  update(minibatch: Minibatch): number;
  /** Parameters and the optimizer's moments, by path: what must be saved to go on. */
  readonly leaves: readonly Node[];
}

/** The update of a network for minibatches `[T, B]`. */
export async function createTrainer(
  runtime: Runtime,
  network: Network,
  { length, batch, learningRate }: Settings,
): Promise<Trainer> {
  const characters = input("characters", [length, batch], "i32");
  const next = input("next", [length, batch], "i32");
  const loss = crossEntropy(network.over(characters).logits, next);
  const { rate, count } = fallingRate(learningRate);
  const updates = [...adam({ learningRate: rate }).minimize(loss, { clipGlobalNorm: CLIP_NORM }), count];
  const step = await runtime.compile({ inputs: { characters, next }, outputs: { loss }, updates });
  return {
    update: (minibatch) => {
      const bits = step.run({ characters: minibatch.characters, next: minibatch.next }).loss.item() * BITS;
      if (Number.isFinite(bits)) return bits;
      throw new ValueError({
        code: "LOSS_NOT_FINITE",
        where: "training",
        rule: "the loss must be a finite number",
        got: String(bits),
        fix: `Use a --learning-rate below ${learningRate}; the model saved last is untouched`,
      });
    },
    leaves: trainedLeaves([loss, ...updates.flat()]),
  };
}

/**
 * A learning rate that falls with the updates done, whatever their number will be, so that a run can always go on.
 *
 * α_n = α / (1 + n / 500)
 *
 * @source Robbins & Monro 1951, "A stochastic approximation method": steps as 1/n
 */
function fallingRate(initial: number): { readonly rate: FloatNode; readonly count: Update } {
  const done = state("trainer/updates", 0);
  return { rate: div(initial, add(1, mul(done, 1 / RATE_HALVED))), count: [done, add(done, 1)] };
}

function trainedLeaves(results: readonly Node[]): Node[] {
  return [...leavesOf(results, "param"), ...leavesOf(results, "state")].sort((a, b) =>
    (a.label ?? "") < (b.label ?? "") ? -1 : 1,
  );
}
