/** Index of the largest element along an axis. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { Lane } from "../graph/emitter.js";
import { describe, type IntNode, type Node } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import { commonDType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { normalizeAxis } from "../tensor/shape.js";
import { forEachLine } from "../tensor/lines.js";
import { eachLine } from "./rules/each-line.js";

export const argmaxOp: GeneralOp<"i32", [Node<NumericDType>], Readonly<{ axis: number }>> = {
  name: "argmax",
  kind: "general",
  parameters: ["x"],
  inferType: ({ op, inputs, attrs: { axis } }) => {
    const [x] = inputs;
    commonDType(op, inputs, ["f32", "i32"]);
    if (x.shape[axis] === 0) {
      throw new ShapeError({
        code: "REDUCE_EMPTY",
        where: "argmax(x, axis)",
        rule: "the axis must have at least one element",
        got: `x = ${describe(x)}`,
      });
    }
    return { dtype: "i32", shape: x.shape.filter((_, i) => i !== axis) };
  },
  reference: ([{ data, shape }], output, { axis }) => {
    forEachLine(shape, axis, (start, stride, count, line) => {
      let best = 0;
      for (let i = 1; i < count; i++) {
        const winner = data[start + best * stride]!;
        const element = data[start + i * stride]!;
        if (element > winner || (Number.isNaN(element) && !Number.isNaN(winner))) best = i;
      }
      output.data[line] = best;
    });
  },
  emit: (e, { inputs: [x] }, { axis }) => {
    e.procedure((p) => {
      const isNumber = (element: Lane): Lane => p.equal(element, element);
      const isBetter = (element: Lane, winner: Lane): Lane => {
        const isLarger = p.less(winner, element);
        return x!.dtype === "i32" ? isLarger : p.or(isLarger, p.and(p.not(isNumber(element)), isNumber(winner)));
      };
      eachLine(p, x!.shape, axis, ({ count, line, at }) => {
        const best = p.variable(p.constant(0, "i32"));
        const winner = p.load(0, at(best));
        p.repeat(count, (i) => {
          const element = p.load(0, at(i));
          p.if(isBetter(element, winner), () => {
            p.set(best, i);
            p.set(winner, element);
          });
        });
        p.store(line, best);
      });
    });
  },
  derivative: { kind: "none" },
  doc: { formula: "argmax(x, axis): the index of the largest element, the first of ties" },
};

/**
 * The index of the largest element along an axis: the first of ties, the first NaN if there is one.
 *
 * No derivative flows through it.
 *
 * @shapes x: D[...S, n, ...R] -> i32[...S, ...R]
 * @param axis - the last one unless given; negative from the end
 * @throws ShapeError REDUCE_EMPTY if the axis has no elements; AXIS_RANGE if it is not an axis of x.
 * @example
 * evaluate(argmax(constant([[1, 5], [3, 3]]))).data; // → [1, 0]
 */
export function argmax(x: Node<NumericDType>, axis = -1): IntNode {
  return apply(argmaxOp, [x], { axis: normalizeAxis("argmax(x, axis)", axis, x.shape.length) });
}
