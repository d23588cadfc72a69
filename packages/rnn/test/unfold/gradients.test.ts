/** Backpropagation through time is the gradient of the unfolded graph: against differences, forward mode, closed forms. */
import {
  add,
  checkGradients,
  constant,
  elman,
  evaluate,
  foldedGraph,
  gradient,
  input,
  jordan,
  jvp,
  mul,
  ndArray,
  param,
  sigmoid,
  square,
  stack,
  sum,
  unfold,
  type FloatNode,
  type NdArray,
} from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawParam, drawReals, lengths, linear, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";

/** Reverse and forward mode sum the same products, at most some hundreds below 10, in other orders. */
const RTOL = 1e-11;

/** A recurrence with a loss over all its outputs, what the loss depends on, and values for its inputs. */
interface Problem {
  readonly loss: FloatNode;
  readonly variables: readonly FloatNode[];
  readonly values: Readonly<Record<string, NdArray>>;
}

type Build = (steps: number, batch: number, seed: number) => Problem;

const problems: Readonly<Record<string, Build>> = {
  Elman: (steps, batch, seed) => {
    const [x, h0] = [input("x", [steps, batch, 2]), input("h0", [batch, 2])];
    const cell = elman({ inputs: 2, units: 2, seed });
    const { outputs } = cell.over(x, { h: h0 });
    return {
      loss: sum(square(outputs.h)),
      variables: [...Object.values(cell.parameters), x, h0],
      values: { x: drawReals([steps, batch, 2], seed, "x"), h0: drawReals([batch, 2], seed, "h0") },
    };
  },
  Jordan: (steps, batch, seed) => {
    const [x, y0] = [input("x", [steps, batch, 2]), input("y0", [batch, 1])];
    const cell = jordan({ inputs: 2, units: 2, outputs: 1, seed });
    const { outputs } = cell.over(x, { y: y0 });
    return {
      loss: add(sum(square(outputs.h)), sum(square(outputs.y))),
      // Without y before step 0 the recurrent weight has no path of one step.
      variables: [...Object.values(cell.parameters), x, y0],
      values: { x: drawReals([steps, batch, 2], seed, "x"), y0: drawReals([batch, 1], seed, "y0") },
    };
  },
  "a cell with two sequences and delays of 2 and 3 steps": (steps, batch, seed) => {
    const { folded, parameters, a0 } = twoDelays(batch, seed);
    const { outputs, sequences } = unfold(folded, steps);
    return {
      loss: add(sum(square(outputs.a)), sum(square(outputs.b))),
      variables: [...Object.values(parameters), a0, sequences["x"] as FloatNode, sequences["z"] as FloatNode],
      values: twoDelaysValues(steps, batch, seed),
    };
  },
};

/** The derivative of the loss in the direction of each element by itself, carried forwards in time. */
function forwardGradient(loss: FloatNode, variable: FloatNode): FloatNode {
  const size = variable.shape.reduce((product, extent) => product * extent, 1);
  const tangents = Array.from({ length: size }, (_, i) => {
    const direction = Float64Array.from({ length: size }, (__, j) => (i === j ? 1 : 0));
    return jvp([loss], [[variable, constant(ndArray(direction, { shape: variable.shape }))]])[0];
  });
  return stack(tangents);
}

describe.each(Object.entries(problems))("%s", (_, build) => {
  test.each([1, 2, 5])("over %i steps, derivatives of order 1 and 2 equal central differences", (steps) => {
    const { loss, variables, values } = build(steps, 2, 1);
    checkGradients(loss, { wrt: variables, values, order: 2 });
  });

  test("backpropagation through time equals forward mode for every element of every variable", () => {
    fc.assert(
      fc.property(lengths, batches, seeds, (steps, batch, seed) => {
        const { loss, variables, values } = build(steps, batch, seed);
        gradient(loss, variables).forEach((slope, i) => {
          const backward = evaluate(slope, values).data;
          const forward = evaluate(forwardGradient(loss, variables[i]!), values).data;
          backward.forEach((element, j) => {
            const difference = Math.abs(element - forward[j]!);
            expect(difference).toBeLessThanOrEqual(RTOL * Math.max(1, Math.abs(element)));
          });
        });
      }),
      // Each run differentiates forwards once per element.
      { numRuns: 20 },
    );
  });
});

test("the gradient of a shared parameter is the sum over its copies in each step", () => {
  fc.assert(
    fc.property(lengths, seeds, (steps, seed) => {
      const w = drawParam("w", [], seed);
      const x = drawReals([steps], seed, "x");
      const shared = gradient(unfold(linear(w, { initial: 1 }), steps).last.h, [w])[0];
      // The same recurrence with a parameter of its own in every step, fed as a sequence.
      const own = foldedGraph("own", ({ sequence, delay }) => {
        const h = delay("h", [], { initial: 1 });
        const next = add(sequence("x", []), mul(sequence("w", []), h));
        return { next: { h: next }, outputs: { h: next } };
      });
      const { last, sequences } = unfold(own, steps);
      const apart = gradient(last.h, [sequences["w"] as FloatNode])[0];
      const weights = new Array<number>(steps).fill(drawReals([], seed, "w").item());
      const total = [...evaluate(apart, { x, w: weights }).data].reduce((sumOf, element) => sumOf + element, 0);
      // At most 8 terms below 10 in another order.
      expect(Math.abs(evaluate(shared, { x }).item() - total)).toBeLessThanOrEqual(1e-13);
    }),
  );
});

describe("how gradients shrink and grow", () => {
  /** ∂h_T/∂h_0 of h_t = x_t + w h_{t-1}. */
  function backFlow(w: number, steps: number): number {
    const h0 = input("h0", []);
    const { last, sequences } = unfold(linear(param("w", w), { initial: h0 }), steps);
    const values = { h0: 0.5, x: new Array<number>(sequences["x"]!.shape[0]!).fill(1) };
    return evaluate(gradient(last.h, [h0])[0], values).item();
  }

  test.each([
    [0.5, 40],
    [-0.5, 33],
    [2, 50],
    [1, 100],
    [-1, 7],
    [0, 3],
  ])("a linear cell of weight %d passes back exactly w^T over %i steps", (w, steps) => {
    expect(backFlow(w, steps)).toBe(w ** steps);
  });

  test("any weight passes back w^T", () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2, noNaN: true }), fc.integer({ min: 1, max: 60 }), (w, steps) => {
        fc.pre(Math.abs(w) > 1e-4);
        // One rounding of 1.1e-16 per step, and those of the power.
        expect(Math.abs(backFlow(w, steps) / w ** steps - 1)).toBeLessThanOrEqual((steps + 4) * 2 ** -53);
      }),
    );
  });

  test("a logistic unit with |w| < 4 passes back less than (|w| / 4)^T", () => {
    // Hochreiter 1991: the local factor is |f'(net) w|, and f' of the logistic unit is at most 1/4.
    const weight = fc.double({ min: -4, max: 4, minExcluded: true, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(weight, lengths, seeds, (w, steps, seed) => {
        const h0 = input("h0", []);
        const unit = foldedGraph("unit", ({ sequence, delay }) => {
          const h = delay("h", [], { initial: h0 });
          const next = sigmoid(add(sequence("x", []), mul(w, h)));
          return { next: { h: next }, outputs: { h: next } };
        });
        const [slope] = gradient(unfold(unit, steps).last.h, [h0]);
        const values = { h0: drawReals([], seed, "h0"), x: drawReals([steps], seed, "x") };
        const bound = (Math.abs(w) / 4) ** steps;
        expect(Math.abs(evaluate(slope, values).item())).toBeLessThanOrEqual(bound);
        expect(bound).toBeLessThan(1);
      }),
    );
  });
});
