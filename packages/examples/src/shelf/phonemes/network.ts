/** An encoder reads the letters both ways; a decoder looks at them while it says one phoneme after the other. */
import {
  additiveAttention,
  attendBefore,
  bidirectional,
  bridge,
  dense,
  embedding,
  gru,
  type FloatNode,
  type IntNode,
} from "@unfold/rnn";
import { letters, phonemes } from "./dictionary.js";

/** Numbers per letter and phoneme, and units with which attention compares states. */
const [EMBEDDED, COMPARING] = [32, 64];

/** Spellings beside each other, as nodes. */
export type Spellings = Readonly<Record<"letters" | "lengths", IntNode>>;

/** What `phonemeNetwork` makes. */
export type Network = ReturnType<typeof phonemeNetwork>;

/**
 * One set of weights.
 *
 * @source Bahdanau, Cho & Bengio 2015, "Neural machine translation by jointly learning to align and translate"
 */
export function phonemeNetwork(seed: number, units: number) {
  const letterTable = embedding({ name: "letters", tokens: letters.size, units: EMBEDDED, seed });
  const phonemeTable = embedding({ name: "phonemes", tokens: phonemes.size, units: EMBEDDED, seed });
  const encoder = bidirectional({
    forward: gru({ name: "forward", inputs: EMBEDDED, units, seed }),
    backward: gru({ name: "backward", inputs: EMBEDDED, units, seed }),
  });
  const attention = additiveAttention({ queries: units, states: encoder.units, units: COMPARING, seed });
  const cell = gru({ name: "decoder", inputs: EMBEDDED + encoder.units, units, seed });
  const start = bridge({ inputs: encoder.units, cell, seed });
  const readout = dense({ name: "readout", inputs: units, units: phonemes.size, seed });
  return {
    /** A decoder of spellings, `letters: i32[T, B]` and `lengths: i32[B]`, and what it starts from. */
    decoderOf: ({ letters: spelled, lengths }: Spellings) => {
      const { outputs, last } = encoder.scan(letterTable.apply(spelled), {}, { lengths });
      return { cell: attendBefore(cell, attention.over(outputs.h, { lengths })), initial: start.apply(last.h) };
    },
    /** What the decoder reads of phonemes. */
    embed: (said: IntNode): FloatNode => phonemeTable.apply(said),
    /** Of the next phoneme, from what the decoder yields. */
    logits: (h: FloatNode): FloatNode => readout.apply(h),
  };
}
