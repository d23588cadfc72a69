/** The gradient through time is one, however it is come by: the property that everything else rests on. */
import {
  checkGradients,
  constant,
  expandScans,
  gradient,
  input,
  lengthMask,
  maskSteps,
  realTimeGradients,
  scan,
  sum,
  unfold,
  type FloatNode,
  type FoldedGraph,
  type ScanOptions,
} from "@unfold/rnn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluateList, expectClose } from "./lists-of-values.js";
import { randomRecurrences } from "./random-recurrences.js";

const settings = fc.record({
  recurrence: randomRecurrences,
  isPadded: fc.boolean(),
  reverse: fc.boolean(),
  mode: fc.constantFrom("reverse", "forward"),
  every: fc.integer({ min: 1, max: 6 }),
});

test("gradient(unfold) = unfold(gradient) = scan = checkpointed = real-time = finite differences", () => {
  fc.assert(
    fc.property(settings, ({ recurrence, isPadded, reverse, mode, every }) => {
      const { folded, variables, steps, values } = recurrence;
      const x = input("x", values["x"]!.shape);
      const lengths = constant(Int32Array.from(recurrence.lengths));
      const options: ScanOptions = { reverse, ...(isPadded && { lengths }) };
      const scanned = (more: ScanOptions = {}): FloatNode =>
        sum(scan(folded, steps, { x }, { ...options, ...more }).outputs.losses);
      const slopes = (loss: FloatNode): readonly FloatNode[] => gradient(loss, variables, { missing: "zero" });

      const folding = slopes(scanned());
      const wanted = evaluateList(folding, values);
      expectClose(evaluateList(slopes(sum(unfold(folded, steps, { x }, options).outputs.losses)), values), wanted);
      expect(evaluateList(expandScans(folding), values)).toEqual(wanted);
      expectClose(evaluateList(slopes(scanned({ checkpoint: { every } })), values), wanted);
      // To the last bit: windows that reach back as far as the first step are no windows.
      expect(evaluateList(slopes(scanned({ truncate: { every, through: every + steps } })), values)).toEqual(wanted);

      const sequences = { x, ...(isPadded && { mask: lengthMask(lengths, steps) }) };
      const learning = realTimeGradients(withOneLoss(isPadded ? maskSteps(folded, lengths.shape[0]!) : folded), {
        loss: "loss",
        wrt: variables,
        mode,
      });
      for (const run of [scan, unfold])
        expectClose(evaluateList(learning.total(run(learning.folded, steps, sequences, { reverse })), values), wanted);

      checkGradients(scanned(), { wrt: variables, values, order: 1 });
    }),
    { numRuns: 30 },
  );
});

/** The losses of all sequences added up. */
function withOneLoss({ outputs, ...folded }: FoldedGraph<{ readonly losses: FloatNode }>): FoldedGraph {
  return { ...folded, outputs: { loss: sum(outputs.losses) } };
}
