/** The interpreter's loops, one per kind of op. */
import { InternalError } from "../errors.js";
import { nodeAtRunTime } from "../graph/index-range.js";
import type { Node } from "../graph/node.js";
import type { AnyOp, ReductionAttrs } from "../graph/op.js";
import type { NdArray } from "../tensor/nd-array.js";
import { reducedStrides, sizeOf } from "../tensor/shape.js";
import { copyView, stridedWalk } from "../tensor/strided-walk.js";

type Elements = NdArray["data"];

/** A function that computes the node's value from its operands' values. */
export function kernelOf(node: Node, operands: readonly NdArray[], output: NdArray): () => void {
  const op: AnyOp = node.op;
  const data = operands.map((operand) => operand.data);
  switch (op.kind) {
    case "elementwise":
      return elementwise(op.reference(node.attrs, operands[0]!.dtype), data, output.data);
    case "view": {
      const { offset, strides } = op.view(operands[0]!.type, node.type, node.attrs);
      return () => {
        copyView(data[0]!, output.data, node.shape, offset, strides);
      };
    }
    case "reduction":
      return reduction(op, operands[0]!, output, node.attrs as ReductionAttrs);
    case "general":
      return () => {
        op.reference(operands, output, node.attrs, () => nodeAtRunTime(node));
      };
    case "leaf":
    case "scan":
    case "result":
      throw new InternalError("interpreter", `a kernel was asked for ${op.name}`);
  }
}

function elementwise(f: (...elements: number[]) => number, [a, b, c]: readonly Elements[], out: Elements): () => void {
  const count = out.length;
  if (b === undefined) {
    return () => {
      for (let i = 0; i < count; i++) out[i] = f(a![i]!);
    };
  }
  if (c === undefined) {
    return () => {
      for (let i = 0; i < count; i++) out[i] = f(a![i]!, b[i]!);
    };
  }
  return () => {
    for (let i = 0; i < count; i++) out[i] = f(a![i]!, b[i]!, c[i]!);
  };
}

/** Accumulates in f64 whatever the precision, so that only the result is rounded. */
function reduction(
  op: AnyOp & { kind: "reduction" },
  input: NdArray,
  output: NdArray,
  { axes }: ReductionAttrs,
): () => void {
  const totals = new Float64Array(sizeOf(output.shape));
  const strides = reducedStrides(input.shape, axes);
  const source = input.data;
  const { identity } = op;
  const started = identity === undefined ? new Uint8Array(totals.length) : undefined;
  return () => {
    totals.fill(identity ?? 0);
    started?.fill(0);
    stridedWalk(input.shape, 0, strides, (index, position) => {
      const element = source[index]!;
      if (started === undefined || started[position] === 1) totals[position] = op.combine(totals[position]!, element);
      else {
        totals[position] = element;
        started[position] = 1;
      }
    });
    output.data.set(totals);
  };
}
