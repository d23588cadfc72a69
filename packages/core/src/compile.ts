/** The whole pipeline on one page: from graphs to an executable. */
import { GraphError, ShapeError } from "./errors.js";
import { describe, type Node } from "./graph/node.js";
import { verify } from "./graph/verify.js";
import { topologicalOrder } from "./graph/walk.js";
import type { Backend, Program, Update } from "./runtime/backend.js";
import { executable, type Executable, type NodeRecord } from "./runtime/executable.js";
import { interpreter, type Precision } from "./runtime/interpreter.js";
import { LeafStore, type RuntimeReport } from "./runtime/leaf-store.js";
import type { NdArray, TensorValue } from "./tensor/nd-array.js";
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
   * @throws GraphError INPUT_NOT_DECLARED, UPDATE_TARGET, UPDATE_TWICE, LEAF_PATH_TWICE or PLACEHOLDER; ShapeError UPDATE_TYPE.
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

/** How a runtime computes. */
export interface RuntimeOptions {
  /** f32 (default) rounds every result to 32 bits, as compiled code does; f64 is the oracle for tests and finite differences. */
  readonly precision?: Precision;
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
  const backend = interpreter(options.precision ?? "f32");
  const store = new LeafStore(backend);
  return Promise.resolve({
    compile: (request) => compile(request, backend, store),
    read: (leaf) => store.read(leaf),
    write: (leaf, value) => {
      store.write(leaf, value);
    },
    report: () => store.report(),
  });
}

function compile<I extends NodeRecord, O extends NodeRecord>(
  request: CompileRequest<I, O>,
  backend: Backend,
  store: LeafStore,
): Promise<Executable<I, O>> {
  return new Promise((resolve) => {
    const inputs = request.inputs ?? ({} as I);
    const outputs = request.outputs ?? ({} as O);
    const program: Program = {
      inputs: Object.values(inputs),
      outputs: Object.values(outputs),
      updates: request.updates ?? [],
    };
    const order = checkProgram(program);
    store.hold(order.filter(({ op }) => op.kind === "leaf" && (op.role === "param" || op.role === "state")));
    resolve(executable(inputs, outputs, backend.prepare(program, store.values)));
  });
}

/** Everything that can be wrong with a request; returns every node of it. */
function checkProgram({ inputs, outputs, updates }: Program): Node[] {
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
