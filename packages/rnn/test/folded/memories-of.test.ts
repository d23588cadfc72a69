/** Delays that only count: what changes or measures memories passes them by, in built-in cells and a user's own. */
import {
  add,
  bridge,
  carriedRecurrence,
  cast,
  clipDelayGradients,
  clockwork,
  constant,
  evaluate,
  foldedGraph,
  freeRunning,
  gradient,
  includeStep,
  input,
  maskSteps,
  matmul,
  mul,
  param,
  randomKey,
  realTimeGradients,
  recurrentDropout,
  recurrentJacobian,
  restartSteps,
  scan,
  sin,
  square,
  sum,
  tanh,
  unfold,
  zoneout,
  type FloatNode,
  type FoldedGraph,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import { describe, expect, test } from "vitest";
import { evaluateList, expectClose } from "../lists-of-values.js";
import { expectSameGradients } from "../same-recurrences.js";

const STEPS = 6;
const weight = param("weight", [
  [0.5, -0.3],
  [0.2, 0.9],
]);

/** A network with a clock three steps old, as users draw it. */
const pulsed = foldedGraph("pulsed", ({ sequence, delay }) => {
  const t = delay("t", [1, 1], { steps: 3, initial: 0, memory: false });
  const last = delay("h", [1, 2], { initial: 0 });
  const h = tanh(add(mul(sequence("x", [1, 2]), add(1, sin(t))), matmul(last, weight)));
  return { next: { h, t: add(t, 1) }, outputs: { h, t } };
});

const clocked = clockwork({ inputs: 2, units: 2, periods: [1, 2], seed: 1 });
const cells: Readonly<Record<string, FoldedGraph>> = { "a user's cell": pulsed, "the clockwork cell": clocked.fold(1) };
const x = constant(Array.from({ length: STEPS }, (_, t) => [[0.3 * t, -0.2]]));

describe.each(Object.entries(cells))("%s", (_, folded) => {
  const clock = scan(folded, STEPS, { x }).final["t"]!;

  test("zoneout with one rate leaves the clock whole, evaluating and training", () => {
    for (const key of [undefined, randomKey(1)]) {
      const { final } = scan(zoneout(folded, { key, delays: 0.5 }), STEPS, { x });
      expect(evaluate(final["t"]!).data).toEqual(evaluate(clock).data);
    }
  });

  test("so it does after other rewritings", () => {
    const rewritten: readonly FoldedGraph[] = [
      recurrentDropout(folded, { key: randomKey(2), inputs: 0.5 }),
      restartSteps(folded, 1),
      maskSteps(folded, 1),
      foldedGraph("outer", (builder) => includeStep(builder, "inner", folded)),
      carriedRecurrence(folded).folded,
    ];
    for (const each of rewritten) {
      const zoned = zoneout(each, { key: undefined, delays: 0.5 });
      const changed = Object.keys(zoned.delays).filter((name) => zoned.delays[name]!.next !== each.delays[name]!.next);
      expect(changed.map((name) => name.split("/").at(-1))).toEqual(["h"]);
    }
  });

  test("the recurrent Jacobian is that of the hidden state alone", () => {
    expect(recurrentJacobian(folded, STEPS).shape).toEqual([STEPS, 2, 2]);
  });

  test("real-time gradients carry no influence of it, and are those of backpropagation", () => {
    const variables = folded === pulsed ? [weight] : Object.values(clocked.parameters);
    const lossy = { ...folded, outputs: { loss: sum(square(folded.outputs["h"] as FloatNode)) } };
    const learning = realTimeGradients(lossy, { loss: "loss", wrt: variables });
    expect(Object.keys(learning.folded.delays)).toEqual([...Object.keys(folded.delays), "influence on h"]);
    const found = learning.total(scan(learning.folded, STEPS, { x }));
    const wanted = gradient(sum(unfold(lossy, STEPS, { x }).outputs.loss), variables);
    expectClose(evaluateList(found, {}), evaluateList(wanted, {}));
  });

  test("naming it where memories are named is refused", () => {
    expectProblem(() => zoneout(folded, { key: undefined, delays: { t: 0.5 } }), {
      name: "GraphError",
      code: "DROPOUT_NAME",
      message: `zoneout("${folded.name}", options): rates must be of delays of the folded graph, got "t". There are "h".`,
    });
    expectProblem(() => clipDelayGradients(folded, { limit: 1, delays: ["t"] }), {
      name: "GraphError",
      code: "DELAY_UNKNOWN",
      message: `clipDelayGradients("${folded.name}", options): delays must be names of delays of the folded graph that are memories, got "t". Its memories: h.`,
    });
  });

  test("clipping what flows back along all delays clips the hidden state's alone", () => {
    const all = scan(clipDelayGradients(folded, { limit: 1e-3 }), STEPS, { x });
    const named = scan(clipDelayGradients(folded, { limit: 1e-3, delays: ["h"] }), STEPS, { x });
    expectSameGradients(all, named, folded === pulsed ? [weight] : Object.values(clocked.parameters), {});
  });
});

test("no gradient flows along a delay that is no memory", () => {
  const start = input("start", []);
  const counter = foldedGraph("counter", ({ delay }) => {
    const t = delay("t", [], { initial: start, memory: false });
    return { next: { t: add(t, 1) }, outputs: { y: mul(t, t) } };
  });
  for (const run of [scan, unfold]) {
    const loss = sum(run(counter, 3).outputs.y);
    expect(evaluate(loss, { start: 1 }).item()).toBe(14);
    expect(evaluate(gradient(loss, [start], { missing: "zero" })[0], { start: 1 }).item()).toBe(0);
  }
});

test("a step that only counts has no recurrent Jacobian", () => {
  const counter = foldedGraph("counter", ({ delay }) => {
    const t = delay("t", [], { initial: 0, memory: false });
    return { next: { t: add(t, 1) }, outputs: { t } };
  });
  expectProblem(() => recurrentJacobian(counter, 3), {
    name: "GraphError",
    code: "NO_DELAYS",
    message: 'recurrentJacobian("counter", T): the step must have a delay that is a memory, got none.',
  });
});

test("a bridge starts no clock", () => {
  const layer = bridge({ inputs: 3, cell: clocked, seed: 1 });
  expect(Object.keys(layer.parameters)).toEqual(["h/weight", "h/bias"]);
});

test("a token that is fed back stays a token", () => {
  const babbler = foldedGraph("babbler", ({ sequence, delay }) => {
    const h = sin(add(mul(delay("h", [1], { initial: 0.5 }), 3), cast(sequence("x", [1], "i32"), "f32")));
    return { next: { h }, outputs: { h } };
  });
  const free = freeRunning(babbler, { feed: ({ h }) => cast(mul(h, 9), "i32"), initial: 0 });
  const { outputs } = scan(zoneout(free, { key: undefined, delays: 0.25 }), STEPS);
  const { delays } = zoneout(free, { key: undefined, delays: 0.25 });
  expect(delays["fed"]!.next).toBe(free.delays["fed"]!.next);
  expect(evaluate(outputs.fed).data).toHaveLength(STEPS);
});
