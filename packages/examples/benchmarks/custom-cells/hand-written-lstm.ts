/** An LSTM as a user draws one: nothing of it is built in. */
import { add, foldedGraph, glorotUniform, initializedParam, matmul, mul, sigmoid, split, tanh } from "@unfold/rnn";
import { zeros, type FloatNode } from "@unfold/rnn";
import type { LstmLike } from "../models/lstm.js";
import { SEED } from "../workloads/workload.js";

/** What the gates add up from what is read, `x W`, and from the state before, `h U`. */
export type Combine = (fromInput: FloatNode, fromLast: FloatNode) => FloatNode;

/**
 * The cell.
 *
 * [i | f | g | o] = combine(x_t W, h_{t-1} U) + b; c_t = σ(f) c_{t-1} + σ(i) tanh(g); h_t = σ(o) tanh(c_t)
 *
 * @param combine - the sum of both unless given
 */
export function handWrittenLstm(inputs: number, units: number, combine: Combine = add): LstmLike {
  const width = 4 * units;
  const W = initializedParam("cell/W", [inputs, width], glorotUniform, SEED);
  const U = initializedParam("cell/U", [units, width], glorotUniform, SEED);
  const b = initializedParam("cell/b", [width], zeros, SEED);
  return {
    parameters: { inputWeight: W, recurrentWeight: U, bias: b },
    fold: (batch) =>
      foldedGraph("hand-written LSTM", ({ sequence, delay }) => {
        const x = sequence("x", [batch, inputs]);
        const lastH = delay("h", [batch, units], { initial: 0 });
        const lastC = delay("c", [batch, units], { initial: 0 });
        const gates = split(add(combine(matmul(x, W), matmul(lastH, U)), b), 4, 1);
        const [i, f, g, o] = gates as [FloatNode, FloatNode, FloatNode, FloatNode];
        const c = add(mul(sigmoid(f), lastC), mul(sigmoid(i), tanh(g)));
        const h = mul(sigmoid(o), tanh(c));
        return { next: { h, c }, outputs: { h } };
      }),
  };
}
