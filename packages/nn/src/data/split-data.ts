/** Examples divided for training, validation and test, so that nothing of one part is in another. */
import { checkArgument, checkKeys, checkList, ValueError } from "@unfold/core";
import { randomPermutation, uniformStream } from "../random/permutation.js";
import { checkSetting, WHOLE } from "../settings/check-setting.js";
import { checkShares, ROUNDING } from "./check-shares.js";

/** How examples are divided. */
export type SplitOptions<T> =
  | {
      /** Seed of the order in which examples are given to the parts. */
      readonly seed: number;
      /** Examples of one group, such as a speaker or a document, go to one part; each is a group by itself unless given. */
      readonly groupBy?: (example: T, index: number) => string | number;
    }
  | {
      /** The parts follow each other in time: the first part comes first. */
      readonly ordered: true;
      /** Examples left out between two parts, so that windows over them share nothing, ≥ 0. Default 0. */
      readonly gap?: number;
    };

/**
 * Examples divided into parts. Every example is in one part at most.
 *
 * @param shares - of all examples, by the names of the parts; each > 0, together at most 1
 * @returns the examples of each part, in the order in which they were given
 * @throws ValueError SPLIT_SHARES if a share is not > 0 or all together are more than 1; SPLIT_EMPTY if a part would have no example; SETTING_RANGE unless gap is a whole number ≥ 0; SEED_RANGE
 * @example
 * const { train, test } = splitData([1, 2, 3, 4, 5], { train: 0.6, test: 0.4 }, { ordered: true });
 * [train, test]; // → [[1, 2, 3], [4, 5]]
 */
export function splitData<T, P extends string>(
  examples: readonly T[],
  shares: { readonly [N in P]: number },
  options: SplitOptions<T>,
): { readonly [N in P]: T[] } {
  const where = "splitData(examples, shares, options)";
  checkList(where, "examples must be a list", examples, "A Dataset is divided by dataset.split");
  checkArgument(where, "options must say how to divide", options, { fix: "{ seed: 1 }, or { ordered: true } in time" });
  const names = Object.keys(shares) as P[];
  checkShares(
    "splitData(examples, shares)",
    names.map((name) => shares[name]),
  );
  const isOrdered = "ordered" in options;
  if (isOrdered) checkKeys(where, "options", options, { ordered: true, gap: true });
  else checkKeys(where, "options", options, { seed: true, groupBy: true });
  const groups = isOrdered ? examples.map((_, i) => [i]) : groupsOf(examples, options);
  const gap = isOrdered ? (options.gap ?? 0) : 0;
  checkSetting(where, "gap", gap, WHOLE);
  let next = 0;
  let [given, wanted] = [0, 0];
  const parts = names.map((name) => {
    const own: number[] = [];
    wanted += shares[name] * examples.length;
    // A group is given where less of it is too much than too little.
    while (next < groups.length && given + groups[next]!.length / 2 <= wanted + ROUNDING) {
      own.push(...groups[next]!);
      given += groups[next]!.length;
      next++;
    }
    if (own.length === 0) throw emptyPart(name, examples.length, groups.length);
    next += gap;
    given += gap;
    return [name, own.sort((a, b) => a - b).map((i) => examples[i]!)] as const;
  });
  return Object.fromEntries(parts) as { [N in P]: T[] };
}

/** Indices of the examples of each group, groups in random order. */
function groupsOf<T>(
  examples: readonly T[],
  {
    seed,
    groupBy = (_, i) => i,
  }: { readonly seed: number; readonly groupBy?: (example: T, index: number) => string | number },
): number[][] {
  const groups = new Map<string | number, number[]>();
  examples.forEach((example, i) => {
    const key = groupBy(example, i);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  });
  const list = [...groups.values()];
  return Array.from(randomPermutation(list.length, uniformStream(seed, "split")), (i) => list[i]!);
}

function emptyPart(name: string, examples: number, groups: number): ValueError {
  return new ValueError({
    code: "SPLIT_EMPTY",
    where: "splitData(examples, shares)",
    rule: "every part must get an example",
    got: `none for "${name}" out of ${examples} examples in ${groups} groups`,
    fix: "Give more examples, or larger shares",
  });
}
