/** To which part of some data a key belongs, whatever other keys there are. */
import { uniformStream } from "../random/permutation.js";
import { checkShares } from "./check-shares.js";

/**
 * A function that gives the part of a key, by chance; undefined for what is left if shares are less than 1 together.
 *
 * @throws ValueError SPLIT_SHARES; SEED_RANGE
 */
export function partOfKey<P extends string>(
  where: string,
  shares: { readonly [N in P]: number },
  seed: number,
): (key: string | number) => P | undefined {
  const names = Object.keys(shares) as P[];
  checkShares(
    where,
    names.map((name) => shares[name]),
  );
  uniformStream(seed, "split"); // a seed that is none is refused here, not at the first example
  return (key) => {
    let left = uniformStream(seed, `split/${typeof key}/${key}`)(0);
    return names.find((name) => (left -= shares[name]) < 0);
  };
}
