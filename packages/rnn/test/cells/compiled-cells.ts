/** What must hold of every cell on a compiled backend: the interpreter's values and gradients, whichever way it runs. */
import { createRuntime, evaluateAll, gradient, type BackendName } from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cells, lossOf, sizes } from "./cells.js";
import { freeCell, seeds, type Over } from "./freed-cell.js";

const ways = {
  folded: (cell, x, initial) => cell.scan(x, initial),
  "folded, backwards": (cell, x, initial) => cell.scan(x, initial, { reverse: true }),
  unfolded: (cell, x, initial) => cell.over(x, initial),
  "unfolded, backwards": (cell, x, initial) => cell.over(x, initial, { reverse: true }),
} satisfies Readonly<Record<string, Over>>;

type Way = keyof typeof ways;

/** Tests of backends, each way of running a cell unless some are named; `report().backend` says that they ran. */
export function describeCompiledCells(
  backends: readonly BackendName[],
  tested: readonly Way[] = Object.keys(ways) as Way[],
): void {
  describe.each(Object.entries(cells))("%s", (_, build) => {
    test.each(tested)(`%s on ${backends.join(", ")}`, async (way) => {
      await fc.assert(
        fc.asyncProperty(sizes, seeds, async (size, seed) => {
          const freed = freeCell(build(size), size, ways[way]);
          const { outputs, variables } = freed;
          const loss = lossOf(outputs);
          const slopes = gradient(loss, variables, { missing: "zero" });
          const inputs = Object.fromEntries(variables.map((variable) => [variable.label!, variable]));
          const named = { loss, ...Object.fromEntries(slopes.map((slope, i) => [variables[i]!.label!, slope])) };
          const values = freed.draw(seed);
          const wanted = evaluateAll(named, values);
          for (const backend of backends) {
            const runtime = await createRuntime({ backend });
            const { run } = await runtime.compile({ inputs, outputs: named });
            // The interpreter adds its precision.
            expect(runtime.report().backend).toMatch(backend);
            const found = run(values);
            for (const [key, { data }] of Object.entries(wanted)) {
              const scale = Math.max(1, ...Array.from(data, Math.abs));
              // Every operation rounded to 24 bits, in another order, through a few dozen operations.
              data.forEach((value, i) => {
                expect(Math.abs(found[key as "loss"].data[i]! - value), key).toBeLessThanOrEqual(2e-5 * scale);
              });
            }
          }
        }),
        { numRuns: 1 },
      );
    });
  });
}
