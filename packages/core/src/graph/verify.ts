/** Checks what must hold of every graph, whoever built it: types follow from inputs, leaves have one meaning per name. */
import { GraphError } from "../errors.js";
import { formatType, sameType } from "../tensor/tensor-type.js";
import { describe, type Node } from "./node.js";
import { scanBodyOf } from "./scan-body.js";
import { bodyOrder } from "./walk.js";

/**
 * Throws unless the nodes, in topological order, make a graph: inputs come before their users, every type is what the
 * op's rule says, and no two inputs, or two parameters or states, share a name. The same holds inside scans.
 *
 * @throws GraphError VERIFY_ORDER, VERIFY_TYPE or VERIFY_NAME, naming the node.
 * @example
 * const y = exp(input("x", []));
 * verify(topologicalOrder([y])); // → undefined
 */
export function verify(order: readonly Node[]): void {
  verifyNodes(order, new Map<string, Node>());
}

/** Leaves have one name each among `names`; the placeholders of a scan's step are told apart by what they stand for. */
function verifyNodes(order: readonly Node[], names: Map<string, Node> | undefined): void {
  const seen = new Set<Node>();
  for (const node of order) {
    if (node.inputs.some((input) => !seen.has(input)))
      throw broken(
        "VERIFY_ORDER",
        node,
        "a node must come after its inputs",
        "an input that comes later or not at all",
      );
    seen.add(node);
    const inferred = node.op.inferType(node);
    if (!sameType(inferred, node.type))
      throw broken("VERIFY_TYPE", node, `the type must be ${formatType(inferred)}`, formatType(node.type));
    const body = scanBodyOf(node);
    if (body !== undefined) verifyNodes(bodyOrder(body), undefined);
    if (names !== undefined && node.op.kind === "leaf" && node.op.role !== "constant")
      checkName(names, node, node.op.role);
  }
}

function checkName(names: Map<string, Node>, node: Node, role: string): void {
  const key = `${role === "state" ? "param" : role} ${node.label ?? ""}`;
  const other = names.get(key);
  if (other !== undefined) {
    throw broken(
      "VERIFY_NAME",
      node,
      `a name must belong to one ${role}`,
      `"${node.label ?? ""}" twice: ${describe(other)} built at ${other.site.toString()} is another`,
    );
  }
  names.set(key, node);
}

function broken(code: string, node: Node, rule: string, got: string): GraphError {
  return new GraphError({
    code,
    where: `verify: ${node.op.name} ${describe(node)} built at ${node.site.toString()}`,
    rule,
    got,
  });
}
