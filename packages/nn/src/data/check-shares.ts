/** Shares of data. */
import { ValueError } from "@unfold/core";

/** Shares are fractions: 0.1 + 0.2 is a little more than 0.3. */
export const ROUNDING = 1e-6;

/** @throws ValueError SPLIT_SHARES if there is none, one is not > 0, or all together are more than 1. */
export function checkShares(where: string, shares: readonly number[]): void {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.length > 0 && shares.every((share) => share > 0) && total <= 1 + ROUNDING) return;
  throw new ValueError({
    code: "SPLIT_SHARES",
    where,
    rule: "shares must be > 0 and at most 1 together",
    got: shares.join(" + ") || "none",
  });
}
