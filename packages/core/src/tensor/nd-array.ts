/** A value on the host: a tensor type and a row-major typed array. Made from what people write: numbers, nested lists, typed arrays. */
import { checkKeys, DTypeError, ShapeError, ValueError } from "../errors.js";
import { isPromise, showValue } from "../show-value.js";
import { checkDType, type DType, type TypedArrayOf } from "./dtype.js";
import { checkShape, formatShape, sizeOf, type Shape } from "./shape.js";
import { formatType, type TensorType } from "./tensor-type.js";

/** Numbers or truth values in nested lists of equal length. */
export type NestedList = number | boolean | readonly NestedList[];

/** Whatever a tensor value may be given as. A typed array or flat list is read in row-major order. */
export type TensorValue = NestedList | Float32Array | Float64Array | Int32Array | Uint8Array | NdArray;

/**
 * A tensor value in row-major order.
 *
 * @example
 * const { shape, data } = ndArray([[1, 2], [3, 4]]);
 * [...shape, ...data]; // → [2, 2, 1, 2, 3, 4]
 */
export class NdArray<D extends DType = DType> {
  readonly type: TensorType<D>;
  /** The elements in row-major order; truth values are 0 and 1. */
  readonly data: TypedArrayOf<D>;

  constructor(type: TensorType<D>, data: TypedArrayOf<D>) {
    if (data.length !== sizeOf(type.shape)) {
      throw new ShapeError({
        code: "DATA_LENGTH",
        where: "NdArray",
        rule: `${formatType(type)} must hold ${sizeOf(type.shape)} elements`,
        got: `${data.length}`,
        details: { type, length: data.length },
      });
    }
    this.type = type;
    this.data = data;
  }

  get shape(): Shape {
    return this.type.shape;
  }

  get dtype(): D {
    return this.type.dtype;
  }

  /** The only element of a tensor of size 1, as a number. */
  item(): number {
    const [value] = this.data;
    if (this.data.length !== 1 || value === undefined) {
      throw new ShapeError({
        code: "ITEM_SIZE",
        where: "item()",
        rule: "the tensor must have exactly one element",
        got: formatType(this.type),
        fix: "Read .data, which holds all elements in row-major order",
      });
    }
    return value;
  }

  /** A copy that later runs do not overwrite. */
  copy(): NdArray<D> {
    return new NdArray(this.type, this.data.slice() as TypedArrayOf<D>);
  }
}

/**
 * A host value from what people write. The dtype of numbers is f32 and of truth values bool unless given; a typed array
 * or flat list takes `shape`.
 *
 * @throws ShapeError NESTED_SHAPE if inner lists differ in length.
 * @throws DTypeError VALUE_DTYPE if the values cannot be of the dtype (1.5 as i32).
 * @example
 * ndArray([[1, 2], [3, 4]]).shape; // → [2, 2]
 */
export function ndArray<D extends DType = "f32">(
  value: TensorValue,
  options: { readonly dtype?: D; readonly shape?: Shape; readonly where?: string } = {},
): NdArray<D> {
  const where = options.where ?? "ndArray(value)";
  checkKeys(where, "options", options, { dtype: true, shape: true, where: true });
  const dtype = options.dtype ?? (dtypeOf(value) as D);
  checkDType(where, dtype);
  const { flat, shape } = flatten(where, value);
  const target = checkShape(where, options.shape ?? shape);
  if (
    sizeOf(target) !== flat.length ||
    (options.shape !== undefined && shape.length > 1 && formatShape(shape) !== formatShape(target))
  ) {
    throw new ShapeError({
      code: "VALUE_SHAPE",
      where,
      rule: `the value must have shape ${formatShape(target)}`,
      got: `${formatShape(shape)} (${flat.length} elements)`,
      details: { expected: target, shape },
    });
  }
  return new NdArray({ dtype, shape: target }, convert(where, flat, dtype));
}

/** An empty (zeroed) typed array for a dtype; f32 values at the precision asked for. */
export function allocate<D extends DType>(dtype: D, size: number, precision: "f32" | "f64" = "f64"): TypedArrayOf<D> {
  const make = { f32: precision === "f64" ? Float64Array : Float32Array, i32: Int32Array, bool: Uint8Array }[dtype];
  return new make(size) as TypedArrayOf<D>;
}

/** The dtype a value has by itself. */
export function dtypeOf(value: TensorValue): DType {
  if (value instanceof NdArray) return value.dtype;
  if (value instanceof Int32Array) return "i32";
  if (value instanceof Uint8Array) return "bool";
  let first: TensorValue | undefined = value;
  for (let depth = 0; Array.isArray(first) && depth <= LARGEST_RANK; depth++)
    first = first[0] as NestedList | undefined;
  return typeof first === "boolean" ? "bool" : "f32";
}

type Flat = ArrayLike<number | boolean>;

/** More axes than anybody nests lists. */
const LARGEST_RANK = 32;

function checkView<V extends ArrayBufferView>(where: string, value: V): V {
  const isTaken = [Float32Array, Float64Array, Int32Array, Uint8Array].some((array) => value.constructor === array);
  if (isTaken || value instanceof Uint8Array) return value;
  throw new ValueError({
    code: "VALUE_KIND",
    where,
    rule: "a typed array must be a Float32Array, Float64Array, Int32Array or Uint8Array",
    got: value.constructor.name,
    fix: "Copy it: Float32Array.from(values)",
  });
}

function flatten(where: string, value: TensorValue): { flat: Flat; shape: Shape } {
  if (value instanceof NdArray) return { flat: value.data, shape: value.shape };
  if (ArrayBuffer.isView(value)) return { flat: checkView(where, value), shape: [value.length] };
  if (typeof value === "number" || typeof value === "boolean") return { flat: [value], shape: [] };
  const shape: number[] = [];
  for (
    let inner: NestedList | undefined = value;
    Array.isArray(inner) && shape.length <= LARGEST_RANK;
    inner = inner[0] as NestedList | undefined
  )
    shape.push(inner.length);
  if (shape.length > LARGEST_RANK) {
    throw new ShapeError({
      code: "NESTED_SHAPE",
      where,
      rule: `lists must be nested at most ${LARGEST_RANK} deep`,
      got: "a deeper list, or one that holds itself",
    });
  }
  const flat: (number | boolean)[] = [];
  collect(where, value, shape, 0, flat);
  return { flat, shape };
}

/** Recursion here is as deep as the value's rank, never as long as the data. */
function collect(where: string, value: NestedList, shape: Shape, axis: number, flat: (number | boolean)[]): void {
  if (axis < shape.length && Array.isArray(value) && value.length === shape[axis]) {
    for (const inner of value as readonly NestedList[]) collect(where, inner, shape, axis + 1, flat);
    return;
  }
  if (axis === shape.length && (typeof value === "number" || typeof value === "boolean")) {
    flat.push(value);
    return;
  }
  throw new ShapeError({
    code: "NESTED_SHAPE",
    where,
    rule: `nested lists must have equal lengths and hold numbers, so that the value has shape ${formatShape(shape)}`,
    got: `${showValue(value)} at depth ${axis}`,
    details: { shape, axis },
    ...numbersInstead(value),
  });
}

/** What somebody may have meant who gave something that holds no numbers. */
function numbersInstead(value: unknown): { readonly fix?: string } {
  if (isPromise(value)) return { fix: "Await it" };
  if (typeof value === "string") return { fix: "Convert texts: Number(text), or a Vocabulary for tokens" };
  if (ArrayBuffer.isView(value) || value instanceof NdArray)
    return { fix: "Put rows into one array, ndArray(elements, { shape }), or make lists of them: [...row]" };
  if (value instanceof ArrayBuffer) return { fix: "Read it as numbers: new Float32Array(buffer)" };
  return {};
}

function convert<D extends DType>(where: string, flat: Flat, dtype: D): TypedArrayOf<D> {
  if (dtype === "f32" && flat instanceof Float32Array) return flat.slice() as TypedArrayOf<D>;
  const data = allocate(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) {
    const element = flat[i]!;
    checkElement(where, element, dtype, i);
    data[i] = Number(element);
  }
  return data;
}

/** Throws unless the element can be of the dtype without losing anything. */
export function checkElement(
  where: string,
  element: number | boolean | undefined,
  dtype: DType,
  position: number,
): void {
  if (typeof element !== "number" && typeof element !== "boolean") {
    throw new ValueError({
      code: "VALUE_KIND",
      where,
      rule: "every element must be a number",
      got: `${typeof element} at position ${position}`,
    });
  }
  const number = Number(element);
  const fits =
    dtype === "f32"
      ? typeof element === "number"
      : dtype === "i32"
        ? typeof element === "number" && (number | 0) === number
        : number === 0 || number === 1;
  if (fits) return;
  const rule = {
    f32: "f32 elements must be numbers",
    i32: "i32 elements must be whole numbers in [-2^31, 2^31 - 1]",
    bool: "bool elements must be true or false (1 or 0)",
  }[dtype];
  throw new DTypeError({
    code: "VALUE_DTYPE",
    where,
    rule,
    got: `${String(element)} at position ${position}`,
    details: { position },
  });
}
