/** One update of the weights, compiled: forward, backward through time, clipping and Adam in one executable. */
import { adam, crossEntropy, input, leavesOf, type Node, type Runtime, ValueError } from "@unfold/rnn";
import type { Minibatch } from "./minibatches.js";
import type { Network } from "./network.js";
import type { Settings } from "./options.js";

/** Largest norm of all gradients of an update together. */
const CLIP_NORM = 1;

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
  const updates = adam({ learningRate }).minimize(loss, { clipGlobalNorm: CLIP_NORM });
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

function trainedLeaves(results: readonly Node[]): Node[] {
  return [...leavesOf(results, "param"), ...leavesOf(results, "state")].sort((a, b) =>
    (a.label ?? "") < (b.label ?? "") ? -1 : 1,
  );
}
