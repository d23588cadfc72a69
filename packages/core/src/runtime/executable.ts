/** What `compile` returns: a program that checks what it is fed, runs, and hands out views of the results. */
import { DTypeError, RuntimeError, ShapeError } from "../errors.js";
import type { Node } from "../graph/node.js";
import type { DType } from "../tensor/dtype.js";
import { NdArray, ndArray, type TensorValue } from "../tensor/nd-array.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { formatType, type TensorType } from "../tensor/tensor-type.js";
import type { PreparedProgram } from "./backend.js";

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
}

/** An executable over a prepared program. */
export function executable<I extends NodeRecord, O extends NodeRecord>(
  inputs: I,
  outputs: O,
  prepared: PreparedProgram,
): Executable<I, O> {
  const names = Object.keys(inputs);
  const results = Object.fromEntries(Object.keys(outputs).map((name, i) => [name, prepared.outputs[i]]));
  return {
    run: (values) => {
      checkNames(names, values);
      const checked = names.map((name) => checkInput(name, values[name]!, inputs[name]!.type));
      checked.forEach((data, i) => {
        prepared.inputs[i]!.data.set(data);
      });
      prepared.run();
      return results as ResultValues<O>;
    },
  };
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

/** The elements to copy in. A typed array of the right length is taken as it is. */
function checkInput(name: string, value: TensorValue, type: TensorType): NdArray["data"] {
  const where = `run({ ${name} })`;
  if (value instanceof NdArray || ArrayBuffer.isView(value)) {
    const given = ndArray(value, { where });
    const shape = value instanceof NdArray ? value.shape : type.shape;
    if (given.dtype !== type.dtype) {
      throw new DTypeError({
        code: "INPUT_DTYPE",
        where,
        rule: `"${name}" must be ${formatType(type)}`,
        got: `${given.dtype} values`,
        details: { input: name },
      });
    }
    checkSize(name, where, type, shape, given.data.length);
    return given.data;
  }
  const given = ndArray(value, { where, dtype: type.dtype });
  const isFlat = given.shape.length === 1;
  checkSize(name, where, type, isFlat ? type.shape : given.shape, given.data.length);
  return given.data;
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
