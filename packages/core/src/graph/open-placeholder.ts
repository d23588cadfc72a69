/** The error about a graph that holds a placeholder: it stands for a value of one step and has none of its own. */
import { GraphError } from "../errors.js";
import { describe, type Node } from "./node.js";

/** GraphError PLACEHOLDER. */
export function openPlaceholder(node: Node): GraphError {
  return new GraphError({
    code: "PLACEHOLDER",
    where: "compile",
    rule: "a graph must not hold placeholders of a folded graph",
    got: `${node.op.name} ${describe(node)} built at ${node.site.toString()}`,
    fix: "Unfold the folded graph first: unfold(folded, T)",
  });
}
