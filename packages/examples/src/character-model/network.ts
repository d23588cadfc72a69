/** The network: characters → embedding → Elman cell, folded (a scan) → dense layer → logits of the next character. */
import {
  dense,
  elman,
  embedding,
  type Carry,
  type FloatNode,
  type FoldedGraph,
  type IntNode,
  type Node,
} from "@unfold/rnn";

/** Numbers per character that the cell reads. */
const EMBEDDING_UNITS = 24;

/** What the network is made of. */
export interface NetworkOptions {
  /** V, characters of the vocabulary. */
  readonly characters: number;
  /** H, hidden units. */
  readonly units: number;
  /** Of the initial weights. */
  readonly seed: number;
}

/** The network over a piece of text. */
export interface NetworkOutput {
  /** Of the next character, `[T, B, V]`. */
  readonly logits: FloatNode;
  /** Hidden state after the last character, `[1, B, H]`: where the next piece starts. */
  readonly final: FloatNode;
}

/** One set of parameters; every recurrence made with it shares them. */
export interface Network {
  /** H. */
  readonly units: number;
  /**
   * The network over a piece of text, as a scan: backward through time when it is differentiated.
   * @shapes characters: i32[T, B], initial: f32[1, B, H]
   * @param initial - the hidden state before the first character; zero unless given
   */
  over(characters: IntNode, initial?: FloatNode): NetworkOutput;
  /**
   * One step of the network, carried from run to run.
   * @shapes characters: i32[B] -> f32[B, V], logits of the next character
   */
  step(characters: IntNode, carry: Carry): FloatNode;
  /** The cell drawn once, for pictures. */
  fold(batch: number): FoldedGraph;
}

/**
 * A recurrent character model.
 *
 * h_t = tanh(E[c_t] W + h_{t-1} U + b), logits_t = h_t R + r
 *
 * @source Mikolov et al. 2010, "Recurrent neural network based language model"; the cell: Elman 1990
 */
export function characterNetwork({ characters, units, seed }: NetworkOptions): Network {
  const table = embedding({ name: "embedding", tokens: characters, units: EMBEDDING_UNITS, seed });
  const cell = elman({ name: "elman", inputs: EMBEDDING_UNITS, units, seed });
  const readout = dense({ name: "readout", inputs: units, units: characters, seed });
  return {
    units,
    fold: (batch) => cell.fold(batch),
    step: (now, carry) => readout.apply(carry(cell.fold(now.shape[0]!), { x: table.apply(now) }).h),
    over: (text, initial) => {
      const { outputs, final } = cell.scan(table.apply(text), initial === undefined ? {} : { h: initial });
      return { logits: readout.apply(outputs.h), final: onlyFloat(final["h"]) };
    },
  };
}

function onlyFloat(node: Node | undefined): FloatNode {
  if (node?.dtype === "f32") return node as FloatNode;
  throw new TypeError("the Elman cell has a delay of f32 called h");
}
