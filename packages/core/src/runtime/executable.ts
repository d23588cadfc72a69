/** What `compile` returns: a program that checks what it is fed, runs, and hands out views of the results. */
import { checkKeys, DTypeError, RuntimeError, ShapeError } from "../errors.js";
import type { Node } from "../graph/node.js";
import type { DType } from "../tensor/dtype.js";
import { dtypeOf, NdArray, ndArray, type NestedList, type TensorValue } from "../tensor/nd-array.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { formatType, type TensorType } from "../tensor/tensor-type.js";
import type { PreparedProgram } from "./backend.js";
import type { ProfileRow } from "./profile.js";

/** Nodes by the names under which they are fed or returned. */
export type NodeRecord = Readonly<Record<string, Node>>;
/** What `run` takes: one value per input, under its name. */
export type FedValues<I extends NodeRecord> = { readonly [K in keyof I]: TensorValue };
/** What `run` returns: one value per output, under its name. */
export type ResultValues<O extends NodeRecord> = {
  readonly [K in keyof O]: O[K] extends Node<infer D extends DType> ? NdArray<D> : never;
};

/** A compiled program. */
export interface Executable<I extends NodeRecord = NodeRecord, O extends NodeRecord = NodeRecord> {
  /**
   * Runs the program once. The results are views: the next `run` overwrites them, `copy()` keeps one.
   *
   * @throws RuntimeError INPUT_MISSING or INPUT_UNKNOWN; ShapeError INPUT_SHAPE; DTypeError INPUT_DTYPE, each naming the input. Nothing has run then.
   */
  readonly run: (values: FedValues<I>) => ResultValues<O>;
  /**
   * How long each part took in all runs so far, in the order of the program; `profileTable` and `profileHtml` show it.
   * The first runs are slower than those that follow: run a few, then `profile({ reset: true })` forgets them.
   *
   * @throws RuntimeError PROFILE_OFF unless the runtime was made with `profile: true`.
   */
  readonly profile: (options?: ProfileOptions) => readonly ProfileRow[];
}

/** How to read a profile. */
export interface ProfileOptions {
  /** Whether the times are forgotten afterwards. Default false. */
  readonly reset?: boolean;
}

/** An executable over a prepared program. A run allocates nothing that outlives it but results whose memory has moved. */
export function executable<I extends NodeRecord, O extends NodeRecord>(
  inputs: I,
  outputs: O,
  prepared: PreparedProgram,
): Executable<I, O> {
  const names = Object.keys(inputs);
  const results: Record<string, NdArray> = {};
  const outputNames = Object.keys(outputs);
  return {
    run: (values) => {
      checkKeys("run(values)", "values", values);
      checkNames(names, values);
      for (const name of names) checkInput(name, values[name]!, inputs[name]!.type);
      for (const [i, name] of names.entries())
        prepared.inputs[i]!.data.set(elementsOf(values[name]!, inputs[name]!.type));
      prepared.run();
      for (const [i, name] of outputNames.entries()) {
        const { type, data } = prepared.outputs[i]!;
        if (results[name]?.data !== data) results[name] = new NdArray(type, data);
      }
      return results as ResultValues<O>;
    },
    profile: ({ reset = false } = {}) => {
      if (prepared.profiler === undefined) throw profileOff();
      const rows = prepared.profiler.rows();
      if (reset) prepared.profiler.reset();
      return rows;
    },
  };
}

function profileOff(): RuntimeError {
  return new RuntimeError({
    code: "PROFILE_OFF",
    where: "profile()",
    rule: "the runtime must time its programs",
    got: "one that does not",
    fix: "createRuntime({ profile: true })",
  });
}

function checkNames(names: readonly string[], values: Readonly<Record<string, TensorValue>>): void {
  const missing = names.filter(
    (name) => !Object.hasOwn(values, name) || (values as Readonly<Record<string, unknown>>)[name] === undefined,
  );
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  if (missing.length === 0 && unknown.length === 0) return;
  const quote = (list: readonly string[]): string => list.map((name) => `"${name}"`).join(", ");
  const problem =
    missing.length > 0
      ? { code: "INPUT_MISSING", got: `no value for ${quote(missing)}` }
      : { code: "INPUT_UNKNOWN", got: `${quote(unknown)}, which is not an input` };
  throw new RuntimeError({
    ...problem,
    where: "run(values)",
    rule: `values must hold exactly the inputs ${quote(names)}`,
    details: { missing, unknown },
  });
}

/** Throws unless the value can be copied in. A typed array of the right length is taken as it is. */
function checkInput(name: string, value: TensorValue, type: TensorType): void {
  const where = `run({ ${name} })`;
  if (value instanceof NdArray || ArrayBuffer.isView(value)) {
    const dtype = dtypeOf(value);
    if (dtype !== type.dtype) {
      throw new DTypeError({
        code: "INPUT_DTYPE",
        where,
        rule: `"${name}" must be ${formatType(type)}`,
        got: `${dtype} values`,
        details: { input: name },
      });
    }
    const data = checkedElements(where, value);
    checkSize(name, where, type, value instanceof NdArray ? value.shape : type.shape, data.length);
    return;
  }
  const given = ndArray(value, { where, dtype: type.dtype });
  const isFlat = given.shape.length === 1;
  checkSize(name, where, type, isFlat ? type.shape : given.shape, given.data.length);
}

/** The elements of a typed array, all of which can be of its dtype. */
function checkedElements(where: string, value: NdArray | Exclude<TensorValue, NestedList | NdArray>): NdArray["data"] {
  const data = value instanceof NdArray ? value.data : value;
  const isPlain = data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array;
  return isPlain ? data : ndArray(value, { where }).data;
}

/** The elements of a value that has been checked. */
function elementsOf(value: TensorValue, { dtype }: TensorType): NdArray["data"] {
  if (value instanceof NdArray) return value.data;
  return ArrayBuffer.isView(value) ? value : ndArray(value, { dtype }).data;
}

function checkSize(name: string, where: string, type: TensorType, shape: readonly number[], length: number): void {
  const size = type.shape.reduce((product, extent) => product * extent, 1);
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
