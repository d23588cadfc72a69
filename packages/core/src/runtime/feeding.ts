/** What `run` is fed: checked by name, dtype and shape before anything is copied. The right path makes no objects. */
import { checkObject, DTypeError, RuntimeError, ShapeError } from "../errors.js";
import { showValue } from "../show-value.js";
import { dtypeOf, NdArray, ndArray, type NestedList, type TensorValue } from "../tensor/nd-array.js";
import { formatShape, sameShape, sizeOf } from "../tensor/shape.js";
import { formatType, type TensorType } from "../tensor/tensor-type.js";

/** An input: its name, and what it must be. */
export interface FedInput {
  readonly name: string;
  readonly type: TensorType;
  /** Elements. */
  readonly size: number;
  /** As errors call it. */
  readonly where: string;
}

/** An input of this name and type. */
export function fedInput(name: string, type: TensorType): FedInput {
  return { name, type, size: sizeOf(type.shape), where: `run({ ${name} })` };
}

/** Throws unless the values hold exactly the inputs. */
export function checkNames(inputs: readonly FedInput[], values: Readonly<Record<string, TensorValue>>): void {
  if (typeof values !== "object" || (values as unknown) === null)
    checkObject("run(values)", "values must be an object", values);
  let isRight = true;
  for (let i = 0; i < inputs.length; i++) isRight &&= isFed(inputs[i]!, values);
  let count = 0;
  for (const name in values) if (Object.hasOwn(values, name)) count++;
  if (isRight && count === inputs.length) return;
  const names = inputs.map(({ name }) => name);
  const missing = inputs.filter((input) => !isFed(input, values)).map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  if (missing.length === 0 && unknown.length === 0) return;
  throw wrongNames(names, missing, unknown);
}

function wrongNames(names: readonly string[], missing: readonly string[], unknown: readonly string[]): RuntimeError {
  const quote = (list: readonly string[]): string => list.map((name) => `"${name}"`).join(", ");
  const got = [
    ...(missing.length > 0 ? [`no value for ${quote(missing)}`] : []),
    ...(unknown.length > 0 ? [`${quote(unknown)}, which is not an input`] : []),
  ];
  return new RuntimeError({
    code: missing.length > 0 ? "INPUT_MISSING" : "INPUT_UNKNOWN",
    where: "run(values)",
    rule: `values must hold exactly the inputs ${quote(names)}`,
    got: got.join(", and "),
    details: { missing, unknown },
  });
}

/** What holds elements of a dtype. */
const ARRAY_OF = { f32: "Float32Array", i32: "Int32Array", bool: "Uint8Array" };

function isFed({ name }: FedInput, values: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(values, name) && values[name] !== undefined;
}

/** Throws unless the value can be copied in. A typed array of the right length is taken as it is. */
export function checkInput(input: FedInput, value: TensorValue): void {
  const { name, where, type } = input;
  if (value instanceof NdArray || ArrayBuffer.isView(value)) {
    const dtype = dtypeOf(value);
    if (dtype !== type.dtype) {
      throw new DTypeError({
        code: "INPUT_DTYPE",
        where,
        rule: `"${name}" must be ${formatType(type)}`,
        got: value instanceof NdArray ? showValue(value) : `${showValue(value)}, which holds ${dtype}`,
        fix: `Convert it: ${ARRAY_OF[type.dtype]}.from(${value instanceof NdArray ? "array.data" : "values"})`,
        details: { input: name },
      });
    }
    const data = checkedElements(where, value);
    checkSize(input, value instanceof NdArray ? value.shape : type.shape, data.length);
    return;
  }
  const given = ndArray(value, { where, dtype: type.dtype });
  const isFlat = given.shape.length === 1;
  checkSize(input, isFlat ? type.shape : given.shape, given.data.length);
}

/** The elements of a typed array, all of which can be of its dtype. */
function checkedElements(where: string, value: NdArray | Exclude<TensorValue, NestedList | NdArray>): NdArray["data"] {
  const data = value instanceof NdArray ? value.data : value;
  const isPlain = data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array;
  return isPlain ? data : ndArray(value, { where }).data;
}

/** The elements of a value that has been checked. */
export function elementsOf(value: TensorValue, { type: { dtype } }: FedInput): NdArray["data"] {
  if (value instanceof NdArray) return value.data;
  return ArrayBuffer.isView(value) ? value : ndArray(value, { dtype }).data;
}

function checkSize({ name, where, type, size }: FedInput, shape: readonly number[], length: number): void {
  if (length === size && sameShape(shape, type.shape)) return;
  const got = sameShape(shape, type.shape) ? `${length} elements` : formatShape(shape);
  throw new ShapeError({
    code: "INPUT_SHAPE",
    where,
    rule: `"${name}" must be ${formatType(type)}, ${size} elements`,
    got,
    details: { input: name, expected: type.shape },
  });
}
