/** The labels of the likeliest path. */
import { checkKeys, type TensorValue } from "@unfold/core";
import { ctcRows, type CtcDecodeOptions } from "./ctc-rows.js";

/** Labels read off a sequence. */
export interface CtcDecoding {
  readonly labels: readonly number[];
  /** In nats. Of greedy decoding: of the path. Of beam decoding: of the labels, over the paths that the beam has kept. */
  readonly logProbability: number;
}

/**
 * The labels that the likeliest path says, for each sequence: the likeliest class at each step (of ties the first),
 * repetitions merged, blanks removed. Other labels can be likelier, if they have more paths: see `ctcBeamDecode`.
 *
 * @shapes logits: f32[T, B, V]
 * @param logits - values that a network trained with `ctcLoss` gave, or log-probabilities
 * @returns B decodings
 * @throws ShapeError CTC_SHAPE. ValueError CTC_BLANK; CTC_LENGTH; CTC_LOGITS if a logit is NaN or ∞, or all of a row are -∞.
 * @example
 * const logits = [[[0, 9]], [[9, 0]], [[0, 9]], [[0, 9]]]; // 1, blank, 1, 1
 * ctcGreedyDecode(logits)[0]!.labels; // → [1, 1]
 * @source Graves, Fernández, Gomez & Schmidhuber 2006, "Connectionist temporal classification", section 3.2, best path decoding
 */
export function ctcGreedyDecode(logits: TensorValue, options: CtcDecodeOptions = {}): CtcDecoding[] {
  checkKeys("ctcGreedyDecode(logits, options)", "options", options, { inputLengths: true, blank: true });
  const { blank = 0 } = options;
  return ctcRows("ctcGreedyDecode(logits, options)", logits, options).map((rows) => {
    const path = rows.map((row) =>
      Array.from(row).reduce((best, logarithm, i) => (logarithm > row[best]! ? i : best), 0),
    );
    return {
      labels: path.filter((label, t) => label !== blank && label !== path[t - 1]),
      logProbability: rows.reduce((sum, row, t) => sum + row[path[t]!]!, 0),
    };
  });
}
