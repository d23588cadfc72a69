/** Sorting in compiled code. */
import type { Lane, ProcedureEmitter, Variable } from "../../graph/emitter.js";
import type { LineEmitter } from "./each-line.js";

/** An index and what it is ordered by. */
interface Entry {
  readonly index: Variable;
  readonly key: Variable;
}

/**
 * The order of a line's indices by their keys (i32), stored in the line. Equal keys are ordered by their indices, so that no two
 * are equal and a sort that is not stable by itself gives the order of one that is: n log n comparisons, in place.
 *
 * @source Williams 1964, "Algorithm 232: Heapsort"
 */
export function sortLine(p: ProcedureEmitter, { count, at }: LineEmitter, keyOf: (index: Lane) => Lane): void {
  const int = (value: number): Lane => p.constant(value, "i32");
  const entry = (place: Lane): Entry => {
    const index = p.loadStored(at(place));
    return { index, key: p.variable(keyOf(index)) };
  };
  const precedes = (a: Entry, b: Entry): Lane =>
    p.or(p.less(a.key, b.key), p.and(p.equal(a.key, b.key), p.less(a.index, b.index)));
  p.repeat(count, (i) => {
    p.store(at(i), i);
  });
  // First every half-full heap becomes a heap, from the last parent to the root; then the largest goes to the end, again and again.
  const root = p.variable(int(count >> 1));
  const end = p.variable(int(count));
  p.while(p.less(int(1), end), () => {
    const moved = p.variable(int(0));
    p.if(
      p.less(int(0), root),
      () => {
        p.set(root, p.sub(root, int(1)));
        p.set(moved, p.loadStored(at(root)));
      },
      () => {
        p.set(end, p.sub(end, int(1)));
        p.set(moved, p.loadStored(at(end)));
        p.store(at(end), p.loadStored(at(int(0))));
      },
    );
    const key = p.variable(keyOf(moved));
    const hole = p.variable(root);
    const childOf = (place: Lane): Lane => p.add(p.shiftLeft(place, 1), int(1));
    const child = p.variable(childOf(hole));
    p.while(p.less(child, end), () => {
      const larger = entry(child);
      p.if(p.less(p.add(child, int(1)), end), () => {
        const other = entry(p.add(child, int(1)));
        p.if(precedes(larger, other), () => {
          p.set(child, p.add(child, int(1)));
          p.set(larger.index, other.index);
          p.set(larger.key, other.key);
        });
      });
      p.if(
        precedes({ index: moved, key }, larger),
        () => {
          p.store(at(hole), larger.index);
          p.set(hole, child);
          p.set(child, childOf(hole));
        },
        () => {
          p.set(child, end);
        },
      );
    });
    p.store(at(hole), moved);
  });
}
