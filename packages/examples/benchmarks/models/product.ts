/** W7: one product. The factors are parameters, so that nothing is copied from run to run. */
import { initializedParam, matmul, zeros } from "@unfold/rnn";
import { SEED, type ProductWorkload } from "../workloads/workload.js";
import type { Model } from "./model.js";

/** The graph of W7. */
export function productModel({ size }: ProductWorkload): Model {
  const a = initializedParam("a", [size, size], zeros, SEED);
  const b = initializedParam("b", [size, size], zeros, SEED);
  return {
    inputs: {},
    result: matmul(a, b),
    updates: () => [],
    weights: ({ weights }) => [
      [a, weights["a"]!.data],
      [b, weights["b"]!.data],
    ],
    feed: () => ({}),
  };
}
