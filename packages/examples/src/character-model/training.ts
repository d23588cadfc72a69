/** The training loop: one update per minibatch, a look at held-out text now and then, and a save every so often. */
import { setImmediate } from "node:timers/promises";
import type { Evaluator } from "./evaluate.js";
import type { Minibatch } from "./minibatches.js";
import type { HeldOutPoint } from "./model-file.js";
import type { Trainer } from "./trainer.js";

/** How a run went so far; grows as it goes on. */
export interface History {
  /** Updates done. */
  step: number;
  /** Bits per character of every update's minibatch. */
  readonly losses: number[];
  readonly heldOut: HeldOutPoint[];
}

/** What the loop works with. */
export interface TrainingPlan {
  readonly trainer: Trainer;
  readonly minibatchOf: (step: number) => Minibatch;
  readonly evaluator: Evaluator;
  /** Text whose beginning is looked at during training. */
  readonly heldOut: Int32Array;
  /** Updates at the end. */
  readonly steps: number;
  /** Saves what there is now and then; nothing is saved unless given. */
  readonly save?: () => Promise<void>;
  /** Whether to end after the update at work. Never unless given. */
  readonly isInterrupted?: () => boolean;
  readonly onUpdate: (step: number, bits: number) => void;
}

/** Updates between two looks at held-out text. */
const EVALUATE_EVERY = 100;
/** Characters of held-out text looked at. */
const LOOK = 5000;
/** Updates between two saves. */
const SAVE_EVERY = 100;

/**
 * Trains to the end of the plan or to an interruption, and saves. What happens at a step depends on the step alone, so
 * that a run in pieces ends as a run in one.
 */
export async function train(plan: TrainingPlan, history: History): Promise<void> {
  const { save = () => Promise.resolve(), isInterrupted = () => false } = plan;
  while (history.step < plan.steps && !isInterrupted()) {
    const bits = plan.trainer.update(plan.minibatchOf(history.step));
    history.step++;
    history.losses.push(bits);
    plan.onUpdate(history.step, bits);
    if (history.step % EVALUATE_EVERY === 0)
      history.heldOut.push({
        step: history.step,
        bits: plan.evaluator.bitsPerCharacter(plan.heldOut.subarray(0, LOOK)),
      });
    if (history.step % SAVE_EVERY === 0 && history.step < plan.steps) await save();
    // Signals are heard between two turns of the event loop.
    await setImmediate();
  }
  await save();
}
