/** Long sequences: no recursion as deep as time, and work that grows with T, not with its square. */
import {
  constant,
  elman,
  evaluate,
  evaluateAll,
  gradient,
  input,
  jvp,
  mul,
  ndArray,
  square,
  sum,
  topologicalOrder,
  unfold,
  type FloatNode,
} from "@unfold/rnn";
import { describe, expect, test } from "vitest";
import { drawReals, twoDelays } from "../recurrences.js";

const LONG = 1600;

/** Nodes and elements of all nodes of a loss and its gradient. */
interface Work {
  readonly nodes: number;
  readonly elements: number;
}

function workOf(outputs: readonly FloatNode[]): Work {
  const order = topologicalOrder(outputs);
  const sizes = order.map(({ shape }) => shape.reduce((product, extent) => product * extent, 1));
  return { nodes: order.length, elements: sizes.reduce((total, size) => total + size, 0) };
}

function elmanProblem(steps: number) {
  const cell = elman({ inputs: 2, units: 2, seed: 1 });
  const x = input("x", [steps, 1, 2]);
  const loss = sum(square(cell.over(x).outputs.h));
  return { loss, x, bias: cell.parameters["bias"]!, variables: [...Object.values(cell.parameters), x] };
}

describe(`${LONG} steps of an Elman cell`, () => {
  const { loss, bias, variables } = elmanProblem(LONG);
  const x = drawReals([LONG, 1, 2], 1, "x");

  test("have finite gradients", () => {
    const slopes = evaluateAll(Object.fromEntries(gradient(loss, variables).map((slope, i) => [`g${i}`, slope])), {
      x,
    });
    for (const { data } of Object.values(slopes)) expect(data.every(Number.isFinite)).toBe(true);
  });

  test("give the derivative in a direction that forward mode gives", () => {
    const direction = constant(ndArray([0.5, -1]));
    const backward = sum(mul(gradient(loss, [bias])[0], direction));
    const [forward] = jvp([loss], [[bias, direction]]);
    const [a, b] = [evaluate(backward, { x }).item(), evaluate(forward, { x }).item()];
    // 1600 contributions, each of some roundings of 1.1e-16, in another order.
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.abs(a));
  });
});

describe("twice the steps are at most 2.05 times the work of the unfolding and its gradient", () => {
  // Not 2: the fixed part is counted in both, and may only make the ratio smaller; 0.05 allows for joins of uneven depth.
  const builds: Readonly<Record<string, (steps: number) => readonly FloatNode[]>> = {
    Elman: (steps) => {
      const { loss, variables } = elmanProblem(steps);
      return [loss, ...gradient(loss, variables)];
    },
    "a loss of the last step only": (steps) => {
      const cell = elman({ inputs: 2, units: 2, seed: 1 });
      const x = input("x", [steps, 1, 2]);
      const loss = sum(square(cell.over(x).last.h));
      return [loss, ...gradient(loss, [...Object.values(cell.parameters), x])];
    },
    "two sequences and delays of 2 and 3 steps": (steps) => {
      const { folded, parameters, a0 } = twoDelays(1, 1);
      const { outputs, sequences } = unfold(folded, steps);
      const loss = mul(sum(square(outputs.a)), sum(square(outputs.b)));
      const variables = [...Object.values(parameters), a0, sequences["x"] as FloatNode, sequences["z"] as FloatNode];
      return [loss, ...gradient(loss, variables)];
    },
  };

  test.each(Object.entries(builds))("%s", (_, build) => {
    const [once, twice] = [workOf(build(200)), workOf(build(400))];
    expect(twice.nodes / once.nodes).toBeLessThanOrEqual(2.05);
    expect(twice.elements / once.elements).toBeLessThanOrEqual(2.05);
    // A step that shares everything would make the ratio 1: nothing would have been unfolded.
    expect(twice.nodes / once.nodes).toBeGreaterThan(1.9);
  });
});
