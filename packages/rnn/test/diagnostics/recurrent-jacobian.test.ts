/** The recurrent Jacobian against closed forms and differentiation of the unfolded graph; Hochreiter's factors. */
import {
  add,
  elman,
  evaluate,
  evaluateAll,
  foldedGraph,
  gradientFlow,
  hochreiterFactors,
  input,
  jacobian,
  label,
  lstm,
  matmul,
  recurrentJacobian,
  scan,
  sigmoid,
  spectralRadius,
  sum,
  tanh,
  unfold,
  type FloatNode,
  type NdArray,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawParam, drawReals, lengths, linear, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";

/** Sums of at most some dozens of products below 4, in other orders. */
const ATOL = 1e-13;
const runs = { scan, unfold };

type Matrix = number[][];

/** The matrices of a stack. */
function matricesOf({ shape, data }: NdArray): Matrix[] {
  const [count, rows, columns] = shape as [number, number, number];
  const row = (start: number): number[] => [...data.slice(start, start + columns)];
  return Array.from({ length: count }, (_, t) =>
    Array.from({ length: rows }, (__, i) => row((t * rows + i) * columns)),
  );
}

function expectClose(found: Matrix, wanted: Matrix): void {
  expect(found.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
  found.forEach((row, i) => {
    row.forEach((element, j) => {
      expect(Math.abs(element - wanted[i]![j]!), `[${i}, ${j}]`).toBeLessThanOrEqual(ATOL);
    });
  });
}

const zeros = (rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
const identity = (size: number): Matrix => zeros(size, size).map((row, i) => row.with(i, 1));
const beside = (blocks: readonly Matrix[]): Matrix => blocks[0]!.map((_, i) => blocks.flatMap((block) => block[i]!));

describe.each(Object.entries(runs))("%s", (_, run) => {
  test("of delays of 2 and 3 steps hands old values on, and depends on the oldest", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const steps = 5;
        const { folded } = twoDelays(1, seed);
        const values = twoDelaysValues(steps, 1, seed);
        const jacobians = matricesOf(evaluate(recurrentJacobian(folded, steps, { run }), values));
        // In the unfolded graph, a_t reads b_{t-3} and b_t reads a_{t-2}: nothing else leads from one to the other.
        const { perStep } = unfold(folded, steps);
        for (const t of [3, 4]) {
          const slopes = evaluateAll(
            { ab: jacobian(perStep[t]!.a, perStep[t - 3]!.b), ba: jacobian(perStep[t]!.b, perStep[t - 2]!.a) },
            values,
          );
          const ab = [0, 1].map((i) => [...slopes.ab.data.slice(3 * i, 3 * i + 3)]);
          const ba = [0, 1, 2].map((i) => [...slopes.ba.data.slice(2 * i, 2 * i + 2)]);
          // a[-2], a[-1], b[-3], b[-2], b[-1]: each but the newest is the one after it of a step before.
          expectClose(jacobians[t]!, [
            ...beside([zeros(2, 2), identity(2), zeros(2, 9)]),
            ...beside([zeros(2, 4), ab, zeros(2, 6)]),
            ...beside([zeros(3, 7), identity(3), zeros(3, 3)]),
            ...beside([zeros(3, 10), identity(3)]),
            ...beside([ba, zeros(3, 11)]),
          ]);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("carries a gradient back: the gradient of one step is the transposed Jacobian times that of the next", () => {
    fc.assert(
      fc.property(lengths, seeds, (steps, seed) => {
        const folded = elman({ inputs: 2, units: 3, seed }).fold(1);
        const x = { x: drawReals([steps, 1, 2], seed, "x") };
        const { cotangents } = gradientFlow(folded, steps, ({ last }) => sum(last.h), { of: ["h"], run });
        const flow = evaluate(cotangents["h"]!, x).data;
        matricesOf(evaluate(recurrentJacobian(folded, steps, { run }), x)).forEach((matrix, t) => {
          if (t === 0) return;
          const [before, after] = [flow.slice(3 * t - 3, 3 * t), flow.slice(3 * t, 3 * t + 3)];
          const carried = [0, 1, 2].map((j) => matrix.reduce((total, row, i) => total + row[j]! * after[i]!, 0));
          expectClose([carried], [[...before]]);
        });
      }),
      { numRuns: 15 },
    );
  });
});

test("of a linear recurrence is its weight; of a delay of k steps, a ring with the k-th root as its radius", () => {
  const x = { x: [0, 0] };
  expect(evaluate(recurrentJacobian(linear(-0.5, { initial: 0 }), 2), x).data).toEqual(Float64Array.of(-0.5, -0.5));
  const ring = evaluate(recurrentJacobian(linear(0.125, { steps: 3, initial: 0 }), 2), x);
  expect(matricesOf(ring)[0]).toEqual([
    [0, 1, 0],
    [0, 0, 1],
    [0.125, 0, 0],
  ]);
  spectralRadius(ring).data.forEach((radius) => {
    expect(radius).toBeCloseTo(0.5, 14);
  });
});

/** h_t = f(x_t + h_{t-1} U), its net input labelled. */
function network(activation: (x: FloatNode) => FloatNode, U: FloatNode) {
  return foldedGraph("network", ({ sequence, delay }) => {
    const last = delay("h", [1, 2], { initial: 0 });
    const net = label("net", add(sequence("x", [1, 2]), matmul(last, U)));
    const h = activation(net);
    return { next: { h }, outputs: { h, net } };
  });
}

describe("Hochreiter's factors", () => {
  const logistic = (net: number): number => 1 / (1 + Math.exp(-net));
  const activations = {
    logistic: { apply: sigmoid, slope: (net: number) => logistic(net) * (1 - logistic(net)) },
    tanh: { apply: tanh, slope: (net: number) => 1 - Math.tanh(net) ** 2 },
  };

  test.each(Object.entries(activations))("are |f'(net) w| of the weights of a %s network", (_, { apply, slope }) => {
    fc.assert(
      fc.property(lengths, seeds, (steps, seed) => {
        const folded = network(apply, drawParam("U", [2, 2], seed));
        const U = drawReals([2, 2], seed, "U").data;
        const x = { x: drawReals([steps, 1, 2], seed, "x") };
        const nets = evaluate(scan(folded, steps).outputs.net, x).data;
        const { self, largest } = hochreiterFactors(evaluate(recurrentJacobian(folded, steps), x));
        expect([self.shape, largest.shape]).toEqual([[steps, 2], [steps]]);
        for (let t = 0; t < steps; t++) {
          const slopes = [slope(nets[2 * t]!), slope(nets[2 * t + 1]!)];
          const own = [Math.abs(slopes[0]! * U[0]!), Math.abs(slopes[1]! * U[3]!)];
          const all = [...own, Math.abs(slopes[1]! * U[1]!), Math.abs(slopes[0]! * U[2]!)];
          expectClose([[...self.data.slice(2 * t, 2 * t + 2)]], [own]);
          expect(Math.abs(largest.data[t]! - Math.max(...all))).toBeLessThanOrEqual(ATOL);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("of a logistic network whose weights are below 4 are below 1", () => {
    // The slope of the logistic function is at most 1/4 (Hochreiter 1991, section 4.1).
    const weight = fc.double({ min: -4, max: 4, minExcluded: true, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(weight, weight, weight, weight), lengths, seeds, ([a, b, c, d], steps, seed) => {
        const U = input("U", [2, 2]);
        const jacobians = recurrentJacobian(network(sigmoid, U), steps);
        const values = evaluate(jacobians, {
          U: [
            [a, b],
            [c, d],
          ],
          x: drawReals([steps, 1, 2], seed, "x"),
        });
        for (const factor of hochreiterFactors(values).largest.data) expect(factor).toBeLessThan(1);
      }),
    );
  });

  test("of the cells of long short-term memory are what their forget gates let through", () => {
    const cell = lstm({ inputs: 2, units: 3, seed: 1 });
    const folded = cell.fold(1);
    const x = { x: drawReals([4, 1, 2], 1, "x") };
    const { values } = gradientFlow(folded, 4, ({ last }) => sum(last.c), { of: ["forget"] });
    const gates = evaluate(values["forget"]!, x).data;
    // The delays are h and c: c_t depends on c_{t-1} through the forget gate alone.
    const { self } = hochreiterFactors(evaluate(recurrentJacobian(folded, 4), x));
    for (let t = 0; t < 4; t++) {
      expectClose([[...self.data.slice(6 * t + 3, 6 * t + 6)]], [[...gates.slice(3 * t, 3 * t + 3)]]);
    }
  });
});

describe("errors", () => {
  test("a step that carries nothing", () => {
    const folded = foldedGraph("net", ({ sequence }) => ({ next: {}, outputs: { y: tanh(sequence("x", [2])) } }));
    expectProblem(() => recurrentJacobian(folded, 3), {
      name: "GraphError",
      code: "NO_DELAYS",
      message: 'recurrentJacobian("net", T): the step must have a delay that is a memory, got none.',
    });
  });

  test("factors of what is not square", () => {
    expectProblem(() => hochreiterFactors([[1, 2]]), {
      name: "ShapeError",
      code: "MATRIX_SQUARE",
      message: "hochreiterFactors(jacobians): a matrix must have as many rows as columns, got [1, 2].",
    });
  });
});
