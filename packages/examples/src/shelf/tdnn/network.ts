/** Waibel's network: a folded graph with delays on its input and on its hidden layer, and no cycle. */
import { concat, delayLine, dense, foldedGraph, scan, sigmoid, slice, square, sum, type FloatNode } from "@unfold/rnn";
import { COEFFICIENTS, FRAMES } from "./stored-syllables.js";

/** Frames that a unit sees at once, and units of each layer. */
const FIRST = { frames: 3, units: 8 };
const SECOND = { frames: 5, units: 3 };

/** What the network says of a batch of syllables. */
export type Evidence = {
  /** For each consonant at each place of the last layer's window, `[9, B, 3]`. */
  readonly each: FloatNode;
  /** All places together, `[B, 3]`. */
  readonly total: FloatNode;
};

/** What `timeDelayNetwork` makes. */
export type Network = ReturnType<typeof timeDelayNetwork>;

/** The network as it is drawn, and over batches of syllables `[15, B, 16]`. */
export function timeDelayNetwork(seed: number) {
  const first = dense({ name: "first", inputs: FIRST.frames * COEFFICIENTS, units: FIRST.units, seed });
  const second = dense({ name: "second", inputs: SECOND.frames * FIRST.units, units: SECOND.units, seed });
  const folded = (batch: number) =>
    foldedGraph("time-delay network", (builder) => {
      const frame = delayLine(builder, "x", builder.sequence("x", [batch, COEFFICIENTS]), {
        taps: FIRST.frames,
        initial: 0,
      });
      const hidden = delayLine(builder, "hidden", sigmoid(first.apply(concat(frame.taps, 1))), {
        taps: SECOND.frames,
        initial: 0,
      });
      const evidence = sigmoid(second.apply(concat(hidden.taps, 1)));
      return { next: { ...frame.next, ...hidden.next }, outputs: { evidence } };
    });
  const over = (x: FloatNode): Evidence => {
    const { evidence } = scan(folded(x.shape[1]!), FRAMES, { x }).outputs;
    // The windows of the first steps reach back before the syllable.
    const each = slice(evidence, { axis: 0, start: FIRST.frames + SECOND.frames - 2 });
    return { each, total: sum(square(each), { axes: 0 }) };
  };
  const weights = [first, second].map(({ parameters: { weight, bias } }) => [weight, bias!]);
  return { folded, over, weights };
}
