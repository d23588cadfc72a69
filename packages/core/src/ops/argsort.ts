/** The order of elements along an axis. Sorting is reading in that order. */
import { apply } from "../graph/apply.js";
import type { Lane, ProcedureEmitter } from "../graph/emitter.js";
import type { IntNode, Node } from "../graph/node.js";
import type { GeneralOp } from "../graph/op.js";
import { commonDType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { forEachLine } from "../tensor/lines.js";
import { normalizeAxis } from "../tensor/shape.js";
import { eachLine } from "./rules/each-line.js";
import { sortLine } from "./rules/sort-line.js";

/** Which way to sort. */
export interface SortOptions {
  /** Largest first. Default false. */
  readonly descending?: boolean;
}

export const argsortOp: GeneralOp<"i32", [Node<NumericDType>], Readonly<{ axis: number; descending: boolean }>> = {
  name: "argsort",
  kind: "general",
  parameters: ["x"],
  inferType: ({ op, inputs }) => {
    commonDType(op, inputs, ["f32", "i32"]);
    return { dtype: "i32", shape: inputs[0].shape };
  },
  reference: ([{ data, shape }], output, { axis, descending }) => {
    const sign = descending ? -1 : 1;
    forEachLine(shape, axis, (start, stride, count) => {
      const order = Array.from({ length: count }, (_, i) => i);
      // Array.prototype.sort is stable, so ties keep their order.
      order.sort((i, j) => compare(data[start + i * stride]!, data[start + j * stride]!, sign));
      order.forEach((index, i) => {
        output.data[start + i * stride] = index;
      });
    });
  },
  emit: (e, { inputs: [x] }, { axis, descending }) => {
    e.procedure((p) => {
      eachLine(p, x!.shape, axis, (line) => {
        sortLine(p, line, (index) => sortKey(p, p.load(0, line.at(index)), descending));
      });
    });
  },
  derivative: { kind: "none" },
  doc: { formula: "argsort(x): the indices that sort x; ties keep their order, NaN comes last" },
};

function compare(a: number, b: number, sign: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a < b ? -sign : sign;
}

/** An i32 that orders elements as they are to be sorted: 0 and -0 are one, NaN comes last. */
function sortKey(p: ProcedureEmitter, element: Lane, descending: boolean): Lane {
  const int = (value: number): Lane => p.constant(value, "i32");
  const directed = (key: Lane): Lane => (descending ? p.xor(key, int(-1)) : key);
  if (element.dtype === "i32") return directed(element);
  const bits = p.variable(p.bitsOf(p.add(element, p.constant(0, "f32"))));
  // Negative numbers have the larger bits the smaller they are.
  const ordered = p.xor(bits, p.shiftRightUnsigned(p.shiftRight(bits, 31), 1));
  return p.select(p.equal(element, element), directed(ordered), int(2 ** 31 - 1));
}

/**
 * The indices that sort x along an axis. Ties keep their order; NaN comes last either way.
 *
 * @shapes x: D[...S] -> i32[...S]
 * @param axis - the last one unless given; negative from the end
 * @throws ShapeError AXIS_RANGE if the axis is not one of x. DTypeError DTYPE_NOT_ACCEPTED if x is bool.
 * @example
 * evaluate(argsort(constant([3, 1, 2]))).data; // → [1, 2, 0]
 */
export function argsort(x: Node<NumericDType>, axis = -1, options: SortOptions = {}): IntNode {
  return apply(argsortOp, [x], {
    axis: normalizeAxis("argsort(x, axis)", axis, x.shape.length),
    descending: options.descending === true,
  });
}
