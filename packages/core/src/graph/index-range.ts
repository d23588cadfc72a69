/** The error about an index that can be known only when a program runs. */
import { ValueError } from "../errors.js";
import { describe, type Node } from "./node.js";
import { signature } from "./op.js";

/** `gather(x, indices) f32[2, 3] built at file.ts:1:2`: which node, for errors at run time. */
export function nodeAtRunTime(node: Node): string {
  return `${signature(node.op)} ${describe(node)} built at ${node.site.toString()}`;
}

/** ValueError INDEX_RANGE: an index outside [0, size). */
export function indexRangeError(where: string, index: number, position: number, size: number): ValueError {
  return new ValueError({
    code: "INDEX_RANGE",
    where,
    rule:
      size === 0
        ? "there must be something to index, and the axis is empty"
        : `every index must be in [0, ${size - 1}]`,
    got: `${index} at position ${position}`,
    details: { index, position, size },
  });
}
