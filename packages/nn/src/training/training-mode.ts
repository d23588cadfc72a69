/** What a network does only while it trains: it draws masks, and keeps statistics of its batches. */
import { add, foldIn, GraphError, randomKey, state, type IntNode, type Update } from "@unfold/core";

/** Handed to layers that behave otherwise in training; without it they evaluate. One for each training step that is built. */
export interface TrainingMode {
  /** A key `i32[2]` for the random numbers of one layer: another one for each path, and with each run of the step. */
  readonly key: (path: string) => IntNode;
  /**
   * Adds what a layer writes with each step, such as running means.
   *
   * @throws GraphError UPDATE_TWICE if the leaf is written already: a layer with statistics was applied twice.
   */
  readonly addUpdate: (update: Update) => void;
  /** All that must be written with each step, for `updates: [...optimizer.minimize(loss), ...mode.updates()]`. */
  readonly updates: () => Update[];
}

/**
 * The training mode of one step. Its count of steps is a state leaf, so that a run that is resumed draws the same numbers.
 *
 * @param seed - a whole number in [0, 2^53)
 * @param name - path of the count of steps; two modes in one runtime need two names. Default "training"
 * @throws ValueError SEED_RANGE if the seed is not one.
 * @example
 * const mode = trainingMode(1);
 * evaluate(randomUniform(mode.key("dropout"), [3])).shape; // → [3]
 * mode.updates().length; // → 1
 */
export function trainingMode(seed: number, name = "training"): TrainingMode {
  const count = state(`${name}/step`, 0, "i32");
  const updates: Update[] = [[count, add(count, 1)]];
  return {
    key: (path) => foldIn(randomKey(seed, `${name}/${path}`), count),
    addUpdate: (update) => {
      checkUnwritten(updates, update);
      updates.push(update);
    },
    updates: () => [...updates],
  };
}

function checkUnwritten(updates: readonly Update[], [leaf]: Update): void {
  if (updates.every(([written]) => written !== leaf)) return;
  throw new GraphError({
    code: "UPDATE_TWICE",
    where: "mode.addUpdate(update)",
    rule: "a leaf must have one update in each step",
    got: `a second one of ${leaf.toString()}`,
    fix: "Make one training mode for each step, and apply a layer that keeps statistics once in it",
  });
}
