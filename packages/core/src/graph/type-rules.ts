/** Type rules shared by elementwise ops: equal types in, one type out. Builders have inserted broadcasts before. */
import { DTypeError, ShapeError } from "../errors.js";
import type { DType, NumericDType } from "../tensor/dtype.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor-type.js";
import { describe, type Node } from "./node.js";
import { signature, type AnyOp, type TypeContext } from "./op.js";

/** f32 in, f32 out. */
export function floatType({ op, inputs }: TypeContext): TensorType<"f32"> {
  return { dtype: commonDType(op, inputs, ["f32"]), shape: commonShape(op, inputs) };
}

/** f32 or i32 in, the same out. */
export function numericType({ op, inputs }: TypeContext): TensorType<NumericDType> {
  return { dtype: commonDType(op, inputs, ["f32", "i32"]), shape: commonShape(op, inputs) };
}

/** f32 or i32 in, bool out. */
export function comparisonType({ op, inputs }: TypeContext): TensorType<"bool"> {
  commonDType(op, inputs, ["f32", "i32"]);
  return { dtype: "bool", shape: commonShape(op, inputs) };
}

/** bool in, bool out. */
export function logicalType({ op, inputs }: TypeContext): TensorType<"bool"> {
  return { dtype: commonDType(op, inputs, ["bool"]), shape: commonShape(op, inputs) };
}

/** `a = f32[2] ("x") and b = f32[3]`: the inputs at these positions, all of a few unless given. */
export function describeInputs(op: AnyOp, inputs: readonly Node[], positions?: readonly number[]): string {
  const last = op.parameters.length - 1;
  const shown = positions ?? [...inputs.keys()].slice(0, 4);
  const texts = shown.map((i) => {
    const name = op.isVariadic === true && i >= last ? `${op.parameters[last]!}[${i - last}]` : op.parameters[i]!;
    return `${name} = ${describe(inputs[i]!)}`;
  });
  const rest = positions === undefined ? inputs.length - shown.length : 0;
  return texts.join(" and ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** The dtype all inputs share. Throws DTypeError if one is not accepted or two differ. */
export function commonDType<D extends DType>(op: AnyOp, inputs: readonly Node[], accepted: readonly D[]): D {
  if (inputs.some(({ dtype }) => !accepted.includes(dtype as D))) {
    throw notAccepted(op, accepted, describeInputs(op, inputs));
  }
  const dtype = inputs[0]!.dtype as D;
  const other = inputs.findIndex((input) => input.dtype !== dtype);
  if (other >= 0) {
    throw new DTypeError({
      code: "DTYPE_MIXED",
      where: signature(op),
      rule: "all inputs must have one dtype",
      got: describeInputs(op, inputs, [0, other]),
      fix: `Convert one: cast(node, "${dtype}")`,
    });
  }
  return dtype;
}

/** Throws DTypeError unless the input at a position has one of the accepted dtypes. */
export function requireDType(op: AnyOp, inputs: readonly Node[], position: number, accepted: readonly DType[]): void {
  if (accepted.includes(inputs[position]!.dtype)) return;
  throw notAccepted(op, accepted, describeInputs(op, inputs, [position]));
}

function notAccepted(op: AnyOp, accepted: readonly DType[], got: string): DTypeError {
  return new DTypeError({
    code: "DTYPE_NOT_ACCEPTED",
    where: signature(op),
    rule: `the dtype must be ${accepted.join(" or ")}`,
    got,
    fix: `Convert it: cast(node, "${accepted[0]!}")`,
  });
}

/** The shape all inputs share. Throws ShapeError if two differ. */
export function commonShape(op: AnyOp, inputs: readonly Node[]): readonly number[] {
  const shape = inputs[0]!.shape;
  if (inputs.every((input) => sameShape(input.shape, shape))) return shape;
  throw new ShapeError({
    code: "SHAPE_MISMATCH",
    where: signature(op),
    rule: "all inputs must have one shape",
    got: describeInputs(op, inputs),
    fix: `Builders broadcast by NumPy's rule; ${formatShape(shape)} cannot be stretched here`,
  });
}
