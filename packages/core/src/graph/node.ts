/** One application of an operation: immutable, compared by identity, pointing at its op object and its inputs. */
import { GraphError, wrongArgument } from "../errors.js";
import { isPromise, showValue } from "../show-value.js";
import type { DType, NumericDType } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import { formatType, type TensorType } from "../tensor/tensor-type.js";
import type { BuildSite } from "./build-site.js";
import type { AnyOp, Attrs } from "./op.js";

/** A value in a graph. `D` is its element type as far as TypeScript knows it. */
export class Node<D extends DType = DType> {
  readonly op: AnyOp;
  readonly inputs: readonly Node[];
  /** Static settings of this application. */
  readonly attrs: Attrs;
  readonly type: TensorType<D>;
  /** A leaf's name, or the name given with `label`. */
  readonly label: string | undefined;
  /** Where the user's program built it. */
  readonly site: BuildSite;

  constructor(fields: {
    op: AnyOp;
    inputs: readonly Node[];
    attrs: Attrs;
    type: TensorType<D>;
    label: string | undefined;
    site: BuildSite;
  }) {
    this.op = fields.op;
    this.inputs = Object.freeze([...fields.inputs]);
    this.attrs = Object.freeze({ ...fields.attrs });
    this.type = Object.freeze({ dtype: fields.type.dtype, shape: Object.freeze([...fields.type.shape]) });
    this.label = fields.label;
    this.site = fields.site;
    Object.freeze(this);
  }

  get shape(): Shape {
    return this.type.shape;
  }

  get dtype(): D {
    return this.type.dtype;
  }

  toString(): string {
    return describe(this);
  }
}

/** A node of 32-bit floats, the only ones that have derivatives. */
export type FloatNode = Node<"f32">;
/** A node of 32-bit integers. */
export type IntNode = Node<"i32">;
/** A node of truth values. */
export type BoolNode = Node<"bool">;
/** What builders take: a node, or a number that takes the dtype of the other operand. */
export type Operand<D extends DType = NumericDType> = Node<D> | number;

/**
 * Throws GraphError NOT_A_NODE unless the value is a node; for callers that TypeScript does not watch.
 *
 * @example
 * requireNode("double(x)", "x", input("x", [2])); // → undefined
 */
export function requireNode(where: string, name: string, value: unknown): void {
  if (value instanceof Node) return;
  throw new GraphError({
    code: "NOT_A_NODE",
    where,
    rule: `${name} must be a node`,
    got: showValue(value),
    fix: nodeInstead(value),
  });
}

/**
 * Throws unless the value is an object of nodes by name.
 *
 * @throws ValueError ARGUMENT. GraphError NOT_A_NODE
 * @example
 * requireNodes("run(outputs)", "outputs", { y: constant(1) }); // → undefined
 */
export function requireNodes(where: string, name: string, value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Node || isPromise(value))
    throw wrongArgument(where, `${name} must be an object of nodes by name`, value, "Name it: { y: node }");
  for (const [key, node] of Object.entries(value)) requireNode(where, `"${key}" of ${name}`, node);
}

/** What somebody may have meant who gave something that is no node. */
function nodeInstead(value: unknown): string {
  if (isPromise(value)) return "Await it";
  if (typeof value === "object" && value !== null) {
    if (Array.isArray(value) || ArrayBuffer.isView(value) || ("data" in value && "type" in value))
      return "Make one of it with constant(value), or feed it through input(name, shape)";
    if ("apply" in value) return "Apply the layer to a node: layer.apply(x)";
    if ("outputs" in value && "last" in value) return "Choose one of its nodes: .outputs.h of every step, or .last.h";
    if ("scan" in value) return "Run the cell over a sequence: cell.scan(x).outputs.h";
  }
  return "Make one with input, param, state or constant";
}

/** Whether the node is f32, whatever TypeScript was told. */
export function isFloat(node: Node): node is FloatNode {
  return node.dtype === "f32";
}

/**
 * `f32[32, 128] ("tokens")`, as errors show a node.
 *
 * @example
 * describe(input("tokens", [32, 128])); // → "f32[32, 128] (\"tokens\")"
 */
export function describe(node: Node): string {
  return node.label === undefined ? formatType(node.type) : `${formatType(node.type)} ("${node.label}")`;
}
