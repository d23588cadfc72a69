/** Where padded sequences end. */
import {
  checkRange,
  describe,
  iota,
  lessEqual,
  requireNode,
  reshape,
  ShapeError,
  sub,
  ValueError,
  type BoolNode,
  type IntNode,
  type NdArray,
  type Node,
} from "@unfold/core";

const SUBJECT = "every length";
const FIX =
  "Cut sequences that are longer or read them in windows, leave empty ones out, and pad the others (padSequences)";

/**
 * Which steps of padded sequences are steps of their own.
 *
 * mask_{t,b} = t < lengths_b
 *
 * @shapes lengths: i32[B] -> bool[steps, B]
 * @throws ShapeError LENGTHS if lengths is not i32[B]. ValueError LENGTH_RANGE if a length is not in [1, T]; INDEX_RANGE, when run, if that was not known before.
 * @example
 * evaluate(lengthMask(constant([1, 3], "i32"), 3)).data; // → [1, 1, 0, 1, 0, 1]
 */
export function lengthMask(lengths: IntNode, steps: number): BoolNode {
  return lessEqual(reshape(iota(steps), [steps, 1]), lastSteps(lengths, steps));
}

/** The last step of each sequence. The program stops if there is none. */
export function lastSteps(lengths: IntNode, steps: number): IntNode {
  const where = `lengths of sequences padded to ${steps} steps`;
  requireNode(where, "lengths", lengths);
  if ((lengths as Node).dtype !== "i32" || lengths.shape.length !== 1) {
    throw new ShapeError({
      code: "LENGTHS",
      where,
      rule: "they must be i32[B]",
      got: describe(lengths),
      fix: 'Declare them as input("lengths", [B], "i32")',
    });
  }
  if (lengths.op.kind === "leaf" && lengths.op.role === "constant") {
    const { data } = lengths.attrs["value"] as NdArray;
    const odd = data.findIndex((length: number) => length < 1 || length > steps);
    if (odd !== -1) {
      const rule = `${SUBJECT} must be in [1, ${steps}]`;
      throw new ValueError({ code: "LENGTH_RANGE", where, rule, got: `${data[odd]!} at position ${odd}`, fix: FIX });
    }
  }
  return checkRange(sub(lengths, 1), steps, { where, subject: SUBJECT, fix: FIX, first: 1 });
}
