/** Points of a space of hyper-parameters. */
import { ValueError } from "@unfold/core";
import { uniformStream } from "../random/permutation.js";
import type { Distribution } from "./distribution.js";

/** Hyper-parameters by name, and what each is drawn from. */
export type SearchSpace = Readonly<Record<string, Distribution<unknown>>>;

/** A value for each hyper-parameter of a space. */
export type Configuration<S extends SearchSpace> = {
  readonly [N in keyof S]: S[N] extends Distribution<infer V> ? V : never;
};

/**
 * The hyper-parameters of one trial. They depend on the seed, the trial and the name alone: more trials, or more
 * hyper-parameters, leave those there are as they were.
 *
 * @param seed - a whole number in [0, 2^53)
 * @param trial - from 0
 * @throws ValueError SEED_RANGE if the seed is not one; SEARCH_SPACE if a hyper-parameter has no distribution.
 * @example
 * const space = { rate: logUniformBetween(0.001, 0.1), units: oneOf([16, 32]) };
 * const { rate } = sampleSpace(space, 1, 0);
 * rate === sampleSpace({ rate: space.rate }, 1, 0).rate; // → true
 */
export function sampleSpace<S extends SearchSpace>(space: S, seed: number, trial: number): Configuration<S> {
  const values = Object.entries(space).map(([name, draw]: readonly [string, unknown]) => {
    if (typeof draw !== "function") throw notADistribution(name, draw);
    const stream = uniformStream(seed, `search/${trial}/${name}`);
    let i = 0;
    return [name, (draw as Distribution<unknown>)(() => stream(i++))] as const;
  });
  return Object.fromEntries(values) as Configuration<S>;
}

function notADistribution(name: string, got: unknown): ValueError {
  return new ValueError({
    code: "SEARCH_SPACE",
    where: "sampleSpace(space, seed, trial)",
    rule: `"${name}" must have a distribution`,
    got: JSON.stringify(got),
    fix: "Use oneOf(values), uniformBetween(low, high), logUniformBetween(low, high) or integerBetween(low, high)",
  });
}

/** The seed of one trial, for its weights and data. */
export function seedOfTrial(seed: number, trial: number): number {
  return Math.floor(uniformStream(seed, `search/${trial}`)(0) * 2 ** 32);
}
