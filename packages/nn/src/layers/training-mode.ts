/** What a network does only while it trains: it draws masks, and keeps statistics of its batches. */
import {
  add,
  cast,
  foldIn,
  GraphError,
  randomKey,
  state,
  type FloatNode,
  type IntNode,
  type Update,
} from "@unfold/core";

/** Handed to layers that behave otherwise in training; without it they evaluate. One for each network that is trained. */
export interface TrainingMode {
  /** Steps done before, `f32[]`, for a schedule of anything else than the learning rate: `schedule(mode.step)`. */
  readonly step: FloatNode;
  /**
   * A key `i32[2]` for the random numbers of one layer: another one for each path, each time it is asked for while a step is
   * drawn, and with each run of the step.
   */
  readonly key: (path: string) => IntNode;
  /**
   * Adds what a layer writes with each step, such as running means.
   *
   * @throws GraphError UPDATE_TWICE if the leaf is written already: a layer with statistics was applied twice.
   */
  readonly addUpdate: (update: Update) => void;
  /**
   * All that must be written with each step, for `updates: [...optimizer.minimize(loss), ...mode.updates()]`.
   *
   * The step is drawn then. What is asked for afterwards belongs to another one, for batches of another shape, which has the
   * same keys and writes the same leaves.
   */
  readonly updates: () => Update[];
}

/**
 * The training mode of a network. Its count of steps is a state leaf, so that a run that is resumed draws the same numbers.
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
  const added: Update[] = [];
  const asked = new Map<string, number>();
  return {
    step: cast(count, "f32"),
    key: (path) => {
      const times = asked.get(path) ?? 0;
      asked.set(path, times + 1);
      return foldIn(foldIn(randomKey(seed, `${name}/${path}`), count), times);
    },
    addUpdate: (update) => {
      checkUnwritten(added, update);
      added.push(update);
    },
    updates: () => {
      asked.clear();
      return [[count, add(count, 1)], ...added.splice(0)];
    },
  };
}

function checkUnwritten(updates: readonly Update[], [leaf]: Update): void {
  if (updates.every(([written]) => written !== leaf)) return;
  throw new GraphError({
    code: "UPDATE_TWICE",
    where: "mode.addUpdate(update)",
    rule: "a leaf must have one update in each step",
    got: `a second one of ${leaf.toString()}`,
    fix: "Apply a layer that keeps statistics once in a step, and end the step with mode.updates()",
  });
}
