/** The adding problem is what it says, and nobody who remembers nothing does better than 1/6. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { addingProblem, FEATURES, firstSequence } from "../../../src/shelf/gradient-flow/adding-problem.js";

test("one number in each half is marked; the answer is the sum of both", () => {
  const steps = fc.integer({ min: 2, max: 20 });
  fc.assert(
    fc.property(fc.nat(), steps, fc.integer({ min: 1, max: 5 }), (seed, T, batch) => {
      const { x, y } = addingProblem(seed, "test", T)(batch);
      expect([x.length, y.length]).toEqual([T * batch * FEATURES, batch]);
      for (let b = 0; b < batch; b++) {
        const sequence = Array.from({ length: T }, (_, t) => [
          ...x.subarray((t * batch + b) * 2, (t * batch + b) * 2 + 2),
        ]);
        const marked = [...sequence.keys()].filter((t) => sequence[t]![1] === 1);
        expect(marked).toHaveLength(2);
        expect(marked.map((t) => t < Math.floor(T / 2))).toEqual([true, false]);
        expect(y[b]).toBeCloseTo(sequence[marked[0]!]![0]! + sequence[marked[1]!]![0]!, 6);
        expect(sequence.every(([number, mark]) => number! >= 0 && number! < 1 && (mark === 0 || mark === 1))).toBe(
          true,
        );
        if (b === 0) expect([...firstSequence({ x, y }, T)]).toEqual(sequence.flat());
      }
    }),
  );
});

test("the same seed and path give the same minibatches, others do not", () => {
  const first = addingProblem(3, "a", 9)(4);
  expect(addingProblem(3, "a", 9)(4)).toEqual(first);
  expect(addingProblem(3, "b", 9)(4)).not.toEqual(first);
  expect(addingProblem(4, "a", 9)(4)).not.toEqual(first);
});

test("answering 1 costs 1/6", () => {
  const { y } = addingProblem(1, "test", 10)(20_000);
  const error = y.reduce((total, answer) => total + (answer - 1) ** 2, 0) / y.length;
  // The variance of the square is 7/180: a standard error of 0.0014 over 20,000 answers.
  expect(Math.abs(error - 1 / 6)).toBeLessThan(4 * 0.0014);
});
