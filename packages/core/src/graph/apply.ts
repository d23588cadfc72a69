/** The one way to make a node: ask the op for the output's type, remember where the user's program is. */
import type { DType } from "../tensor/dtype.js";
import type { TensorType } from "../tensor/tensor-type.js";
import { currentSite } from "./build-site.js";
import { Node, requireNode } from "./node.js";
import { signature, type AnyOp, type Attrs, type TypeContext } from "./op.js";

/** An op whose inputs and attributes fit each other; what `apply` needs to check a builder. */
interface Applicable<D extends DType, I extends readonly Node[], A extends Attrs> {
  inferType(context: TypeContext<I, A>): TensorType<D>;
}

/** A node that applies `op` to `inputs`. Throws what the op's type rule throws. */
export function apply<D extends DType, I extends readonly Node[], A extends Attrs>(
  op: AnyOp & Applicable<D, I, A>,
  inputs: I,
  attrs: A,
  name?: string,
): Node<D> {
  for (const [i, input] of inputs.entries()) requireNode(signature(op), op.parameters[i] ?? `input ${i}`, input);
  return new Node({
    op,
    inputs,
    attrs,
    type: op.inferType({ op, inputs, attrs }),
    label: name,
    site: currentSite(),
  }) as Node<D>;
}

/**
 * The same node under a name that errors and pictures use.
 *
 * @example
 * const h = label("h", add(input("x", [2]), 1));
 * h.label; // → "h"
 */
export function label<D extends DType>(name: string, node: Node<D>): Node<D> {
  requireNode("label(name, node)", "node", node);
  return new Node({
    op: node.op,
    inputs: node.inputs,
    attrs: node.attrs,
    type: node.type,
    label: name,
    site: node.site,
  });
}
