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
  const names = Object.keys(examples[0]!) as K[];
  const arrays = names.map((name) => {
    const dtype = dtypes?.[name];
    const values = examples.map((example, i) => {
      checkNames(example, names, first + i);
      const where = `dataset.batch(size): "${name}" of example ${first + i}`;
      const value = ndArray(example[name], { where, ...(dtype !== undefined && { dtype }) });
      if (!allowNotFinite) checkFinite(where, value);
      return value;
    });
    checkShapes(name, values, first);
    return [name, stacked(name, values, typeof axis === "number" ? axis : (axis[name] ?? 0))] as const;
  });
  return Object.fromEntries(arrays) as Batch<K>;
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
    for (let i = 0; i < outer; i++)
      data.set(value.data.subarray(i * inner, (i + 1) * inner), (i * values.length + b) * inner);
  });
  return new NdArray({ dtype, shape: [...shape.slice(0, axis), values.length, ...shape.slice(axis)] }, data);
}

function checkNames(example: Example, names: readonly string[], index: number): void {
  const own = Object.keys(example);
  if (own.length === names.length && names.every((name) => Object.hasOwn(example, name))) return;
  throw new ValueError({
    code: "BATCH_KEYS",
    where: `dataset.batch(size): example ${index}`,
    rule: `examples of a batch must have the same names, ${names.join(", ")}`,
    got: own.join(", ") || "none",
  });
}

function checkShapes(name: string, values: readonly NdArray[], first: number): void {
  const wanted = formatType(values[0]!.type);
  const odd = values.findIndex((value) => formatType(value.type) !== wanted);
  if (odd === -1) return;
  throw new ShapeError({
    code: "BATCH_SHAPE",
    where: `dataset.batch(size): "${name}" of example ${first + odd}`,
    rule: `examples of a batch must have one shape, ${wanted} as example ${first}`,
    got: formatType(values[odd]!.type),
    fix: "Pad sequences to one length before they are joined",
  });
}

function checkFinite(where: string, { data }: NdArray): void {
  const place = (data as ArrayLike<number> & { findIndex: Float32Array["findIndex"] }).findIndex(
    (element) => !Number.isFinite(element),
  );
  if (place === -1) return;
  throw new ValueError({
    code: "DATA_NOT_FINITE",
    where,
    rule: "every number must be finite",
    got: `${data[place]} at element ${place}`,
    fix: "Leave such examples out with filter, or say allowNotFinite",
  });
}
