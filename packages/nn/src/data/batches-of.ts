/** Examples joined to minibatches. */
import {
  formatType,
  NdArray,
  ndArray,
  ShapeError,
  sizeOf,
  ValueError,
  type DType,
  type TensorValue,
} from "@unfold/core";
import { exampleName } from "./place-before-shuffle.js";

/** One example: values by name. */
export type Example<K extends string = string> = { readonly [N in K]: TensorValue };
/** As many examples as the batch has: arrays by name. */
export type Batch<K extends string = string> = { readonly [N in K]: NdArray };

/** Where the axis of examples is put. */
export type BatchAxis = 0 | 1;

/** How examples are joined. */
export interface BatchOptions<K extends string> {
  /** Element types by name, of those that are not f32: `{ labels: "i32" }`. */
  readonly dtypes?: { readonly [N in K]?: DType };
  /**
   * Where the axis of examples is put: 0 (default), or 1 for sequences, which are time-major `[T, B, …S]`; for all names, or by
   * name: `{ text: 1 }`.
   */
  readonly axis?: BatchAxis | { readonly [N in K]?: BatchAxis };
  /** Whether a last batch that is not full is left out. Default false. */
  readonly dropLast?: boolean;
  /** Whether NaN and ±∞ are borne. Default false. */
  readonly allowNotFinite?: boolean;
}

/** Batches of `size` examples, the last one perhaps of fewer. */
export async function* batchesOf<K extends string>(
  examples: AsyncIterable<Example<K>>,
  size: number,
  options: BatchOptions<K>,
): AsyncIterable<Batch<K>> {
  let first = 0;
  let waiting: Example<K>[] = [];
  for await (const example of examples) {
    waiting.push(example);
    if (waiting.length < size) continue;
    yield joined(waiting, first, options);
    first += waiting.length;
    waiting = [];
  }
  if (waiting.length > 0 && options.dropLast !== true) yield joined(waiting, first, options);
}

/** @param first - number of the first example, for errors */
function joined<K extends string>(
  examples: readonly Example<K>[],
  first: number,
  { dtypes, axis = 0, allowNotFinite = false }: BatchOptions<K>,
): Batch<K> {
  const nameOf = (i: number): string => exampleName(examples[i]!, first + i);
  const names = namesOf(examples[0], () => nameOf(0)) as K[];
  examples.forEach((example, i) => {
    checkNames(example, names, () => nameOf(i));
  });
  const arrays = names.map((name) => {
    const values = examples.map((example, i) => {
      const place = (): string => placeOf(name, nameOf(i));
      const value = arrayOf(example[name], dtypes?.[name], place);
      if (!allowNotFinite) checkFinite(value, place);
      return value;
    });
    checkShapes(name, values, nameOf);
    return [name, stacked(name, values, typeof axis === "number" ? axis : (axis[name] ?? 0))] as const;
  });
  return Object.fromEntries(arrays) as Batch<K>;
}

function placeOf(name: string, example: string): string {
  return `dataset.batch(size): "${name}" of ${example}`;
}

/** What is an array of the dtype already is not copied: it will be when it is put beside the others. */
function arrayOf(value: TensorValue, dtype: DType | undefined, place: () => string): NdArray {
  if (value instanceof NdArray && (dtype ?? value.dtype) === value.dtype) return value;
  if (value instanceof Float32Array && (dtype ?? "f32") === "f32")
    return new NdArray({ dtype: "f32", shape: [value.length] }, value);
  return ndArray(value, { where: place(), ...(dtype !== undefined && { dtype }) });
}

const ARRAYS = { f32: Float32Array, i32: Int32Array, bool: Uint8Array };

/** The values beside each other along a new axis. */
function stacked(name: string, values: readonly NdArray[], axis: BatchAxis): NdArray {
  const { dtype, shape } = values[0]!;
  if (axis > shape.length) {
    throw new ShapeError({
      code: "BATCH_SHAPE",
      where: `dataset.batch(size, { axis: 1 }): "${name}"`,
      rule: "examples must have a time axis",
      got: formatType({ dtype, shape }),
      fix: "Name those that have one: { axis: { text: 1 } }",
    });
  }
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis));
  const data = new ARRAYS[dtype](values.length * outer * inner);
  values.forEach((value, b) => {
    if (outer === 1) data.set(value.data, b * inner);
    else copySteps(value.data, data, { inner, from: b * inner, stride: values.length * inner });
  });
  return new NdArray({ dtype, shape: [...shape.slice(0, axis), values.length, ...shape.slice(axis)] }, data);
}

/** Rows of so many elements, the first to a place and the others a stride apart: often one element each. */
function copySteps(
  source: NdArray["data"],
  target: NdArray["data"],
  { inner, from, stride }: { readonly inner: number; readonly from: number; readonly stride: number },
): void {
  for (let start = 0, to = from; start < source.length; start += inner, to += stride)
    for (let k = 0; k < inner; k++) target[to + k] = source[start + k]!;
}

function namesOf(example: unknown, nameOf: () => string): readonly string[] {
  const names = typeof example === "object" && example !== null ? Object.keys(example) : [];
  if (names.length > 0) return names;
  throw new ValueError({
    code: "BATCH_KEYS",
    where: `dataset.batch(size): ${nameOf()}`,
    rule: "examples must be values by name",
    got: example === null ? "null" : `${typeof example === "object" ? "an empty" : "a"} ${typeof example}`,
    fix: "Name them: dataset.map((x) => ({ x }))",
  });
}

function checkNames(example: Example, names: readonly string[], nameOf: () => string): void {
  const own = namesOf(example, nameOf);
  if (own.length === names.length && names.every((name) => Object.hasOwn(example, name))) return;
  throw new ValueError({
    code: "BATCH_KEYS",
    where: `dataset.batch(size): ${nameOf()}`,
    rule: `examples of a batch must have the same names, ${names.join(", ")}`,
    got: own.join(", "),
  });
}

function checkShapes(name: string, values: readonly NdArray[], nameOf: (i: number) => string): void {
  const wanted = formatType(values[0]!.type);
  const odd = values.findIndex((value) => formatType(value.type) !== wanted);
  if (odd === -1) return;
  throw new ShapeError({
    code: "BATCH_SHAPE",
    where: placeOf(name, nameOf(odd)),
    rule: `examples of a batch must have one shape, ${wanted} as ${nameOf(0)}`,
    got: formatType(values[odd]!.type),
    fix: "Pad sequences to one length before they are joined",
  });
}

function checkFinite({ dtype, data }: NdArray, place: () => string): void {
  if (dtype !== "f32") return;
  // A number less itself is 0, unless it is NaN or ±∞: a sum is quicker than a look at each.
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    const element = Math.fround(data[i]!);
    sum += element - element;
  }
  if (sum === 0) return;
  const found = Array.from(data).findIndex((element) => !Number.isFinite(Math.fround(element)));
  const isTooLarge = Number.isFinite(data[found]);
  throw new ValueError({
    code: "DATA_NOT_FINITE",
    where: place(),
    rule: "every number must be finite",
    got: `${data[found]}${isTooLarge ? ", which is ±∞ in f32," : ""} at element ${found}`,
    fix: "Leave such examples out with filter, or say allowNotFinite",
  });
}
