/** Recurrences made of recurrences: side by side in a step, one upon the other, one inside the other. */
import { add, concat, constant, evaluate, foldedGraph, matmul, slice, tanh, unfold, type FloatNode } from "@unfold/rnn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { batches, drawConstant, drawParam, lengths, linear, seeds } from "../recurrences.js";

/** An Elman step, written out. */
function step(x: FloatNode, h: FloatNode, W: FloatNode, U: FloatNode, b: FloatNode): FloatNode {
  return tanh(add(add(matmul(x, W), matmul(h, U)), b));
}

test("a step of two cells, one upon the other, is one unfolding upon the other", () => {
  fc.assert(
    fc.property(lengths, batches, seeds, (steps, batch, seed) => {
      const lower = [
        drawParam("lower/W", [2, 3], seed),
        drawParam("lower/U", [3, 3], seed),
        drawParam("lower/b", [3], seed),
      ] as const;
      const upper = [
        drawParam("upper/W", [3, 2], seed),
        drawParam("upper/U", [2, 2], seed),
        drawParam("upper/b", [2], seed),
      ] as const;
      const stacked = foldedGraph("stacked", ({ sequence, delay }) => {
        const h1 = delay("h1", [batch, 3], { initial: 0 });
        const h2 = delay("h2", [batch, 2], { initial: 0 });
        const next1 = step(sequence("x", [batch, 2]), h1, ...lower);
        const next2 = step(next1, h2, ...upper);
        return { next: { h1: next1, h2: next2 }, outputs: { y: next2 } };
      });
      const layer = (inputs: number, units: number, weights: typeof lower) =>
        foldedGraph("layer", ({ sequence, delay }) => {
          const h = delay("h", [batch, units], { initial: 0 });
          const next = step(sequence("x", [batch, inputs]), h, ...weights);
          return { next: { h: next }, outputs: { h: next } };
        });
      const x = drawConstant([steps, batch, 2], seed, "x");
      const first = unfold(layer(2, 3, lower), steps, { x });
      const second = unfold(layer(3, 2, upper), steps, { x: first.outputs.h });
      expect(evaluate(unfold(stacked, steps, { x }).outputs.y)).toEqual(evaluate(second.outputs.h));
    }),
  );
});

test("a step may unfold a recurrence of its own over a window", () => {
  const sum = linear(1, { initial: 0 });
  const outer = foldedGraph("windows", ({ sequence, delay }) => {
    const window = sequence("x", [3]);
    const total = delay("total", [], { initial: 0 });
    const next = add(total, unfold(sum, 3, { x: window }).last.h);
    return { next: { total: next }, outputs: { total: next } };
  });
  const { outputs } = unfold(outer, 2);
  expect([
    ...evaluate(outputs.total, {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    }).data,
  ]).toEqual([6, 21]);
});

test("an unfolding may read part of another's outputs", () => {
  const x = constant([1, 2, 3, 4]);
  const first = unfold(linear(1, { initial: 0 }), 4, { x });
  const second = unfold(linear(1, { initial: 0 }), 2, { x: slice(first.outputs.h, { axis: 0, start: 2 }) });
  expect([...evaluate(second.outputs.h).data]).toEqual([6, 16]);
  expect([...evaluate(concat([first.outputs.h, second.outputs.h], 0)).data]).toEqual([1, 3, 6, 10, 6, 16]);
});
