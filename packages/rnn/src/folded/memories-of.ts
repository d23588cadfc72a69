/** What a recurrence remembers, as opposed to what it counts. */
import type { Delay, FoldedGraph } from "./recurrence.js";

/** The delays that are memories, in the order in which they were declared. */
export function memoriesOf({ delays }: FoldedGraph): Delay[] {
  return Object.values(delays).filter(({ isMemory }) => isMemory);
}
