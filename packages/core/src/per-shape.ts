/** What is made once for each combination of shapes, and forgotten when it was not used for long. */
import { formatType } from "./tensor/tensor-type.js";
import type { NdArray } from "./tensor/nd-array.js";

/** Arrays by name. */
type Arrays = Readonly<Record<string, NdArray>>;

/**
 * What a function makes of the first arrays of each combination of types. Of more combinations than the limit, the one that
 * was not used for longest is forgotten; a promise that fails is forgotten at once.
 *
 * @param limit - combinations kept, ≥ 1
 * @example
 * let made = 0;
 * const counted = perShape(({ x }) => `${++made}: ${x.shape}`, 64);
 * [counted({ x: ndArray([1, 2]) }), counted({ x: ndArray([3, 4]) }), counted({ x: ndArray([5]) })]; // → ["1: 2", "1: 2", "2: 1"]
 */
export function perShape<A extends Arrays, R extends object | string>(
  make: (arrays: A) => R,
  limit: number,
): (arrays: A) => R {
  const kept = new Map<string, R>();
  return (arrays) => {
    const key = typesOf(arrays);
    const found = kept.get(key) ?? make(arrays);
    // Entries are in the order of their last use.
    kept.delete(key);
    kept.set(key, found);
    if (kept.size > limit) kept.delete(kept.keys().next().value!);
    if (found instanceof Promise) {
      found.catch(() => {
        if (kept.get(key) === found) kept.delete(key);
      });
    }
    return found;
  };
}

/** `"x": f32[2, 3]; "y": i32[2]`, whatever the order of names. */
function typesOf(arrays: Arrays): string {
  const types = Object.entries(arrays).map(([name, { type }]) => `${JSON.stringify(name)}: ${formatType(type)}`);
  return types.sort().join("; ");
}
