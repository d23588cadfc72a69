/** The order in which the steps of a scan run, and the parts of sequences that they read. */
import { add, concat, constant, gather, iota, mul, reshape, slice, type Node } from "@unfold/core";

/** Parts of sequences, counted in the order in which the steps run, whatever their order in time. */
export interface RunOrder {
  /** The elements of the steps from start to before stop. */
  readonly cut: (node: Node, start: number, stop: number) => Node;
  /** The elements of the last steps. */
  readonly end: (node: Node, count: number) => Node;
  /** The elements of parts that follow each other. */
  readonly join: (parts: readonly Node[]) => Node;
  /** `[count, size, …S]`: windows of so many elements, each `every` after the one before it, the first at start. */
  readonly windows: (node: Node, window: { start: number; count: number; every: number; size: number }) => Node;
}

/** The order of a scan that runs from the first element to the last, or from the last to the first. */
export function runOrder(reverse: boolean): RunOrder {
  const cut: RunOrder["cut"] = (node, start, stop) => {
    const size = node.shape[0]!;
    if (stop - start === size) return node;
    return slice(node, { axis: 0, ...(reverse ? { start: size - stop, stop: size - start } : { start, stop }) });
  };
  return {
    cut,
    end: (node, count) => cut(node, node.shape[0]! - count, node.shape[0]!),
    join: (parts) => (parts.length === 1 ? parts[0]! : concat(reverse ? parts.toReversed() : parts, 0)),
    windows: (node, { start, count, every, size }) => {
      const span = cut(node, start, start + (count - 1) * every + size);
      if (every === size) return reshape(span, [count, every, ...node.shape.slice(1)]);
      const starts = mul(reshape(iota(count), [count, 1]), constant(every, "i32"));
      return gather(span, add(starts, iota(size)));
    },
  };
}
