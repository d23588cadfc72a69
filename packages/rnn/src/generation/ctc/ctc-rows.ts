/** What CTC decoders read: the logarithms of probabilities, one sequence after the other. */
import { constant, evaluate, logSoftmax, ndArray, ShapeError, ValueError, type TensorValue } from "@unfold/core";

/** What is decoded. */
export interface CtcDecodeOptions {
  /** Steps of each sequence, in [0, T]; T unless given. */
  readonly inputLengths?: ArrayLike<number>;
  /** The class that stands for no label, a whole number in [0, V). Default 0. */
  readonly blank?: number;
}

/** ln P of the classes at one step. */
export type CtcRow = ArrayLike<number>;

/**
 * The rows of each sequence, without its padding.
 *
 * @shapes logits: f32[T, B, V]
 * @throws ShapeError CTC_SHAPE. ValueError CTC_BLANK, CTC_LENGTH; CTC_LOGITS if a logit is NaN or ∞, or all of a row are -∞.
 */
export function ctcRows(where: string, logits: TensorValue, options: CtcDecodeOptions): CtcRow[][] {
  const value = ndArray(logits, { where });
  const [steps, batch, classes] = value.shape;
  const { blank = 0, inputLengths } = options;
  if (value.shape.length !== 3 || classes === 0 || (inputLengths !== undefined && inputLengths.length !== batch)) {
    const lengths = inputLengths === undefined ? "" : ` and ${inputLengths.length} lengths`;
    const rule = "logits must be [T, B, V], V ≥ 1, with a length for each of B sequences";
    throw new ShapeError({ code: "CTC_SHAPE", where, rule, got: `[${value.shape.join(", ")}]${lengths}` });
  }
  if (!(Number.isInteger(blank) && blank >= 0 && blank < classes!)) {
    const rule = `blank must be a class, a whole number in [0, ${classes!})`;
    throw new ValueError({ code: "CTC_BLANK", where, rule, got: String(blank) });
  }
  const { data } = evaluate(logSoftmax(constant(value)));
  return Array.from({ length: batch! }, (_, b) => {
    const length = inputLengths?.[b] ?? steps!;
    if (!(Number.isInteger(length) && length >= 0 && length <= steps!)) {
      const rule = `every length must be a whole number in [0, ${steps!}]`;
      throw new ValueError({ code: "CTC_LENGTH", where, rule, got: `${length} of sequence ${b}` });
    }
    return Array.from({ length }, (_, t) => {
      const start = (t * batch! + b) * classes!;
      const row = data.subarray(start, start + classes!);
      if (row.some((logarithm) => Number.isNaN(logarithm))) throw badLogits(where, t, b);
      return row;
    });
  });
}

function badLogits(where: string, step: number, sequence: number): ValueError {
  return new ValueError({
    code: "CTC_LOGITS",
    where,
    rule: "logits must be numbers or -∞, and not all -∞",
    got: `others at step ${step} of sequence ${sequence}`,
  });
}
