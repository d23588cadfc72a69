/** Successive halving: how many trials go on, and how long. */
import { checkKeys } from "@unfold/core";
import { checkSettings, COUNT, type SettingRange } from "../settings/check-setting.js";

/** How trials are halved. */
export interface HalvingOptions {
  /** Budget of the first rung at least, ≥ 1 and at most the whole budget. */
  readonly minimumBudget: number;
  /** η: of so many trials one goes on, with so many times the budget; > 1. Default 3. */
  readonly factor?: number;
}

/** Some trials that are given the same budget. */
export interface Rung {
  /** Trials that take part, at most. */
  readonly trials: number;
  /** Budget of each, that of the rungs before included. */
  readonly budget: number;
}

/**
 * The rungs of a search, the last one with the whole budget; without halving there is one: random search.
 *
 * n_i = ⌊n / η^i⌋, at least 1; r_i = R / η^(s - i), rounded, s as large as r_0 ≥ r allows
 *
 * @param trials - n, ≥ 1
 * @param budget - R, such as epochs: a whole number ≥ 1
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * searchRungs(9, 9, { minimumBudget: 1 }); // → [{ trials: 9, budget: 1 }, { trials: 3, budget: 3 }, { trials: 1, budget: 9 }]
 * @source Jamieson & Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization", figure 3; with η and r as in Li et al. 2018, "Hyperband", algorithm 1
 */
export function searchRungs(trials: number, budget: number, halving?: HalvingOptions): Rung[] {
  const where = "searchRungs(trials, budget, halving)";
  checkSettings(where, { trials: [trials, COUNT], budget: [budget, COUNT] });
  if (halving === undefined) return [{ trials, budget }];
  checkKeys(where, "halving", halving, { minimumBudget: true, factor: true });
  const { minimumBudget, factor = 3 } = halving;
  const upToBudget: SettingRange = {
    words: `a number in [1, budget = ${budget}]`,
    holds: (value) => value >= 1 && value <= budget,
  };
  checkSettings(where, {
    minimumBudget: [minimumBudget, upToBudget],
    factor: [factor, { words: "a finite number ≥ 1.1", holds: (value) => value >= 1.1 && Number.isFinite(value) }],
  });
  const budgets = [budget];
  // Smaller by the factor as often as the smallest allows; two that round to one budget are one rung.
  for (let next = budget / factor; next >= minimumBudget; next /= factor)
    if (Math.round(next) < budgets[0]!) budgets.unshift(Math.round(next));
  return budgets.map((of, i) => ({ trials: Math.max(1, Math.floor(trials / factor ** i)), budget: of }));
}
