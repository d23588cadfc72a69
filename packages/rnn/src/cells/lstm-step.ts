/** What all kinds of LSTM do with their gates. */
import { add, label, mul, sigmoid, split, tanh, type FloatNode } from "@unfold/core";

/** Gates before their activation, `[B, H]` each: input, forget, candidate, output. */
export type LstmGates = readonly [i: FloatNode, f: FloatNode, g: FloatNode, o: FloatNode];

/** Four gates side by side along an axis, `[B, 4 H]` unless said otherwise, one by one. */
export function gatesOf(all: FloatNode, axis = 1): LstmGates {
  const [i, f, g, o] = split(all, 4, axis);
  return [i!, f!, g!, o!];
}

/** The new cell state and what is read of it. */
export interface LstmState {
  readonly h: FloatNode;
  readonly c: FloatNode;
}

/**
 * c_t = σ(f) c_{t-1} + σ(i) tanh(g); h_t = σ(o) tanh(c_t)
 *
 * @param read - what is read of the cell state; tanh unless given
 */
export function lstmStep(
  [i, f, g, o]: LstmGates,
  lastC: FloatNode,
  read: (c: FloatNode) => FloatNode = tanh,
): LstmState {
  const kept = mul(label("forget", sigmoid(f)), lastC);
  const written = mul(label("input", sigmoid(i)), label("candidate", tanh(g)));
  const c = label("c", add(kept, written));
  return { c, h: label("h", mul(label("output", sigmoid(o)), read(c))) };
}
