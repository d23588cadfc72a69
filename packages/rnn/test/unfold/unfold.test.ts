/** Unfolding gives what a hand-written loop over the step gives, to the last bit. */
import {
  add,
  constant,
  elman,
  evaluate,
  foldedGraph,
  formatType,
  gather,
  input,
  leavesOf,
  matmul,
  mul,
  param,
  printGraph,
  reshape,
  sin,
  stack,
  tanh,
  topologicalOrder,
  unfold,
  unstack,
  verify,
  type FloatNode,
} from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import {
  batches,
  drawConstant,
  drawParam,
  drawReals,
  lengths,
  linear,
  seeds,
  twoDelays,
  twoDelaysValues,
} from "../recurrences.js";

/** An Elman step, written out. */
function step(x: FloatNode, h: FloatNode, W: FloatNode, U: FloatNode, b: FloatNode): FloatNode {
  return tanh(add(add(matmul(x, W), matmul(h, U)), b));
}

function elmanWeights(seed: number): readonly [W: FloatNode, U: FloatNode, b: FloatNode] {
  return [drawParam("W", [2, 3], seed), drawParam("U", [3, 3], seed), drawParam("b", [3], seed)];
}

/** The step drawn once. */
function foldElman(batch: number, weights: ReturnType<typeof elmanWeights>) {
  return foldedGraph("cell", ({ sequence, delay }) => {
    const x = sequence("x", [batch, 2]);
    const h = delay("h", [batch, 3], { initial: 0.5 });
    const next = step(x, h, ...weights);
    return { next: { h: next }, outputs: { h: next, double: mul(2, next), before: h } };
  });
}

describe("values", () => {
  test("one step is the step's equation", () => {
    fc.assert(
      fc.property(batches, seeds, (batch, seed) => {
        const weights = elmanWeights(seed);
        const x = drawConstant([1, batch, 2], seed, "x");
        const { outputs } = unfold(foldElman(batch, weights), 1, { x });
        const h0 = constant(Array.from({ length: batch }, () => [0.5, 0.5, 0.5]));
        const expected = step(reshape(x, [batch, 2]), h0, ...weights);
        expect(evaluate(outputs.h).data).toEqual(evaluate(expected).data);
        expect(evaluate(outputs.before).data).toEqual(evaluate(h0).data);
      }),
    );
  });

  test.each(["f64", "f32"] as const)("T steps are a loop written by hand, to the last bit of %s", (precision) => {
    fc.assert(
      fc.property(lengths, batches, seeds, (steps, batch, seed) => {
        const weights = elmanWeights(seed);
        const x = drawConstant([steps, batch, 2], seed, "x");
        const { outputs, last } = unfold(foldElman(batch, weights), steps, { x });

        let h: FloatNode = constant(Array.from({ length: batch }, () => [0.5, 0.5, 0.5]));
        const [states, before]: [FloatNode[], FloatNode[]] = [[], []];
        for (const element of unstack(x)) {
          before.push(h);
          h = step(element, h, ...weights);
          states.push(h);
        }
        const value = (node: FloatNode) => evaluate(node, {}, { precision });
        expect(value(outputs.h)).toEqual(value(stack(states)));
        expect(value(outputs.double)).toEqual(value(mul(2, stack(states))));
        expect(value(outputs.before)).toEqual(value(stack(before)));
        expect(value(last.h)).toEqual(value(h));
      }),
    );
  });

  test("delays of 2 and 3 steps are a loop over histories, to the last bit", () => {
    fc.assert(
      fc.property(lengths, batches, seeds, (steps, batch, seed) => {
        const { folded, parameters, a0 } = twoDelays(batch, seed);
        const { W, U, V, Z, bias, b0 } = parameters;
        const unfolded = unfold(folded, steps);
        const [xs, zs] = [unstack(unfolded.sequences["x"] as FloatNode), unstack(unfolded.sequences["z"] as FloatNode)];
        const [as, bs]: [FloatNode[], FloatNode[]] = [unstack(a0), [b0, b0, b0]];
        for (let t = 0; t < steps; t++) {
          const [oldA, oldB] = [as[t]!, bs[t]!];
          as.push(tanh(add(add(matmul(xs[t]!, W), matmul(oldB, U)), bias)));
          bs.push(sin(add(matmul(zs[t]!, Z), matmul(oldA, V))));
        }
        const values = twoDelaysValues(steps, batch, seed);
        expect(evaluate(unfolded.outputs.a, values)).toEqual(evaluate(stack(as.slice(2)), values));
        expect(evaluate(unfolded.outputs.b, values)).toEqual(evaluate(stack(bs.slice(3)), values));
        expect(evaluate(unfolded.final["a"]!, values)).toEqual(evaluate(stack(as.slice(-2)), values));
        expect(evaluate(unfolded.final["b"]!, values)).toEqual(evaluate(stack(bs.slice(-3)), values));
      }),
    );
  });

  test("a running sum by hand", () => {
    const { outputs } = unfold(linear(1, { initial: 10 }), 4);
    expect([...evaluate(outputs.h, { x: [1, 2, 3, 4] }).data]).toEqual([11, 13, 16, 20]);
  });

  test("Fibonacci numbers: one value read from 1 and from 2 steps ago", () => {
    const fibonacci = foldedGraph("fibonacci", ({ delay }) => {
      const one = delay("one", [], { initial: 1 });
      const two = delay("two", [], { steps: 2, initial: constant([0, 1]) });
      const next = add(one, two);
      return { next: { one: next, two: next }, outputs: { n: next } };
    });
    expect([...evaluate(unfold(fibonacci, 8).outputs.n).data]).toEqual([1, 2, 3, 5, 8, 13, 21, 34]);
  });

  test("batch 1 and 1 feature are no special case", () => {
    const cell = elman({ inputs: 1, units: 1, seed: 1 });
    const { outputs } = cell.over(input("x", [3, 1, 1]));
    expect(formatType(outputs.h.type)).toBe("f32[3, 1, 1]");
    expect(evaluate(outputs.h, { x: [[[1]], [[2]], [[3]]] }).data.every(Number.isFinite)).toBe(true);
  });

  test("a sequence of tokens is read as whole numbers", () => {
    const table = constant([10, 20, 30]);
    const lookUp = foldedGraph("look up", ({ sequence, delay }) => {
      const token = sequence("tokens", [2], "i32");
      const total = delay("total", [2], { initial: 0 });
      const next = add(total, gather(table, token));
      return { next: { total: next }, outputs: { total: next } };
    });
    const { outputs } = unfold(lookUp, 2);
    expect([
      ...evaluate(outputs.total, {
        tokens: [
          [0, 2],
          [1, 1],
        ],
      }).data,
    ]).toEqual([10, 30, 30, 50]);
  });
});

describe("results", () => {
  const unfolded = unfold(foldElman(2, elmanWeights(1)), 3);
  const x = drawReals([3, 2, 2], 1, "x");

  test("outputs have a leading axis of steps; perStep and last do not", () => {
    expect(formatType(unfolded.outputs.h.type)).toBe("f32[3, 2, 3]");
    expect(unfolded.perStep.map(({ h }) => formatType(h.type))).toEqual(new Array(3).fill("f32[2, 3]"));
    expect(formatType(unfolded.last.h.type)).toBe("f32[2, 3]");
  });

  test("perStep are the elements of outputs, and last the last of them", () => {
    fc.assert(
      fc.property(lengths, batches, seeds, (steps, batch, seed) => {
        const { folded } = twoDelays(batch, seed);
        const { outputs, perStep, last } = unfold(folded, steps);
        const values = twoDelaysValues(steps, batch, seed);
        for (const name of ["a", "b"] as const) {
          const elements = unstack(outputs[name]);
          perStep.forEach((results, t) => {
            expect(evaluate(results[name], values)).toEqual(evaluate(elements[t]!, values));
          });
          expect(last[name]).toBe(perStep.at(-1)![name]);
        }
      }),
    );
  });

  test("an output that depends on nothing of the step is repeated", () => {
    const w = param("w", 3);
    const folded = foldedGraph("constant", () => ({ next: {}, outputs: { w } }));
    expect([...evaluate(unfold(folded, 3).outputs.w).data]).toEqual([3, 3, 3]);
  });

  test("the elements of a sequence are its steps", () => {
    const elements = unfolded.elements["x"]!;
    expect(elements.length).toBe(3);
    elements.forEach((element, t) => {
      expect([...evaluate(element, { x }).data]).toEqual([...x.data.subarray(4 * t, 4 * t + 4)]);
    });
  });

  test("each column holds one copy of the step's operations", () => {
    const operations = ["matmul", "matmul", "add", "add", "tanh", "mul"];
    expect(unfolded.columns.map((column) => column.map(({ op }) => op.name))).toEqual(new Array(3).fill(operations));
    expect(new Set(unfolded.columns.flat()).size).toBe(18);
  });

  test("the name and number of steps are kept", () => {
    expect([unfolded.name, unfolded.steps]).toEqual(["cell", 3]);
  });

  test("the result is an ordinary graph that passes the verifier", () => {
    verify(topologicalOrder([...Object.values(unfolded.outputs), ...Object.values(unfolded.final)]));
    expect(leavesOf(Object.values(unfolded.outputs), "placeholder")).toEqual([]);
  });

  test("unfolding twice gives the same graph", () => {
    const folded = foldElman(1, elmanWeights(1));
    expect(printGraph(unfold(folded, 4).outputs)).toBe(printGraph(unfold(folded, 4).outputs));
  });
});

describe("parameters", () => {
  test("are shared by all steps: their leaves do not depend on T", () => {
    const weights = elmanWeights(1);
    const folded = foldElman(1, weights);
    fc.assert(
      fc.property(lengths, (steps) => {
        expect(new Set(leavesOf([unfold(folded, steps).outputs.h], "param"))).toEqual(new Set(weights));
      }),
    );
  });

  test("what depends on parameters only is computed once for all steps", () => {
    const W = tanh(param("W", [[1]]));
    const folded = foldedGraph("shared", ({ sequence }) => ({
      next: {},
      outputs: { y: matmul(sequence("x", [1, 1]), W) },
    }));
    const count = topologicalOrder([unfold(folded, 5).outputs.y]).filter(({ op }) => op.name === "tanh").length;
    expect(count).toBe(1);
  });
});

describe("steps", () => {
  test.each([0, -1, 1.5, NaN, Infinity])("T = %d is refused", (steps) => {
    expectProblem(() => unfold(linear(1, { initial: 0 }), steps), {
      name: "GraphError",
      code: "STEPS_RANGE",
      message: `unfold("linear", T): T must be a whole number ≥ 1, got ${steps}.`,
    });
  });

  test("more copies than a heap holds are refused before one is made", () => {
    const cell = elman({ inputs: 2, units: 3, seed: 1 });
    expectProblem(() => cell.over(input("x", [1e9, 1, 2])), {
      name: "GraphError",
      code: "UNFOLD_SIZE",
      message:
        'unfold("elman", T): T copies of the step must have at most 1000000 nodes, got T = 1000000000 copies of 11 nodes. Run it folded, by scan: its graph is as large for any T.',
    });
    expect(cell.scan(input("x", [1e8, 1, 2])).outputs.h.shape).toEqual([1e8, 1, 3]);
    const idle = foldedGraph("idle", () => ({ next: {}, outputs: {} }));
    expect(() => unfold(idle, 1e9)).toThrow("got T = 1000000000 copies of 0 nodes.");
  });
});
