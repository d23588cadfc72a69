/** The whole pipeline on one page: from graphs to an executable. */
import { checkArgument, checkKeys, GraphError, ShapeError, ValueError, wrongArgument } from "./errors.js";
import { describe, requireNode, type Node } from "./graph/node.js";
import { verify } from "./graph/verify.js";
import { keptBytes } from "./graph/kept-bytes.js";
import { stackedBytes } from "./graph/stacked-bytes.js";
import { topologicalOrder } from "./graph/walk.js";
import type { EvaluateConstant } from "./passes/fold-constants.js";
import type { Pass } from "./passes/pass.js";
import { lastPasses, optimizeInTurn, standardPasses, type OptimizeReport } from "./passes/pipeline.js";
import type { Backend, PreparedReport, Program, Update } from "./runtime/backend.js";
import { checkingLeaves } from "./runtime/check-leaves.js";
import { executable, type Executable, type NodeRecord } from "./runtime/executable.js";
import { BACKENDS, chooseBackend, type BackendName, type ChosenBackend } from "./runtime/choose-backend.js";
import { interpreter, type Precision } from "./runtime/interpreter.js";
import { LeafStore, type StoreReport } from "./runtime/leaf-store.js";
import type { EngineSettings } from "./runtime/wasm/engine.js";
import { NdArray, type TensorValue } from "./tensor/nd-array.js";
import { formatType, sameType } from "./tensor/tensor-type.js";

/** What an executable is made of. */
export interface CompileRequest<I extends NodeRecord, O extends NodeRecord> {
  /** Inputs fed with each run, by name. */
  readonly inputs?: I;
  /** Values returned by each run, by name; read before the updates. */
  readonly outputs?: O;
  /** New values of parameters and states; all read before any is written. */
  readonly updates?: readonly Update[];
}

/** Owns the values of parameters and states, and compiles programs that share them. */
export interface Runtime {
  /**
   * An executable for one set of shapes.
   *
   * @throws GraphError INPUT_NOT_DECLARED, UPDATE_TARGET, UPDATE_TWICE, LEAF_PATH_TWICE or PLACEHOLDER; ShapeError UPDATE_TYPE;
   *   RuntimeError MEMORY_LIMIT. The runtime is then as it was before.
   */
  compile<I extends NodeRecord = Record<string, never>, O extends NodeRecord = Record<string, never>>(
    request: CompileRequest<I, O>,
  ): Promise<Executable<I, O>>;
  /** A copy of the value of a parameter or state that some executable uses. @throws RuntimeError LEAF_UNKNOWN */
  read(leaf: Node): NdArray;
  /** Replaces the value of a parameter or state. @throws RuntimeError LEAF_UNKNOWN; ShapeError VALUE_SHAPE */
  write(leaf: Node, value: TensorValue): void;
  report(): RuntimeReport;
}

/** What became of one program: how many nodes were written and how many run, and what was made of them. */
export interface ProgramReport extends OptimizeReport, Partial<PreparedReport> {
  /**
   * Bytes of the values that scans keep of all their steps, which is what grows with their number: what a backward pass
   * reads, what is summed up after a loop, outputs. Of f32 at 4 bytes.
   */
  readonly stackedBytes: number;
  /**
   * Bytes of the values that the outputs are computed from and that the updates read again, without inputs, parameters,
   * states and constants: what a training step whose output is the loss keeps for its backward pass, folded or unfolded.
   */
  readonly keptBytes: number;
}

/** What a runtime runs on, and what it runs. */
export interface RuntimeReport extends StoreReport {
  /** Vectors of four are used. */
  readonly simd: boolean;
  /** Multiplication and addition are rounded together in matrix products and functions. */
  readonly fma: boolean;
  /** What the engine lacks for a faster backend, if it was not asked for by name. */
  readonly fallback: string | undefined;
  /** Bytes that the values of the largest program need at most at any time. */
  readonly peakBytes: number;
  /** Bytes of memory taken from the system; of the interpreter, 0. */
  readonly memoryBytes: number;
  /** Per executable, in the order of `compile`. */
  readonly programs: readonly ProgramReport[];
}

/** How a runtime computes. */
export interface RuntimeOptions {
  /** f32 (default) rounds every result to 32 bits, as compiled code does; f64 is the oracle for tests and finite differences. */
  readonly precision?: Precision;
  /**
   * Whether programs are rewritten into faster ones. true (default): sums may be added in another order, so that values
   * differ in their last digits, and scans may take for 0 what fades below 10^-33. "exact": every bit stays, on the
   * interpreter. false: programs run as written.
   */
  readonly optimize?: boolean | "exact";
  /**
   * What runs the programs. "auto" (default): the fastest the engine can run, `wasm-relaxed`, `wasm-simd`, `wasm-scalar`
   * or, without WebAssembly or at precision f64, `interpreter`; the report says which, and what a faster one lacks.
   */
  readonly backend?: BackendName | "auto";
  /** How the engine was switched: what `enableRevectorization` of `@unfold/core/node` returned. */
  readonly engine?: EngineSettings;
  /**
   * Whether every run looks at all values and throws RuntimeError NOT_FINITE, naming the first node with NaN or ±∞ in
   * the order of execution: inputs and parameters, then every node whose operands were finite. What has an infinite
   * operand, such as a constant mask of -Infinity, may be infinite, but not NaN. Nothing has been updated then. Default
   * false: it takes more time, and values may differ in their last digits since less is fused.
   */
  readonly check?: boolean;
  /** Whether all parts of every run are timed: `executable.profile()` says how long each took. Default false. */
  readonly profile?: boolean;
}

/**
 * A runtime: its own memory, no global state.
 *
 * @example
 * const x = input("x", [2]), w = param("w", [1, 2]);
 * const runtime = await createRuntime();
 * const step = await runtime.compile({ inputs: { x }, outputs: { y: mul(x, w) }, updates: [[w, add(w, 1)]] });
 * step.run({ x: [10, 10] }).y.data; // → [10, 20]
 * step.run({ x: [10, 10] }).y.data; // → [20, 30]
 */
export function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  return new Promise((resolve) => {
    resolve(runtimeOf(options));
  });
}

function runtimeOf(options: RuntimeOptions): Runtime {
  const where = "createRuntime(options)";
  checkKeys(where, "options", options, {
    precision: true,
    optimize: true,
    backend: true,
    engine: true,
    check: true,
    profile: true,
  });
  const { precision = "f32", optimize = true, backend: wanted = "auto" } = options;
  if (!["f32", "f64"].includes(precision)) {
    throw new ValueError({ code: "OPTIONS", where, rule: "precision must be f32 or f64", got: precision });
  }
  if (wanted !== "auto" && !BACKENDS.includes(wanted)) {
    const rule = `backend must be "auto" or one of ${BACKENDS.join(", ")}`;
    throw new ValueError({ code: "OPTIONS", where, rule, got: wanted });
  }
  if (![true, false, "exact"].includes(optimize)) {
    const rule = 'optimize must be true, false or "exact"';
    throw new ValueError({ code: "OPTIONS", where, rule, got: String(optimize) });
  }
  const chosen = chooseBackend(wanted, precision, options.engine, options);
  const { backend } = chosen;
  const store = new LeafStore(backend);
  const exact = optimize === "exact";
  const stages = optimize === false ? [] : [standardPasses(constantEvaluator(precision), exact), lastPasses(exact)];
  const programs: ProgramReport[] = [];
  return {
    compile: (request) => compile(request, { backend, store, stages, programs, isChecked: options.check === true }),
    read: (leaf) => store.read(leaf),
    write: (leaf, value) => {
      store.write(leaf, value);
    },
    report: () => reportOf(chosen, store, programs),
  };
}

function reportOf(
  { backend, name, fallback }: ChosenBackend,
  store: LeafStore,
  programs: readonly ProgramReport[],
): RuntimeReport {
  return {
    ...store.report(),
    simd: name === "wasm-simd" || name === "wasm-relaxed",
    fma: name === "wasm-relaxed",
    fallback,
    peakBytes: programs.reduce((most, { peakBytes = 0 }) => Math.max(most, peakBytes), 0),
    memoryBytes: backend.memoryBytes?.() ?? 0,
    programs: [...programs],
  };
}

/** Programs that a report shows, the newest last. */
const SHOWN_PROGRAMS = 100;

/** What all programs of a runtime share. */
interface Workshop {
  readonly backend: Backend;
  readonly store: LeafStore;
  readonly stages: readonly (readonly Pass[])[];
  readonly programs: ProgramReport[];
  readonly isChecked: boolean;
}

async function compile<I extends NodeRecord, O extends NodeRecord>(
  request: CompileRequest<I, O>,
  { backend, store, stages, programs, isChecked }: Workshop,
): Promise<Executable<I, O>> {
  checkKeys("compile(request)", "request", request, { inputs: true, outputs: true, updates: true });
  if (request.updates !== undefined && !Array.isArray(request.updates)) throw notUpdates(request.updates);
  const inputs = request.inputs ?? ({} as I);
  const outputs = request.outputs ?? ({} as O);
  const program: Program = {
    inputs: Object.values(inputs),
    outputs: Object.values(outputs),
    updates: request.updates ?? [],
  };
  const order = checkProgram(program);
  const letGo = store.hold(
    order.filter(({ op }) => op.kind === "leaf" && (op.role === "param" || op.role === "state")),
  );
  const { values } = store;
  try {
    const optimized = optimizeProgram(program, stages);
    const prepared = await backend.prepare(optimized.program, values);
    const { outputs: results, updates } = optimized.program;
    const updated = updates.map(([, value]) => value);
    programs.push({
      ...optimized.report,
      ...prepared.report,
      stackedBytes: stackedBytes([...results, ...updated]),
      keptBytes: keptBytes(results, updated),
    });
    // A runtime may compile for ever.
    if (programs.length > SHOWN_PROGRAMS) programs.shift();
    return executable(inputs, outputs, isChecked ? checkingLeaves(optimized.program, prepared, values) : prepared);
  } catch (error) {
    letGo();
    throw error;
  }
}

function notUpdates(updates: unknown): ValueError {
  const fix = "An optimizer gives them: optimizer.minimize(loss)";
  return wrongArgument("compile({ updates })", "updates must be a list of [leaf, value]", updates, fix);
}

/** Throws unless it is a runtime, such as the promise of one that nobody awaited. @throws ValueError ARGUMENT */
export function checkRuntime(where: string, runtime: unknown): void {
  checkArgument(where, "runtime must be one that createRuntime made", runtime, {
    members: ["compile", "read", "write"],
  });
}

/** The same program with fewer nodes. Inputs and the targets of updates are leaves, which no pass replaces. */
function optimizeProgram(
  { inputs, outputs, updates }: Program,
  stages: readonly (readonly Pass[])[],
): { readonly program: Program; readonly report: OptimizeReport } {
  const { results, report } = optimizeInTurn([...outputs, ...updates.map(([, value]) => value)], stages);
  return {
    program: {
      inputs,
      outputs: results.slice(0, outputs.length),
      updates: updates.map(([target], i) => [target, results[outputs.length + i]!]),
    },
    report,
  };
}

/** Values of constants come from the interpreter, rounded as the program that will run rounds. */
function constantEvaluator(precision: Precision): EvaluateConstant {
  const backend = interpreter(precision);
  return (node) => {
    const prepared = backend.prepare({ inputs: [], outputs: [node], updates: [] }, new Map());
    prepared.run();
    const { type, data } = prepared.outputs[0]!;
    return new NdArray(type, data);
  };
}

/** Everything that can be wrong with a request; returns every node of it. */
function checkProgram({ inputs, outputs, updates }: Program): Node[] {
  for (const node of [...inputs, ...outputs, ...updates.flat()])
    requireNode("compile(request)", "every input, output and update", node);
  const order = topologicalOrder([...outputs, ...updates.flat()]);
  verify(order);
  const undeclared = order.find(
    (node) => node.op.kind === "leaf" && node.op.role === "input" && !inputs.includes(node),
  );
  if (undeclared !== undefined) {
    throw new GraphError({
      code: "INPUT_NOT_DECLARED",
      where: "compile({ inputs })",
      rule: "inputs must hold every input the outputs and updates depend on",
      got: `${describe(undeclared)} built at ${undeclared.site.toString()}, which is not among them`,
      fix: `Add it: inputs: { ${undeclared.label ?? "x"}, … }`,
    });
  }
  const notInput = inputs.find((node) => node.op.kind !== "leaf" || node.op.role !== "input");
  if (notInput !== undefined) {
    throw new GraphError({
      code: "NOT_AN_INPUT",
      where: "compile({ inputs })",
      rule: "inputs must hold nodes made by input()",
      got: `${notInput.op.name} ${describe(notInput)}`,
    });
  }
  updates.forEach(([target, value], i) => {
    checkUpdate(target, value, updates.findIndex(([other]) => other === target) < i);
  });
  return order;
}

function checkUpdate(target: Node, value: Node, isRepeated: boolean): void {
  const where = `compile({ updates }) of ${describe(target)}`;
  if (target.op.kind !== "leaf" || (target.op.role !== "param" && target.op.role !== "state")) {
    throw new GraphError({
      code: "UPDATE_TARGET",
      where,
      rule: "an update must write a param or state",
      got: target.op.name,
    });
  }
  if (isRepeated) {
    throw new GraphError({ code: "UPDATE_TWICE", where, rule: "a leaf must have one update", got: "two" });
  }
  if (!sameType(target.type, value.type)) {
    throw new ShapeError({
      code: "UPDATE_TYPE",
      where,
      rule: `the new value must be ${formatType(target.type)}`,
      got: describe(value),
    });
  }
}
