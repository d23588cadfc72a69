/** The leaves of a graph: inputs are fed with each run, parameters trained, states carried from run to run, constants fixed. */
import { GraphError } from "../errors.js";
import { checkDType, type DType } from "../tensor/dtype.js";
import { ndArray, type NdArray, type TensorValue } from "../tensor/nd-array.js";
import { checkShape, type Shape } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor-type.js";
import { apply } from "./apply.js";
import type { FloatNode, Node } from "./node.js";
import type { LeafOp, TypeContext } from "./op.js";

type TypedAttrs = Readonly<{ dtype: DType; shape: Shape }>;
/** Attributes of leaves that hold a value from the start. */
export type InitialAttrs = Readonly<{ initial: NdArray }>;

export const inputOp: LeafOp<TypedAttrs> = {
  name: "input",
  kind: "leaf",
  role: "input",
  parameters: [],
  inferType: ({ attrs: { dtype, shape } }) => ({ dtype, shape }),
  derivative: { kind: "none" },
  doc: { formula: "a value fed with each run" },
};

export const placeholderOp: LeafOp<TypedAttrs> = {
  name: "placeholder",
  kind: "leaf",
  role: "placeholder",
  parameters: [],
  inferType: ({ attrs: { dtype, shape } }) => ({ dtype, shape }),
  derivative: { kind: "none" },
  doc: { formula: "a value of one step of a folded graph; unfolding replaces it" },
};

export const paramOp: LeafOp<InitialAttrs> = {
  name: "param",
  kind: "leaf",
  role: "param",
  parameters: [],
  inferType: initialType,
  derivative: { kind: "none" },
  doc: { formula: "a value owned by the runtime and trained" },
};

export const stateOp: LeafOp<InitialAttrs> = {
  name: "state",
  kind: "leaf",
  role: "state",
  parameters: [],
  inferType: initialType,
  derivative: { kind: "none" },
  doc: { formula: "a value owned by the runtime and carried from run to run" },
};

export const constantOp: LeafOp<Readonly<{ value: NdArray }>> = {
  name: "constant",
  kind: "leaf",
  role: "constant",
  parameters: [],
  inferType: ({ attrs: { value } }) => value.type,
  derivative: { kind: "none" },
  doc: { formula: "a value fixed when the graph is built" },
};

function initialType({ attrs: { initial } }: TypeContext<readonly Node[], InitialAttrs>): TensorType {
  return initial.type;
}

/**
 * A value fed with each run under this name.
 *
 * @shapes -> D[...shape]
 * @param name - the key under which it is fed; unique among the inputs of an executable
 * @param shape - sizes per axis; sequences are time-major `[T, B, F]`
 * @param dtype - element type, f32 unless given
 * @throws GraphError LEAF_NAME if the name is empty. ShapeError SHAPE_EXTENT if a size is not a whole number ≥ 0.
 * @example
 * const x = input("x", [2]);
 * evaluate(mul(x, 3), { x: [1, 2] }).data; // → [3, 6]
 */
export function input<D extends DType = "f32">(name: string, shape: Shape, dtype?: D): Node<D> {
  const where = `input("${name}", shape)`;
  checkName(where, name);
  if (dtype !== undefined) checkDType(where, dtype);
  return apply(inputOp, [], { dtype: dtype ?? "f32", shape: [...checkShape(where, shape)] }, name) as Node<D>;
}

/**
 * A value of one step of a folded graph: an element of a sequence, or a value from steps ago. It must be replaced before
 * the graph can run.
 *
 * @shapes -> D[...shape]
 * @param name - how pictures and errors call it
 * @param shape - sizes per axis of one step
 * @param dtype - element type, f32 unless given
 * @throws GraphError LEAF_NAME if the name is empty. ShapeError SHAPE_EXTENT if a size is not a whole number ≥ 0.
 * @example
 * const last = placeholder("last", []);
 * const [next] = substitute([add(last, 1)], new Map([[last, constant(2)]]));
 * evaluate(next).item(); // → 3
 */
export function placeholder<D extends DType = "f32">(name: string, shape: Shape, dtype?: D): Node<D> {
  const where = `placeholder("${name}", shape)`;
  checkName(where, name);
  if (dtype !== undefined) checkDType(where, dtype);
  return apply(placeholderOp, [], { dtype: dtype ?? "f32", shape: [...checkShape(where, shape)] }, name) as Node<D>;
}

/**
 * A trained value. Its identity is the node: executables of one runtime that use the same node share its value.
 *
 * @shapes initial: f32[...S] -> f32[...S]
 * @param path - its unique name, `/` between levels: `decoder/gru/W`
 * @param initial - the value before training; its shape is the parameter's shape
 * @throws GraphError LEAF_NAME if the path is empty.
 * @example
 * const w = param("w", [[1, 2], [3, 4]]);
 * evaluate(sum(w)).item(); // → 10
 */
export function param(path: string, initial: TensorValue): FloatNode {
  checkName(`param("${path}", initial)`, path);
  return apply(
    paramOp,
    [],
    { initial: ndArray(initial, { dtype: "f32", where: `param("${path}", initial)` }) },
    path,
  ) as FloatNode;
}

/**
 * A value carried from run to run: recurrent state, optimizer moments, counters. It changes only through an executable's updates.
 *
 * @shapes initial: D[...S] -> D[...S]
 * @param path - its unique name, `/` between levels
 * @param initial - the value before the first run
 * @param dtype - element type, f32 unless given
 * @throws GraphError LEAF_NAME if the path is empty.
 * @example
 * const runs = state("runs", 0, "i32");
 * const runtime = await createRuntime();
 * const { run } = await runtime.compile({ outputs: { runs }, updates: [[runs, add(runs, 1)]] });
 * [run({}).runs.item(), run({}).runs.item()]; // → [0, 1]
 */
export function state<D extends DType = "f32">(path: string, initial: TensorValue, dtype?: D): Node<D> {
  const where = `state("${path}", initial)`;
  checkName(where, path);
  return apply(stateOp, [], { initial: ndArray(initial, { dtype: dtype ?? "f32", where }) }, path) as Node<D>;
}

/**
 * A fixed value.
 *
 * @shapes value: D[...S] -> D[...S]
 * @param value - a number, nested lists of numbers or a typed array
 * @param dtype - element type; numbers are f32 and truth values bool unless given
 * @throws ShapeError NESTED_SHAPE if nested lists differ in length. DTypeError VALUE_DTYPE if a value cannot be of the dtype.
 * @example
 * constant([1, 2], "i32").type; // → { dtype: "i32", shape: [2] }
 */
export function constant(value: Int32Array): Node<"i32">;
export function constant<D extends DType = "f32">(value: TensorValue, dtype?: D): Node<D>;
export function constant(value: TensorValue, dtype?: DType): Node {
  return apply(constantOp, [], { value: ndArray(value, { where: "constant(value)", ...(dtype && { dtype }) }) });
}

/**
 * A copy of the value a parameter or state has before the first run.
 *
 * @throws GraphError NO_INITIAL if the leaf is neither.
 * @example
 * initialValue(param("w", [1, 2])).data; // → [1, 2]
 */
export function initialValue(leaf: Node): NdArray {
  if (leaf.op !== paramOp && leaf.op !== stateOp) {
    throw new GraphError({
      code: "NO_INITIAL",
      where: "initialValue(leaf)",
      rule: "the leaf must be a param or state",
      got: leaf.op.name,
    });
  }
  return (leaf.attrs["initial"] as NdArray).copy();
}

function checkName(where: string, name: string): void {
  if (typeof (name as unknown) === "string" && name.trim() !== "") return;
  throw new GraphError({ code: "LEAF_NAME", where, rule: "a leaf must have a name", got: `"${name}"` });
}
