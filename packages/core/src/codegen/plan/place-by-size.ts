/** Room for values, large ones first: less memory than in the order of time, for a time that grows with the square of their number. */
import type { Arena, Lifetime } from "./lifetime.js";

/** Places each value into the smallest gap, among the larger values that live when it does, that it fits into. */
export function placeBySize(lifetimes: readonly Lifetime[], alignment: number): Arena {
  const sizes = lifetimes.map(({ bytes }) => Math.ceil(bytes / alignment) * alignment);
  const order = lifetimes
    .map((_, i) => i)
    .filter((i) => sizes[i]! > 0)
    .sort((a, b) => sizes[b]! - sizes[a]! || lifetimes[a]!.first - lifetimes[b]!.first || a - b);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  /** Those that have a place, by their offsets. */
  const placed: number[] = [];
  let bytes = 0;
  for (const i of order) {
    const others = placed.filter((j) => areTogether(lifetimes[i]!, lifetimes[j]!));
    const start = smallestGap(
      others.map((j) => ({ start: offsets[j]!, end: offsets[j]! + sizes[j]! })),
      sizes[i]!,
    );
    offsets[i] = start;
    bytes = Math.max(bytes, start + sizes[i]!);
    const next = placed.findIndex((j) => offsets[j]! > start);
    placed.splice(next < 0 ? placed.length : next, 0, i);
  }
  return { offsets, bytes };
}

function areTogether(a: Lifetime, b: Lifetime): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Where so many bytes fit most tightly between ranges that are sorted by their start; behind all of them if nowhere. */
function smallestGap(ranges: readonly { readonly start: number; readonly end: number }[], size: number): number {
  let end = 0;
  let best: { readonly start: number; readonly room: number } | undefined;
  for (const range of ranges) {
    const room = range.start - end;
    if (room >= size && (best === undefined || room < best.room)) best = { start: end, room };
    end = Math.max(end, range.end);
  }
  return best?.start ?? end;
}
