/** Constants as rules see them: through broadcasts and other views, and as one number where all elements are the same. */
import { constantOp } from "../graph/leaves.js";
import type { Node } from "../graph/node.js";
import { NdArray } from "../tensor/nd-array.js";

/** Views looked through; longer chains are shortened by other rules first, and a walk must not be as long as a graph. */
const MOST_VIEWS = 8;

const known = new WeakMap<NdArray, number | null>();

/** The constant that the node shows elements of; undefined if it is not a view of one. */
export function constantSource(node: Node): Node | undefined {
  let source = node;
  for (let count = 0; count < MOST_VIEWS && source.op.kind === "view"; count++) source = source.inputs[0]!;
  return source.op === constantOp ? source : undefined;
}

/** The number that every element is; undefined if two differ, if there are none, or if the node is no constant. */
export function uniformValue(node: Node): number | undefined {
  const value = constantSource(node)?.attrs["value"];
  if (!(value instanceof NdArray)) return undefined;
  let found = known.get(value);
  if (found === undefined) {
    found = commonElement(value) ?? null;
    known.set(value, found);
  }
  return found ?? undefined;
}

/** The element that all others are too, to the bit but for the bits of a NaN. */
export function commonElement({ data }: NdArray): number | undefined {
  const first = data[0];
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return undefined;
  return first;
}
