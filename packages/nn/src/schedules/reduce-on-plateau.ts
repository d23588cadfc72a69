/** A learning rate that falls when a measure stops getting better. */
import { checkKeys, RuntimeError, ValueError } from "@unfold/core";
import { checkSettings, NOT_NEGATIVE, POSITIVE, WHOLE, type SettingRange } from "../settings/check-setting.js";

/** When the learning rate falls. */
export interface ReduceOnPlateauOptions {
  /** Where it starts, > 0. */
  readonly rate: number;
  /** What it is multiplied by, in (0, 1). Default 0.1. */
  readonly factor?: number;
  /** Measures without improvement that are borne before it falls, ≥ 0. Default 10. */
  readonly patience?: number;
  /** An improvement is one by more than this part of the best measure, ≥ 0. Default 0.0001. */
  readonly threshold?: number;
  /** Measures after a fall that are not counted, ≥ 0. Default 0. */
  readonly cooldown?: number;
  /** The lowest learning rate, ≥ 0. Default 0. */
  readonly minimum?: number;
  /** Whether the measure should fall (a loss, default) or rise (an accuracy). */
  readonly goal?: "fall" | "rise";
}

/** Where it stands: plain data, to be stored with a checkpoint. */
export interface PlateauState {
  readonly rate: number;
  /** The best measure so far; null before the first one. */
  readonly best: number | null;
  /** Measures in a row without improvement. */
  readonly waited: number;
  /** Measures that will not be counted yet. */
  readonly cooling: number;
}

/** Decides the learning rate from what is measured, once per epoch as a rule; the rate is fed to the step or written to a state. */
export interface ReduceOnPlateau {
  readonly initial: PlateauState;
  /**
   * Where it stands after one more measure.
   *
   * @throws RuntimeError NOT_FINITE if the measure is NaN or infinite.
   */
  readonly observe: (state: PlateauState, measure: number) => PlateauState;
}

const FACTOR: SettingRange = { words: "in (0, 1)", holds: (value) => value > 0 && value < 1 };

/**
 * A learning rate that falls when a measure has not got better for a while.
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const plateau = reduceOnPlateau({ rate: 1, factor: 0.5, patience: 1 });
 * [3, 2, 2, 2].reduce(plateau.observe, plateau.initial).rate; // → 0.5
 * @source PyTorch's ReduceLROnPlateau, whose defaults these are
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions): ReduceOnPlateau {
  checkKeys("reduceOnPlateau(options)", "options", options, {
    rate: true,
    factor: true,
    patience: true,
    threshold: true,
    cooldown: true,
    minimum: true,
    goal: true,
  });
  const { rate, factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, minimum = 0, goal = "fall" } = options;
  const where = "reduceOnPlateau(options)";
  checkSettings(where, {
    rate: [rate, POSITIVE],
    factor: [factor, FACTOR],
    patience: [patience, WHOLE],
    threshold: [threshold, NOT_NEGATIVE],
    cooldown: [cooldown, WHOLE],
    minimum: [minimum, NOT_NEGATIVE],
  });
  if (!["fall", "rise"].includes(goal))
    throw new ValueError({ code: "SETTING_RANGE", where, rule: "goal must be fall or rise", got: goal });
  const isBetter = (measure: number, best: number): boolean =>
    goal === "fall" ? measure < best - Math.abs(best) * threshold : measure > best + Math.abs(best) * threshold;
  return {
    initial: { rate, best: null, waited: 0, cooling: 0 },
    observe: (state, measure) => {
      if (!Number.isFinite(measure)) throw notFinite(measure);
      const improved = state.best === null || isBetter(measure, state.best);
      const best = improved ? measure : state.best;
      const isCooling = state.cooling > 0;
      const waited = improved || isCooling ? 0 : state.waited + 1;
      const cooling = Math.max(0, state.cooling - 1);
      if (waited <= patience) return { rate: state.rate, best, waited, cooling };
      return { rate: Math.max(minimum, state.rate * factor), best, waited: 0, cooling: cooldown };
    },
  };
}

function notFinite(measure: number): RuntimeError {
  return new RuntimeError({
    code: "NOT_FINITE",
    where: "reduceOnPlateau(options).observe(state, measure)",
    rule: "the measure must be a finite number",
    got: String(measure),
  });
}
