/** An LSTM nobody has built in: what is read also multiplies what is remembered. */
import { add, filledWith, initializedParam, mul } from "@unfold/rnn";
import type { LstmLike } from "../models/lstm.js";
import { SEED } from "../workloads/workload.js";
import { handWrittenLstm } from "./hand-written-lstm.js";

/**
 * The cell. Its matrix products are those of an LSTM.
 *
 * [i | f | g | o] = α (x_t W) (h_{t-1} U) + x_t W + h_{t-1} U + b
 *
 * @source Wu et al. 2016, "On multiplicative integration with recurrent neural networks", equation 4, with β = 1
 */
export function multiplicativeIntegrationLstm(inputs: number, units: number): LstmLike {
  const alpha = initializedParam("cell/alpha", [4 * units], filledWith(1), SEED);
  const cell = handWrittenLstm(inputs, units, (fromInput, fromLast) =>
    add(mul(alpha, mul(fromInput, fromLast)), add(fromInput, fromLast)),
  );
  return { ...cell, parameters: { ...cell.parameters, alpha } };
}
