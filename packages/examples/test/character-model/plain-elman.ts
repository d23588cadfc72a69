/** The network in plain numbers, one step at a time, straight from its equations: what the compiled graphs are held against. */
import { initialValue, input, leavesOf } from "@unfold/rnn";
import type { Network } from "../../src/character-model/network.js";

/** Reads characters one by one and keeps the hidden state between them. */
export interface PlainElman {
  /** The logits of the next character, after one more was read. */
  read(code: number): number[];
  /** Forgets everything read. */
  reset(): void;
}

/** h ← tanh(E[c] W + h U + b), logits = h R + r, with the network's initial weights. */
export function plainElman(network: Network): PlainElman {
  const leaves = leavesOf([network.over(input("c", [1, 1], "i32")).logits], "param");
  const matrix = (path: string): number[][] => {
    const leaf = leaves.find(({ label }) => label === path);
    if (leaf === undefined) throw new Error(`no parameter ${path}`);
    const [rows, columns] = leaf.shape.length === 1 ? [1, leaf.shape[0]!] : [leaf.shape[0]!, leaf.shape[1]!];
    const { data } = initialValue(leaf);
    return Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
  };
  const table = matrix("embedding/table");
  const [W, U, R] = ["elman/inputWeight", "elman/recurrentWeight", "readout/weight"].map(matrix);
  const [b, r] = ["elman/bias", "readout/bias"].map((path) => matrix(path)[0]!);
  const zero = b!.map(() => 0);
  let h = zero;
  return {
    read: (code) => {
      h = sum(times(table[code]!, W!), times(h, U!), b!).map(Math.tanh);
      return sum(times(h, R!), r!);
    },
    reset: () => {
      h = zero;
    },
  };
}

/** e^x / Σ e^x. */
export function plainSoftmax(logits: readonly number[]): number[] {
  const shares = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const total = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / total);
}

function times(vector: readonly number[], matrix: readonly (readonly number[])[]): number[] {
  return matrix[0]!.map((_, column) => vector.reduce((total, value, row) => total + value * matrix[row]![column]!, 0));
}

function sum(first: readonly number[], ...others: readonly (readonly number[])[]): number[] {
  return first.map((value, i) => others.reduce((total, other) => total + other[i]!, value));
}
