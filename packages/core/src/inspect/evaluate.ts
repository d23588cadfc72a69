/** The value of a node, now, at double precision: for tests, examples and looking at things. Needs no runtime. */
import { GraphError } from "../errors.js";
import { initialValue } from "../graph/leaves.js";
import { describe, requireNode, type Node } from "../graph/node.js";
import { topologicalOrder } from "../graph/walk.js";
import type { Slot } from "../runtime/backend.js";
import { executable, type ResultValues } from "../runtime/executable.js";
import { interpreter, type Precision } from "../runtime/interpreter.js";
import type { DType } from "../tensor/dtype.js";
import type { NdArray, TensorValue } from "../tensor/nd-array.js";

/** How to evaluate. */
export interface EvaluateOptions {
  /** f64 (default) computes as JavaScript does; f32 rounds the result of every node to 32 bits. */
  readonly precision?: Precision;
}

/**
 * The value of a node on the interpreter. Parameters and states have their initial values.
 *
 * @param values - by name, a value for every input the node depends on; others are ignored, since a derivative often
 *   depends on fewer inputs than what it is the derivative of
 * @throws RuntimeError INPUT_MISSING if an input has no value.
 * @example
 * const x = input("x", []);
 * evaluate(exp(x), { x: 0 }).item(); // → 1
 */
export function evaluate<D extends DType>(
  node: Node<D>,
  values: Readonly<Record<string, TensorValue>> = {},
  options: EvaluateOptions = {},
): NdArray<D> {
  return evaluateAll({ value: node }, values, options).value;
}

/**
 * The values of several nodes at once, under the names given; what they share is computed once.
 *
 * @example
 * const x = input("x", []);
 * const { y, z } = evaluateAll({ y: exp(x), z: square(x) }, { x: 0 });
 * [y.item(), z.item()]; // → [1, 0]
 */
export function evaluateAll<O extends Readonly<Record<string, Node>>>(
  nodes: O,
  values: Readonly<Record<string, TensorValue>> = {},
  options: EvaluateOptions = {},
): ResultValues<O> {
  for (const [name, node] of Object.entries(nodes)) requireNode("evaluate(node, values)", name, node);
  const backend = interpreter(options.precision ?? "f64");
  // Without a prototype, so that an input may be called "constructor".
  const inputs = Object.create(null) as Record<string, Node>;
  const stored = new Map<Node, Slot>();
  for (const leaf of topologicalOrder(Object.values(nodes))) {
    if (leaf.op.kind !== "leaf") continue;
    if (leaf.op.role === "input") addInput(inputs, leaf);
    if (leaf.op.role !== "param" && leaf.op.role !== "state") continue;
    const value = backend.allocate(leaf.type);
    value.data.set(initialValue(leaf).data);
    stored.set(leaf, value);
  }
  const prepared = backend.prepare(
    { inputs: Object.values(inputs), outputs: Object.values(nodes), updates: [] },
    stored,
  );
  return executable(inputs, nodes, prepared).run(pick(values, Object.keys(inputs)));
}

function pick(values: Readonly<Record<string, TensorValue>>, names: readonly string[]): Record<string, TensorValue> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

function addInput(inputs: Record<string, Node>, leaf: Node): void {
  const name = leaf.label ?? "";
  if (inputs[name] !== undefined) {
    throw new GraphError({
      code: "VERIFY_NAME",
      where: "evaluate(node, values)",
      rule: "a name must belong to one input",
      got: `"${name}" twice: ${describe(inputs[name])} and ${describe(leaf)}`,
    });
  }
  inputs[name] = leaf;
}
