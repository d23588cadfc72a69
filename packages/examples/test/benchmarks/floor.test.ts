/** The program written by hand and ours must do the same work, or their times could not be compared. */
import { describe, expect, test } from "vitest";
import { prepareFloor } from "../../benchmarks/floor/floor.js";
import { modelOf } from "../../benchmarks/models/model-of.js";
import { ourBackends } from "../../benchmarks/steps/backends.js";
import { prepare } from "../../benchmarks/steps/unfold.js";
import { dataOf } from "../../benchmarks/workloads/data.js";
import { SMALL_WORKLOADS } from "./small-workloads.js";

const STEPS = 20;

const backends = await ourBackends("auto");

describe.each(backends)("$implementation", (backend) => {
  test.each(SMALL_WORKLOADS)("$name: the results of 20 steps are those of the floor", async (workload) => {
    const data = dataOf(workload);
    const run = await prepare(await backend.createRuntime(), modelOf(workload), data);
    const runFloor = prepareFloor(workload, data, false);
    expect(relativeError(run(), runFloor())).toBeLessThan(ONE_STEP);
    let [ours, theirs] = [NaN, NaN];
    for (let step = 1; step < STEPS; step++) [ours, theirs] = [run(), runFloor()];
    expect(relativeError(ours, theirs)).toBeLessThan(MANY_STEPS);
  });
});

/** Sums in another order, and tanh and exp within a few units in the last place, at single precision. */
const ONE_STEP = 3e-6;
/** Adam divides gradients by their size, so small ones carry their whole relative error into the weights. */
const MANY_STEPS = 1e-4;

function relativeError(a: number, b: number): number {
  return a === b ? 0 : Math.abs(a - b) / Math.abs(b);
}
