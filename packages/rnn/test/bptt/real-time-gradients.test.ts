/** Real-time recurrent learning: the gradient of every step, without running backwards in time; learning online. */
import {
  add,
  carriedRecurrence,
  constant,
  createRuntime,
  elman,
  evaluate,
  foldedGraph,
  gradient,
  input,
  lstm,
  mul,
  param,
  realTimeGradients,
  reshape,
  scan,
  sgd,
  slice,
  square,
  stopGradient,
  sub,
  sum,
  unfold,
  type FloatNode,
  type FoldedGraph,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateList, expectClose } from "../lists-of-values.js";
import { randomRecurrences } from "../random-recurrences.js";
import { drawReals, linear } from "../recurrences.js";

test("the gradient of each step is that of backpropagation from its loss alone", () => {
  fc.assert(
    fc.property(randomRecurrences, ({ folded, variables, steps, values }) => {
      const x = input("x", values["x"]!.shape);
      const learning = realTimeGradients(withLoss(folded, "losses"), { loss: "loss", wrt: variables });
      const found = learning.perStep(scan(learning.folded, steps, { x }));
      const { perStep } = unfold(folded, steps, { x });
      perStep.forEach(({ losses }, t) => {
        const own = found.map((whole, i) =>
          reshape(slice(whole, { axis: 0, start: t, stop: t + 1 }), variables[i]!.shape),
        );
        const wanted = gradient(sum(square(losses)), variables, { missing: "zero" });
        expectClose(evaluateList(own, values), evaluateList(wanted, values));
      });
    }),
    { numRuns: 15 },
  );
});

/** The step with a loss: the squares of what it yields. */
function withLoss(folded: FoldedGraph, yielded = "h"): FoldedGraph {
  return { ...folded, outputs: { ...folded.outputs, loss: sum(square(folded.outputs[yielded] as FloatNode)) } };
}

test("the recurrence itself stays as it is, to the last bit", () => {
  fc.assert(
    fc.property(randomRecurrences, ({ folded, variables, steps, values }) => {
      const whole = withLoss(folded, "losses");
      const { folded: learning } = realTimeGradients(whole, { loss: "loss", wrt: variables });
      const read = { x: input("x", values["x"]!.shape) };
      const [found, wanted] = [scan(learning, steps, read), scan(whole, steps, read)];
      for (const name in whole.delays)
        expect(evaluate(found.final[name]!, values)).toEqual(evaluate(wanted.final[name]!, values));
      expect(evaluate(found.outputs["loss"]!, values)).toEqual(evaluate(wanted.outputs["loss"]!, values));
    }),
    { numRuns: 20 },
  );
});

test("where the step stops the gradient, so does the influence", () => {
  const w = param("w", 0.5);
  const folded = foldedGraph("stopped", ({ delay }) => {
    const h = mul(w, stopGradient(delay("h", [], { initial: 1 })));
    return { next: { h }, outputs: { loss: h } };
  });
  const { folded: learning, perStep } = realTimeGradients(folded, { loss: "loss", wrt: [w] });
  expect([...evaluate(perStep(scan(learning, 3))[0]!).data]).toEqual([1, 0.5, 0.25]);
});

describe("online: weights change at every step", () => {
  /** A linear filter y_t = a y_{t-1} + b x_t learns what another one does. */
  function filter(a: FloatNode, b: FloatNode) {
    return foldedGraph("filter", ({ sequence, delay }) => {
      const y = add(mul(a, delay("y", [], { initial: 0 })), mul(b, sequence("x", [])));
      return { next: { y }, outputs: { y, loss: square(sub(y, sequence("target", []))) } };
    });
  }

  test("a filter learns another one's weights, one step and one update at a time", async () => {
    const [a, b] = [param("a", 0), param("b", 0)];
    const learning = realTimeGradients(filter(a, b), { loss: "loss", wrt: [a, b] });
    const memory = carriedRecurrence(learning.folded);
    const [x, target] = [input("x", [1]), input("target", [1])];
    const run = scan(memory.folded, 1, { x, target });
    const runtime = await createRuntime();
    const step = await runtime.compile({
      inputs: { x, target },
      outputs: { loss: sum(run.outputs.loss) },
      updates: [...memory.updates(run), ...sgd({ learningRate: 0.05 }).apply([a, b], learning.total(run))],
    });
    const { data: xs } = drawReals([3000], 1, "x");
    let y = 0;
    for (const value of xs) {
      y = 0.7 * y - 0.4 * value;
      step.run({ x: [value], target: [y] });
    }
    // Without noise only the speed of learning and 24 bits are between the weights and those of the teacher.
    expect(runtime.read(a).item()).toBeCloseTo(0.7, 3);
    expect(runtime.read(b).item()).toBeCloseTo(-0.4, 3);
  });

  test("with weights that stay, single steps that carry the influence are one run", async () => {
    const cell = elman({ inputs: 1, units: 3, seed: 1 });
    const learning = realTimeGradients(withLoss(cell.fold(1)), { loss: "loss", wrt: Object.values(cell.parameters) });
    const memory = carriedRecurrence(learning.folded);
    const x = input("x", [1, 1, 1]);
    const run = scan(memory.folded, 1, { x });
    const runtime = await createRuntime({ precision: "f64" });
    const step = await runtime.compile({
      inputs: { x },
      outputs: { gradient: learning.total(run)[1]! },
      updates: memory.updates(run),
    });
    const values = drawReals([5, 1, 1], 1, "x");
    const found = [...values.data].flatMap((value) => [...step.run({ x: [[[value]]] }).gradient.data]);
    const [, wanted] = learning.perStep(scan(learning.folded, 5, { x: constant(values) }));
    const whole = evaluate(wanted!).data;
    found.forEach((element, i) => {
      expect(Math.abs(element - whole[i]!)).toBeLessThanOrEqual(1e-13);
    });
  });
});

test("compiled, it is what the interpreter says", async () => {
  const cell = lstm({ inputs: 2, units: 3, seed: 1 });
  const wrt = Object.values(cell.parameters);
  const x = input("x", [8, 1, 2]);
  const learning = realTimeGradients(withLoss(cell.fold(1)), { loss: "loss", wrt });
  const nodes = learning.total(scan(learning.folded, 8, { x }));
  const outputs: Readonly<Record<string, FloatNode>> = Object.fromEntries(nodes.map((node, i) => [String(i), node]));
  const runtime = await createRuntime();
  const program = await runtime.compile({ inputs: { x }, outputs });
  expect(runtime.report().backend).toContain("wasm");
  const values = drawReals([8, 1, 2], 1, "x");
  const found = program.run({ x: values.data });
  evaluateList(nodes, { x: values }).forEach(({ data }, i) => {
    data.forEach((element, j) => {
      // Some hundreds of roundings at 24 bits of terms below 4.
      expect(Math.abs(found[String(i)]!.data[j]! - element)).toBeLessThanOrEqual(1e-4);
    });
  });
});

test("compiled, a step more keeps one gradient more, and no influence", async () => {
  const cell = elman({ inputs: 2, units: 8, seed: 1 });
  const wrt = Object.values(cell.parameters);
  const learning = realTimeGradients(withLoss(cell.fold(1)), { loss: "loss", wrt });
  const peaks = await Promise.all(
    [10, 110].map(async (steps) => {
      const x = input("x", [steps, 1, 2]);
      const total = learning.total(scan(learning.folded, steps, { x }));
      const runtime = await createRuntime();
      await runtime.compile({ inputs: { x }, outputs: { U: total[1]! } });
      return runtime.report().programs[0]!.peakBytes!;
    }),
  );
  const bytesOfGradient = 4 * (2 * 8 + 8 * 8 + 8);
  // Beside gradients, what is read: two numbers.
  expect((peaks[1]! - peaks[0]!) / 100).toBeLessThan(bytesOfGradient + 4 * 2 * 8);
});

describe("errors", () => {
  const w = param("w", 1);
  const folded = linear(w, { initial: 0 });

  test("a loss that the step does not yield", () => {
    expectProblem(() => realTimeGradients(folded, { loss: "loss", wrt: [w] }), {
      name: "GraphError",
      code: "REAL_TIME_LOSS",
      message:
        'realTimeGradients("linear", options): loss must be the name of an output f32[] of the step, got "loss". Its outputs: h.',
    });
  });

  test("a loss with axes", () => {
    const cell = elman({ inputs: 1, units: 2, seed: 1 });
    expectProblem(() => realTimeGradients(cell.fold(1), { loss: "h", wrt: [w] }), {
      name: "GraphError",
      code: "REAL_TIME_LOSS",
      message:
        'realTimeGradients("elman", options): loss must be the name of an output f32[] of the step, got "h" f32[1, 2] ("h"). Its outputs: h.',
    });
  });

  test("values of another run", () => {
    const { total, folded: learning } = realTimeGradients(folded, { loss: "h", wrt: [w] });
    expectProblem(() => total(scan(folded, 2)), {
      name: "GraphError",
      code: "REAL_TIME_RUN",
      message:
        'realTimeGradients("linear", options): values must be those of a run of the folded graph that it returned, got values of "linear" with outputs h. Run the property folded of what it returned.',
    });
    expectProblem(() => realTimeGradients(learning, { loss: "h", wrt: [w] }), {
      name: "GraphError",
      code: "STEP_NAME_TWICE",
      message:
        'realTimeGradients("linear", options): nothing of the step must be called "real-time gradient", got something that is. Name all variables at once.',
    });
  });

  test("variables that are none, of the step, or strange to it", () => {
    const read = folded.sequences["x"] as FloatNode;
    const refused = [
      [[], "none"],
      [[w, read], 'f32[] ("x"), which the step computes or reads'],
      [[w, param("v", 1)], 'f32[] ("v"), on which nothing of the step depends'],
    ] as const;
    for (const [wrt, got] of refused) {
      expectProblem(() => realTimeGradients(folded, { loss: "h", wrt }), {
        name: "GraphError",
        code: "REAL_TIME_VARIABLE",
        message: `realTimeGradients("linear", options): wrt must be one f32 variable or more, from outside the step, on which the step or an initial value depends, got ${got}.`,
      });
    }
  });
});
