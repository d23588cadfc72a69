/** Room for values in the order in which they come to life: fast for any number of them. */
import type { Arena, Lifetime } from "./lifetime.js";

interface Gap {
  start: number;
  end: number;
}

/** Places each value into the smallest gap that it fits into when it comes to life, else at the end. */
export function placeByBirth(lifetimes: readonly Lifetime[], alignment: number): Arena {
  const order = lifetimes.map((_, i) => i).sort((a, b) => lifetimes[a]!.first - lifetimes[b]!.first || a - b);
  const ends = lifetimes.map((_, i) => i).sort((a, b) => lifetimes[a]!.last - lifetimes[b]!.last || a - b);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const sizes = lifetimes.map(({ bytes }) => Math.ceil(bytes / alignment) * alignment);
  const gaps: Gap[] = [];
  let top = 0;
  let peak = 0;
  let dead = 0;
  for (const i of order) {
    for (; dead < ends.length && lifetimes[ends[dead]!]!.last < lifetimes[i]!.first; dead++) {
      const done = ends[dead]!;
      if (sizes[done]! > 0) release(gaps, offsets[done]!, offsets[done]! + sizes[done]!);
    }
    const last = gaps.at(-1);
    if (last !== undefined && last.end === top) {
      top = last.start;
      gaps.pop();
    }
    const size = sizes[i]!;
    if (size === 0) continue;
    const gap = smallestFit(gaps, size);
    if (gap === undefined) {
      offsets[i] = top;
      top += size;
      peak = Math.max(peak, top);
    } else {
      offsets[i] = gap.start;
      gap.start += size;
      if (gap.start === gap.end) gaps.splice(gaps.indexOf(gap), 1);
    }
  }
  return { offsets, bytes: peak };
}

function smallestFit(gaps: readonly Gap[], size: number): Gap | undefined {
  let best: Gap | undefined;
  for (const gap of gaps) {
    const room = gap.end - gap.start;
    if (room >= size && (best === undefined || room < best.end - best.start)) best = gap;
  }
  return best;
}

/** Gives a range back; gaps are kept sorted, and neighbors are joined. */
function release(gaps: Gap[], start: number, end: number): void {
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gaps[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [gaps[low - 1], gaps[low]];
  const joinsBefore = before?.end === start;
  const joinsAfter = after?.start === end;
  if (joinsBefore && joinsAfter) {
    before.end = after.end;
    gaps.splice(low, 1);
  } else if (joinsBefore) before.end = end;
  else if (joinsAfter) after.start = start;
  else gaps.splice(low, 0, { start, end });
}
