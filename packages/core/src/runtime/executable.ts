/** What `compile` returns: a program that checks what it is fed, runs, and hands out views of the results. */
import { RuntimeError } from "../errors.js";
import type { Node } from "../graph/node.js";
import type { DType } from "../tensor/dtype.js";
import { NdArray, type TensorValue } from "../tensor/nd-array.js";
import type { PreparedProgram } from "./backend.js";
import { checkInput, checkNames, elementsOf, fedInput } from "./feeding.js";
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
   * @throws RuntimeError NOT_FINITE if the runtime checks values. Nothing has been updated then.
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
  const fed = Object.entries(inputs).map(([name, { type }]) => fedInput(name, type));
  const outputNames = Object.keys(outputs);
  const results: Record<string, NdArray> = {};
  return {
    // Plain counted loops: they make no iterators.
    run: (values) => {
      checkNames(fed, values);
      for (let i = 0; i < fed.length; i++) checkInput(fed[i]!, values[fed[i]!.name]!);
      for (let i = 0; i < fed.length; i++) prepared.inputs[i]!.data.set(elementsOf(values[fed[i]!.name]!, fed[i]!));
      prepared.run();
      for (let i = 0; i < outputNames.length; i++) {
        const name = outputNames[i]!;
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
