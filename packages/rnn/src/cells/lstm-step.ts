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

/** How an LSTM that is part of a cell differs. */
interface LstmStepOptions {
  /** What is read of the cell state; tanh unless given. */
  readonly read?: (c: FloatNode) => FloatNode;
  /** What stands before the labels of its gates: `part/forget`. */
  readonly part?: string;
}

/**
 * c_t = σ(f) c_{t-1} + σ(i) tanh(g); h_t = σ(o) tanh(c_t)
 */
export function lstmStep(
  [i, f, g, o]: LstmGates,
  lastC: FloatNode,
  { read = tanh, part }: LstmStepOptions = {},
): LstmState {
  const named = (name: string, node: FloatNode): FloatNode =>
    label(part === undefined ? name : `${part}/${name}`, node);
  const kept = mul(named("forget", sigmoid(f)), lastC);
  const written = mul(named("input", sigmoid(i)), named("candidate", tanh(g)));
  const c = named("c", add(kept, written));
  return { c, h: named("h", mul(named("output", sigmoid(o)), read(c))) };
}
