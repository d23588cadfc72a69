/** Indices that are looked at on behalf of the function that takes them, so that errors name it and not what it is made of. */
import { ValueError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { checkIndices } from "../graph/check-indices.js";
import type { IntNode } from "../graph/node.js";
import type { GeneralOp, IndexWords } from "../graph/op.js";
import { requireDType } from "../graph/type-rules.js";
import { sizeOf } from "../tensor/shape.js";

type CheckRangeAttrs = Readonly<{ size: number }> & Required<IndexWords>;

export const checkRangeOp: GeneralOp<"i32", [IntNode], CheckRangeAttrs> = {
  name: "checkRange",
  kind: "general",
  parameters: ["indices"],
  inferType: ({ op, inputs: [indices], attrs: { size } }) => {
    requireDType(op, [indices], 0, ["i32"]);
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new ValueError({
        code: "SIZE_RANGE",
        where: "checkRange(indices, size, words)",
        rule: "size must be a whole number ≥ 0",
        got: String(size),
      });
    }
    return { dtype: "i32", shape: indices.shape };
  },
  reference: ([indices], output, { size, ...words }, at) => {
    checkIndices(at, indices, size, words);
    output.data.set(indices.data);
  },
  emit: (e, { inputs: [indices] }, { size }) => {
    e.loop([sizeOf(indices!.shape)], (body) => {
      const index = body.load(0, { constant: 0, strides: [1] });
      // What it names is nowhere: a stride of 0 leaves the check alone.
      const checked = { constant: 0, strides: [1], indirect: [{ index, stride: 0, extent: size }] };
      body.store(checked, index);
    });
  },
  indexWords: ({ size: _, ...words }) => words,
  derivative: { kind: "none" },
  doc: { formula: "checkRange(i, n) = i, where every element must be in [0, n)" },
};

/**
 * The indices themselves. A program in which one of them is out of range stops with an error in the words of the function
 * that takes them: which one, where it stands, and what to do.
 *
 * @shapes indices: i32[...S] -> i32[...S]
 * @param indices - whole numbers in [0, size)
 * @param size - of the axis that is indexed, ≥ 0
 * @param words - where: how errors call the function; subject: what must be in range, such as "every label"; fix; first: what index 0 is called, if not 0
 * @throws ValueError SIZE_RANGE if size is no whole number ≥ 0; INDEX_RANGE, when run, if an index is out of range. DTypeError DTYPE_NOT_ACCEPTED if the indices are not i32.
 * @example
 * const words = { where: "mine(labels)", subject: "every label", fix: "Count from 0" };
 * evaluate(checkRange(constant([2, 0], "i32"), 3, words)).data; // → [2, 0]
 */
export function checkRange(indices: IntNode, size: number, { where, subject, fix, first = 0 }: IndexWords): IntNode {
  return apply(checkRangeOp, [indices], { size, where, subject, fix, first });
}
