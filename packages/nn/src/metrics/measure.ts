/** A metric of batches on the host, without a runtime. */
import { checkIterable, evaluateAll, type TensorValue } from "@unfold/core";
import { noBatches } from "../data/no-batches.js";
import { addSums, sumsOf, valuesOf, type Metric } from "./metric.js";

/**
 * The value of a metric over batches.
 *
 * @param batches - the inputs of each, by name
 * @returns NaN, as 0 / 0, if nothing in them counts
 * @throws RuntimeError NO_BATCHES if there is none.
 * @example
 * const [logits, labels] = [input("logits", [2, 3]), input("labels", [2], "i32")];
 * measure(accuracy(logits, labels), [{ logits: [[1, 0, 0], [0, 1, 0]], labels: [0, 2] }]); // → 0.5
 */
export function measure<V>(metric: Metric<V>, batches: readonly Readonly<Record<string, TensorValue>>[]): V {
  checkIterable("measure(metric, batches)", "batches must be a list", batches, "Of one batch: [batch]");
  if (batches.length === 0) throw noBatches("measure(metric, batches)", "none");
  const totals = new Map<string, Float64Array>();
  for (const batch of batches) addSums(totals, evaluateAll(sumsOf({ metric }), batch));
  return valuesOf({ metric }, totals).metric;
}
