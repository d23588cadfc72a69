/** Programs for values of any shape: one executable for each combination of shapes, compiled when it first comes. */
import { checkRuntime, type CompileRequest, type Runtime } from "./compile.js";
import { checkKeys, checkObject, ValueError } from "./errors.js";
import { input } from "./graph/leaves.js";
import type { Node } from "./graph/node.js";
import { perShape } from "./per-shape.js";
import type { Executable, NodeRecord, ResultValues } from "./runtime/executable.js";
import type { DType } from "./tensor/dtype.js";
import { NdArray, ndArray, type TensorValue } from "./tensor/nd-array.js";

/** How programs are kept. */
export interface SpecializeOptions<I extends NodeRecord> {
  /** Element types by name, of values that do not say theirs and are not f32: lists of tokens are `{ tokens: "i32" }`. */
  readonly dtypes?: { readonly [K in keyof I]?: DType };
  /** Executables kept, ≥ 1; the one that was not used for longest goes first. Default 64. */
  readonly limit?: number;
}

/** A program for values of any shape. */
export interface Specialized<I extends NodeRecord, O extends NodeRecord> {
  /**
   * Runs the executable for the shapes of the values; it is compiled first if these shapes are new or were long unused.
   * Results are views: the next run overwrites them, `copy()` keeps one.
   *
   * @throws whatever `build` and `compile` throw, and nothing is kept then; else as `run` of an executable.
   */
  readonly run: (values: { readonly [K in keyof I]: TensorValue }) => Promise<ResultValues<O>>;
  /** The executable for values of these shapes: to compile it before it is needed, or to run it in a tight loop. */
  readonly executable: (values: { readonly [K in keyof I]: TensorValue }) => Promise<Executable<I, O>>;
}

/**
 * One executable for each combination of shapes. They share parameters and states: make these, optimizers and training modes
 * outside `build`, which is called anew for each combination.
 *
 * @param build - draws outputs and updates for inputs of the types of the values
 * @throws ValueError SPECIALIZE if build is not a function or the limit not a whole number ≥ 1; OPTIONS
 * @example
 * const w = param("w", 2);
 * const scale = specialize(await createRuntime(), ({ x }: { x: FloatNode }) => ({ outputs: { y: mul(x, w) } }));
 * (await scale.run({ x: [1, 2] })).y.data; // → [2, 4]
 * (await scale.run({ x: [1, 2, 3] })).y.data; // → [2, 4, 6]
 */
export function specialize<I extends NodeRecord, O extends NodeRecord = Record<string, never>>(
  runtime: Runtime,
  build: (inputs: I) => Omit<CompileRequest<I, O>, "inputs">,
  options: SpecializeOptions<I> = {},
): Specialized<I, O> {
  const where = "specialize(runtime, build, options)";
  checkRuntime(where, runtime);
  checkKeys(where, "options", options, { dtypes: true, limit: true });
  const { dtypes, limit = 64 } = options;
  checkRequest(where, build, limit);
  const arraysOf = (values: Readonly<Record<string, TensorValue>>): Record<string, NdArray> => {
    checkObject("run(values)", "values must be an object", values);
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const dtype = dtypes?.[name];
        const isArray = value instanceof NdArray;
        return [name, isArray ? value : ndArray(value, { where: `run({ ${name} })`, ...(dtype && { dtype }) })];
      }),
    );
  };
  const executableFor = perShape(async (arrays: Readonly<Record<string, NdArray>>): Promise<Executable<I, O>> => {
    const inputs = Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, dtype }]): [string, Node] => [name, input(name, shape, dtype)]),
    ) as I;
    return runtime.compile<I, O>({ ...build(inputs), inputs });
  }, limit);
  return {
    executable: async (values) => executableFor(arraysOf(values)),
    run: async (values) => {
      const arrays = arraysOf(values);
      return (await executableFor(arrays)).run(arrays as { readonly [K in keyof I]: NdArray });
    },
  };
}

function checkRequest(where: string, build: unknown, limit: number): void {
  const problem = (rule: string, got: string): ValueError => new ValueError({ code: "SPECIALIZE", where, rule, got });
  if (typeof build !== "function") throw problem("build must be a function of inputs", typeof build);
  if (!Number.isSafeInteger(limit) || limit < 1) throw problem("limit must be a whole number ≥ 1", String(limit));
}
