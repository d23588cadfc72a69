/** Room for values that live at different times in one piece of memory. */
import type { Arena, Lifetime } from "./lifetime.js";
import { placeByBirth } from "./place-by-birth.js";
import { placeBySize } from "./place-by-size.js";

/** Most values that are placed by their size too: a graph that was unfolded has any number of them. */
const MOST_BY_SIZE = 1000;

/**
 * Places values so that no two that live at the same moment overlap; every offset is a multiple of the alignment. Of two
 * ways to do it the one that takes less room is taken.
 */
export function placeLifetimes(lifetimes: readonly Lifetime[], alignment: number): Arena {
  const byBirth = placeByBirth(lifetimes, alignment);
  if (lifetimes.length > MOST_BY_SIZE) return byBirth;
  const bySize = placeBySize(lifetimes, alignment);
  return bySize.bytes < byBirth.bytes ? bySize : byBirth;
}
