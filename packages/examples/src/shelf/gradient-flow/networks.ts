/** The two networks that are compared, as the library makes them. */
import { dense, elman, lstm, type Dense, type RecurrentCell } from "@unfold/rnn";
import { FEATURES } from "./adding-problem.js";

/** A recurrent cell with a linear unit that reads its last hidden state. */
export interface Network {
  readonly title: string;
  readonly cell: RecurrentCell;
  readonly readout: Dense;
  /** The delay, and label, of the state that is to remember. */
  readonly memory: string;
  /** The labels of gates and activations, and the ranges of their values. */
  readonly activations: Readonly<Record<string, readonly [low: number, high: number]>>;
}

/** How the networks are made. */
export interface NetworkOptions {
  /** H, hidden units. */
  readonly units: number;
  readonly seed: number;
}

/** Elman's network: orthogonal recurrent weights, tanh. */
export function elmanNetwork({ units, seed }: NetworkOptions): Network {
  return {
    title: "Elman",
    cell: elman({ inputs: FEATURES, units, seed }),
    readout: readoutOf("elman", units, seed),
    memory: "h",
    activations: { h: [-1, 1] },
  };
}

/** Long short-term memory: forget bias 1. */
export function lstmNetwork({ units, seed }: NetworkOptions): Network {
  return {
    title: "LSTM",
    cell: lstm({ inputs: FEATURES, units, seed }),
    readout: readoutOf("lstm", units, seed),
    memory: "c",
    activations: { input: [0, 1], forget: [0, 1], output: [0, 1], candidate: [-1, 1] },
  };
}

function readoutOf(name: string, units: number, seed: number): Dense {
  return dense({ name: `${name}/readout`, inputs: units, units: 1, seed });
}
