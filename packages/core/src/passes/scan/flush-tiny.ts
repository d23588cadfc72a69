/** What fades from step to step is taken for 0 in time: with subnormal numbers, processors compute many times slower. */
import type { Node } from "../../graph/node.js";
import type { ScanDelay, ScanStep } from "../../graph/scan-body.js";
import { substitute } from "../../graph/substitute.js";
import { topologicalOrder } from "../../graph/walk.js";
import { abs } from "../../ops/abs.js";
import { addOp } from "../../ops/add.js";
import { less } from "../../ops/comparisons.js";
import { select } from "../../ops/select.js";
import { insideScans } from "../inside-scans.js";
import type { Pass } from "../pass.js";
import { readersIn } from "./step-parts.js";

/** So far above the smallest normal number, 2^-126, that a step makes nothing subnormal of it; far below what moves a weight. */
const TINY = 2 ** -110;

/**
 * Delays are read as 0 where they are next to it. A cotangent that vanishes on its way back through time would otherwise be
 * subnormal for the rest of the way. It is done where it costs nothing, in loops over elements that read a delay anyway;
 * sums over all steps, which do not fade, are left to be added up in place.
 */
export const flushTiny: Pass = {
  ...insideScans((results, step) => flushed(flushTiny.run(results), step)),
  name: "flush-tiny",
  inexact: true,
};

function flushed(results: readonly Node[], step: ScanStep): readonly Node[] {
  const readersOf = readersIn(topologicalOrder(results));
  const fading = step.delays.filter((delay) => {
    const readers = readersOf(delay.placeholder);
    return readers.length > 0 && readers.every(({ op }) => op.kind === "elementwise") && !isSum(delay, readersOf);
  });
  return substitute(
    results,
    new Map(fading.map(({ placeholder: value }) => [value, select(less(abs(value), TINY), 0, value)])),
  );
}

/** Whether all that becomes of a delay is that something is added to it. */
function isSum({ placeholder, next }: ScanDelay, readersOf: (node: Node) => readonly Node[]): boolean {
  let value: Node = placeholder;
  while (value !== next) {
    const [reader, ...others] = readersOf(value);
    if (reader?.op !== addOp || others.length > 0) return false;
    value = reader;
  }
  return true;
}
