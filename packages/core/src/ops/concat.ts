/** Concatenation along an axis, and what is built on it. Its adjoint is one slice per input. */
import { ShapeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { requireNode, type Node } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import { commonDType, describeInputs } from "../graph/type-rules.js";
import type { DType } from "../tensor/dtype.js";
import { normalizeAxis, sizeOf } from "../tensor/shape.js";
import { slice } from "./slice-pad.js";

export const concatOp: GeneralOp<DType, readonly Node[], Readonly<{ axis: number }>> = {
  name: "concat",
  kind: "general",
  parameters: ["parts"],
  isVariadic: true,
  inferType: ({ op, inputs, attrs: { axis } }) => {
    const dtype = commonDType(op, inputs, ["f32", "i32", "bool"]);
    const first = inputs[0]!.shape;
    const odd = inputs.findIndex(
      ({ shape }) => shape.length !== first.length || shape.some((extent, i) => i !== axis && extent !== first[i]),
    );
    if (odd >= 0) {
      throw new ShapeError({
        code: "SHAPE_MISMATCH",
        where: "concat(parts, axis)",
        rule: `all parts must agree in every axis but ${axis}`,
        got: describeInputs(op, inputs, [0, odd]),
        details: { axis },
      });
    }
    return {
      dtype,
      shape: first.map((extent, i) =>
        i === axis ? inputs.reduce((total, { shape }) => total + shape[axis]!, 0) : extent,
      ),
    };
  },
  joinAxis: ({ axis }) => axis,
  reference: (inputs, output, { axis }) => {
    const outer = sizeOf(output.shape.slice(0, axis));
    let position = 0;
    for (let block = 0; block < outer; block++) {
      for (const { data } of inputs) {
        const length = data.length / outer;
        output.data.set(data.subarray(block * length, (block + 1) * length), position);
        position += length;
      }
    }
  },
  emit: (e, { inputs, output }, { axis }) => {
    const outer = sizeOf(output.shape.slice(0, axis));
    const whole = sizeOf(output.shape.slice(axis));
    let start = 0;
    for (const [part, { shape }] of inputs.entries()) {
      const length = sizeOf(shape.slice(axis));
      const position = { constant: start, strides: [whole, 1] };
      e.loop([outer, length], (body) => {
        body.store(position, body.load(part, { constant: 0, strides: [length, 1] }));
      });
      start += length;
    }
  },
  derivative: {
    kind: "linear",
    vjp: ({ inputs, cotangent, attrs: { axis } }) => {
      let start = 0;
      return inputs.map((part: Node) => {
        const stop = start + part.shape[axis]!;
        const piece = slice(cotangent, { axis, start, stop });
        start = stop;
        return piece;
      });
    },
  },
  doc: { formula: "concat(parts, axis): the parts one after the other; adjoint: slices" },
};

/**
 * The parts one after the other along an axis.
 *
 * @shapes parts: D[...S, n_i, ...R] -> D[...S, Σ n_i, ...R]
 * @param parts - at least one node; all of one dtype, equal in every other axis
 * @param axis - negative from the end
 * @throws ShapeError CONCAT_EMPTY if there are no parts; SHAPE_MISMATCH if another axis differs.
 * @example
 * evaluate(concat([constant([1]), constant([2, 3])], 0)).data; // → [1, 2, 3]
 */
export function concat<D extends DType>(parts: readonly Node<D>[], axis: number): Node<D> {
  const [first] = parts;
  if (first === undefined) {
    throw new ShapeError({
      code: "CONCAT_EMPTY",
      where: "concat(parts, axis)",
      rule: "there must be at least one part",
      got: "none",
    });
  }
  for (const [i, part] of parts.entries()) requireNode("concat(parts, axis)", `parts[${i}]`, part);
  const normalized = normalizeAxis("concat(parts, axis)", axis, first.shape.length);
  return parts.length === 1
    ? first
    : (apply<DType, readonly Node[], Readonly<{ axis: number }>>(concatOp, parts, { axis: normalized }) as Node<D>);
}
