/** The error about data of which there is nothing. */
import { RuntimeError } from "@unfold/core";

/** RuntimeError NO_BATCHES: there must be at least one batch. */
export function noBatches(where: string, got: string, rule = "there must be at least one batch"): RuntimeError {
  return new RuntimeError({
    code: "NO_BATCHES",
    where,
    rule,
    got,
    fix: "Give as many examples as a batch has, or keep the last batch though it is not full",
  });
}
