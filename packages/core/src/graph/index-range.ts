/** The error about an index that can be known only when a program runs. */
import { ValueError } from "../errors.js";
import { indexOf, type Shape } from "../tensor/shape.js";
import { describe, type Node } from "./node.js";
import { signature, type IndexWords } from "./op.js";

/** Which indices, and the axis they name elements of. */
export interface IndexedAxis {
  readonly shape: Shape;
  readonly size: number;
}

/** The words of a node's op, if it has its own. */
export function indexWordsOf({ op, attrs }: Node): IndexWords | undefined {
  return op.kind === "general" ? op.indexWords?.(attrs) : undefined;
}

/** `gather(x, indices) f32[2, 3] built at file.ts:1:2`: which node, for errors at run time. */
export function nodeAtRunTime(node: Node): string {
  const name = indexWordsOf(node)?.where ?? `${signature(node.op)} ${describe(node)}`;
  return `${name} built at ${node.site.toString()}`;
}

/** ValueError INDEX_RANGE: an index outside [0, size). */
export function indexRangeError(
  where: string,
  index: number,
  position: number,
  { shape, size }: IndexedAxis,
  { subject, fix, first = 0 }: Partial<IndexWords> = {},
): ValueError {
  const place = shape.length > 1 ? `[${indexOf(position, shape).join(", ")}]` : `position ${position}`;
  return new ValueError({
    code: "INDEX_RANGE",
    where,
    rule:
      size === 0
        ? "there must be something to index, and the axis is empty"
        : `${subject ?? "every index"} must be in [${first}, ${first + size - 1}]`,
    // Counted from 0 by integers that wrap, and counted back.
    got: `${(index + first) | 0} at ${place}`,
    ...(fix !== undefined && { fix }),
    details: { index, position, size },
  });
}
