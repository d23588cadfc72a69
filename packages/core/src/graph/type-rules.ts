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

/** `a = f32[2] ("x") and b = f32[3]`. */
export function describeInputs(op: AnyOp, inputs: readonly Node[]): string {
  const shown = inputs
    .slice(0, 4)
    .map((input, i) => `${op.parameters[i] ?? `${op.parameters[0]!}[${i}]`} = ${describe(input)}`);
  return shown.join(" and ") + (inputs.length > 4 ? ` and ${inputs.length - 4} more` : "");
}

/** The dtype all inputs share. Throws DTypeError if one is not accepted or two differ. */
export function commonDType<D extends DType>(op: AnyOp, inputs: readonly Node[], accepted: readonly D[]): D {
  for (const input of inputs) requireDType(op, input, accepted, inputs);
  const dtype = inputs[0]!.dtype as D;
  const other = inputs.find((input) => input.dtype !== dtype);
  if (other !== undefined) {
    throw new DTypeError({
      code: "DTYPE_MIXED",
      where: signature(op),
      rule: "all inputs must have one dtype",
      got: describeInputs(op, inputs),
      fix: `Convert one: cast(node, "${dtype}")`,
    });
  }
  return dtype;
}

/** Throws DTypeError unless the input has one of the accepted dtypes. */
export function requireDType(
  op: AnyOp,
  input: Node,
  accepted: readonly DType[],
  inputs: readonly Node[] = [input],
): void {
  if (accepted.includes(input.dtype)) return;
  throw new DTypeError({
    code: "DTYPE_NOT_ACCEPTED",
    where: signature(op),
    rule: `the dtype must be ${accepted.join(" or ")}`,
    got: describeInputs(op, inputs),
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
