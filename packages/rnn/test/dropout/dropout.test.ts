/** Dropout in recurrences: what is dropped, how often, and that the same is dropped however they run. */
import {
  add,
  constant,
  createRuntime,
  div,
  dropConnect,
  elman,
  evaluate,
  evaluateAll,
  foldedGraph,
  gradient,
  gru,
  input,
  lstm,
  matmul,
  mul,
  param,
  randomKey,
  recurrentDropout,
  rewrittenCell,
  scan,
  stacked,
  stepByStep,
  substitute,
  sum,
  trainingMode,
  unfold,
  zoneout,
  type FloatNode,
  type FoldedGraph,
  type IntNode,
  type Node,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawReals, lengths, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";

type Rewrite = (folded: FoldedGraph, key: IntNode, weights: readonly FloatNode[]) => FoldedGraph;

const rewritings: Readonly<Record<string, Rewrite>> = {
  "each step": (folded, key) => recurrentDropout(folded, { key, inputs: 0.3, delays: 0.4, outputs: { a: 0.5 } }),
  variational: (folded, key) =>
    recurrentDropout(folded, { key, inputs: { x: 0.3 }, delays: 0.4, outputs: 0.5, variational: true }),
  DropConnect: (folded, key, weights) => dropConnect(folded, { key, rate: 0.4, weights }),
};

describe.each(Object.entries(rewritings))("%s", (_, rewrite) => {
  test("the same is dropped unfolded, scanned and checkpointed, in both directions", () => {
    fc.assert(
      fc.property(lengths, batches, seeds, fc.boolean(), (steps, batch, seed, reverse) => {
        const { folded, parameters, a0 } = twoDelays(batch, seed);
        const dropping = rewrite(folded, randomKey(seed), [parameters.U, parameters.V]);
        const [x, z] = [input("x", [steps, batch, 2]), input("z", [steps, batch, 1])];
        const unfolded = unfold(dropping, steps, { x, z }, { reverse });
        const values = twoDelaysValues(steps, batch, seed);
        for (const options of [{}, { checkpoint: { every: 2 } }, { checkpoint: "sqrt" as const }]) {
          const scanned = scan(dropping, steps, { x, z }, { ...options, reverse });
          expectSameValues(everything(scanned), everything(unfolded), values);
          expectSameGradients(scanned, unfolded, [...Object.values(parameters), a0, x, z], values);
        }
      }),
      { numRuns: 15 },
    );
  });
});

test("zoneout: the same stays unfolded, scanned, checkpointed, carried and compiled", async () => {
  const cell = lstm({ inputs: 2, units: 3, seed: 1 });
  const zoned = rewrittenCell(cell, (folded) => zoneout(folded, { key: randomKey(3), delays: { h: 0.3, c: 0.5 } }));
  const x = input("x", [6, 2, 2]);
  const values = { x: drawReals([6, 2, 2], 1, "x") };
  const unfolded = zoned.over(x);
  for (const options of [{}, { checkpoint: { every: 2 } }]) {
    const scanned = zoned.scan(x, {}, options);
    expectSameValues(everything(scanned), everything(unfolded), values);
    expectSameGradients(scanned, unfolded, [...Object.values(cell.parameters), x], values);
  }
  const { h } = evaluateAll({ h: unfolded.outputs.h }, values);
  const now = input("x", [2, 2]);
  const stepper = await stepByStep(await createRuntime(), {
    inputs: { x: now },
    draw: (carry) => ({ h: carry(zoned.fold(2), { x: now }).h }),
  });
  for (let t = 0; t < 6; t++) {
    stepper.run({ x: values.x.data.slice(4 * t, 4 * t + 4) }).h.data.forEach((element, i) => {
      // A few products of 3 terms below 1 per step, at 24 bits.
      expect(Math.abs(element - h.data[6 * t + i]!)).toBeLessThanOrEqual(1e-5);
    });
  }
});

/** Yields what it reads, [N]. */
function echo(size: number): FoldedGraph<{ readonly y: FloatNode }> {
  return foldedGraph("echo", ({ sequence }) => ({ next: {}, outputs: { y: sequence("x", [size]) } }));
}

/** How many of many draws of a probability: within 5 standard deviations, which a right program misses once in 1.7 million. */
function expectShare(count: number, draws: number, probability: number): void {
  const deviation = Math.sqrt(draws * probability * (1 - probability));
  expect(Math.abs(count - draws * probability)).toBeLessThanOrEqual(5 * deviation);
}

/** The elements of each step. */
function rowsOf(node: Node): number[][] {
  const { data, shape } = evaluate(node);
  const size = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, t) => [...data.slice(t * size, (t + 1) * size)]);
}

describe("what is dropped", () => {
  const ones = constant(Array.from({ length: 5 }, () => new Array<number>(4000).fill(1)));

  test.each(["inputs", "outputs"] as const)("%s: the share of the rate, scaled so that the mean stays", (place) => {
    const rows = rowsOf(
      scan(recurrentDropout(echo(4000), { key: randomKey(1), [place]: 0.2 }), 5, { x: ones }).outputs.y,
    );
    for (const row of rows) {
      expect(new Set(row)).toEqual(new Set([0, 1.25]));
      expectShare(row.filter((element) => element === 0).length, 4000, 0.2);
    }
    // Steps are independent: two of them agree in an element with probability 0.2² + 0.8².
    for (let t = 1; t < 5; t++)
      expectShare(rows[t]!.filter((element, i) => element === rows[0]![i]).length, 4000, 0.68);
  });

  test("variational: one mask for all steps, another for each place, sequence and key", () => {
    const masks = (place: "inputs" | "outputs", seed: number) =>
      rowsOf(
        scan(recurrentDropout(echo(4000), { key: randomKey(seed), [place]: 0.5, variational: true }), 5, { x: ones })
          .outputs.y,
      );
    const [first, other, place] = [masks("inputs", 1), masks("inputs", 2), masks("outputs", 1)];
    for (const row of first) expect(row).toEqual(first[0]);
    expectShare(first[0]!.filter((element, i) => element === other[0]![i]).length, 4000, 0.5);
    expectShare(first[0]!.filter((element, i) => element === place[0]![i]).length, 4000, 0.5);
    expect(masks("inputs", 1)).toEqual(first);
  });

  test("derivatives flow where values do, scaled alike", () => {
    const x = param("x", drawReals([3, 300], 1, "x"));
    const { y } = scan(recurrentDropout(echo(300), { key: randomKey(5), inputs: 0.3, outputs: 0.4 }), 3, { x }).outputs;
    const found = evaluateAll({ slope: gradient(sum(y), [x])[0], ratio: div(y, x) });
    found.slope.data.forEach((element, i) => {
      expect(element).toBeCloseTo(found.ratio.data[i]!, 12);
    });
    expect(new Set(found.slope.data).size).toBe(2);
  });

  test("of an Elman net's memory: what enters the product, so that a dropped unit is forgotten at each step", () => {
    const one = constant(Array.from({ length: 500 }, (_, i) => new Array<number>(500).fill(0).with(i, 1)));
    const identity = foldedGraph("identity", ({ delay }) => {
      const h = matmul(delay("h", [1, 500], { initial: 1 }), one);
      return { next: { h }, outputs: { h } };
    });
    const rows = rowsOf(
      scan(recurrentDropout(identity, { key: randomKey(1), delays: 0.5, variational: true }), 3).outputs.h,
    );
    expect(new Set(rows[0])).toEqual(new Set([0, 2]));
    expectShare(rows[0]!.filter((element) => element === 0).length, 500, 0.5);
    rows[0]!.forEach((element, i) => {
      expect(rows[1]![i]).toBe(element * element);
      expect(rows[2]![i]).toBe(element ** 3);
    });
  });

  test.each([true, false])(
    "of a GRU's memory: not what its update gate keeps (reset after the product: %s)",
    (resetAfter) => {
      const cell = gru({ inputs: 1, units: 4, seed: 1, resetAfter });
      // An update gate of 1 keeps the state as it is; masks reach only what enters products.
      const bias = Object.values(cell.parameters).find((parameter) => /inputBias|bias/u.test(parameter.label!))!;
      const open = constant([0, 0, 0, 0, 100, 100, 100, 100, 0, 0, 0, 0]);
      const dropping = recurrentDropout(cell.fold(1, { h: 0.7 }), { key: randomKey(1), delays: 0.9 });
      const x = constant([[[1]], [[1]], [[1]], [[1]]]);
      const { outputs } = scan(dropping, 4, { x });
      for (const element of evaluateWith(outputs, bias, open)) expect(element).toBeCloseTo(0.7, 12);
      const shut = mul(open, -1);
      const whole = scan(cell.fold(1, { h: 0.7 }), 4, { x }).outputs;
      expect([...evaluateWith(outputs, bias, shut)]).not.toEqual([...evaluateWith(whole, bias, shut)]);
    },
  );

  test("DropConnect: derivatives of dropped weights are zero, those of the others scaled", () => {
    const cell = elman({ inputs: 2, units: 30, seed: 1 });
    const U = cell.parameters["recurrentWeight"]!;
    const x = constant(drawReals([4, 1, 2], 1, "x"));
    const folded = dropConnect(cell.fold(1), { key: randomKey(2), rate: 0.25, weights: [U] });
    const [slope] = gradient(sum(scan(folded, 4, { x }).last.h), [U]);
    const zeros = evaluate(slope).data.filter((element) => element === 0).length;
    expectShare(zeros, 900, 0.25);
  });
});

/** The values with a parameter replaced. */
function evaluateWith(outputs: Readonly<Record<"h", Node>>, leaf: FloatNode, value: FloatNode) {
  const [h] = substitute([outputs.h], new Map([[leaf, value]]));
  return evaluate(h).data;
}

describe("zoneout", () => {
  /** Adds 1 at each step. */
  const counter = foldedGraph("counter", ({ delay }) => {
    const count = add(delay("count", [2000], { initial: 0 }), 1);
    return { next: { count }, outputs: { count } };
  });

  test("training: each step counts or stays, with the probability, by itself", () => {
    const rows = rowsOf(scan(zoneout(counter, { key: randomKey(1), delays: 0.3 }), 4).outputs.count);
    rows.forEach((row, t) => {
      const grown = row.map((element, i) => element - (rows[t - 1]?.[i] ?? 0));
      expect(new Set(grown)).toEqual(new Set([0, 1]));
      expectShare(grown.filter((growth) => growth === 0).length, 2000, 0.3);
    });
    expectShare(rows[1]!.filter((element) => element === 0).length, 2000, 0.09);
  });

  test("evaluation: the expectation", () => {
    const rows = rowsOf(scan(zoneout(counter, { key: undefined, delays: { count: 0.3 } }), 4).outputs.count);
    rows.forEach((row, t) => {
      for (const element of row) expect(element).toBeCloseTo(0.7 * (t + 1), 12);
    });
  });

  test("of an LSTM: outputs read the new cell state, also where the old one stays", () => {
    const cell = lstm({ inputs: 1, units: 50, seed: 1 });
    const x = constant([[[1]]]);
    const initial = { c: 0.4, h: 0.2 };
    const plain = scan(cell.fold(1, initial), 1, { x });
    const zoned = scan(zoneout(cell.fold(1, initial), { key: randomKey(1), delays: { c: 0.5 } }), 1, { x });
    const found = evaluateAll({ plain: plain.outputs.c, zoned: zoned.outputs.c, final: zoned.final["c"]! });
    expectSameValues({ h: zoned.outputs.h }, { h: plain.outputs.h }, {});
    expect([...found.zoned.data]).toEqual([...found.final.data]);
    found.zoned.data.forEach((element, i) => {
      expect([0.4, found.plain.data[i]!]).toContain(element);
    });
    expectShare(found.zoned.data.filter((element) => element === 0.4).length, 50, 0.5);
  });
});

describe("training and evaluation", () => {
  test("without a key or a rate, a folded graph stays what it is", () => {
    const { folded, parameters } = twoDelays(2, 1);
    expect(recurrentDropout(folded, { key: undefined, inputs: 0.5, delays: 0.5, outputs: 0.5 })).toBe(folded);
    expect(recurrentDropout(folded, { key: randomKey(1) })).toBe(folded);
    expect(dropConnect(folded, { key: undefined, rate: 0.5, weights: [parameters.U] })).toBe(folded);
    expect(zoneout(folded, { key: randomKey(1), delays: 0 })).toBe(folded);
  });

  test("with a training mode: other masks at each run, the same ones again from the same seed", async () => {
    const losses = async (seed: number): Promise<number[]> => {
      const mode = trainingMode(seed);
      const cells = ["lower", "upper"].map((name) =>
        rewrittenCell(gru({ name, inputs: 3, units: 3, seed: 1 }), (folded) =>
          recurrentDropout(folded, { key: mode.key(name), inputs: 0.5, delays: 0.2 }),
        ),
      );
      const loss = sum(stacked(cells).scan(constant(drawReals([3, 2, 3], 1, "x"))).last.h);
      const runtime = await createRuntime();
      const step = await runtime.compile({ outputs: { loss }, updates: mode.updates() });
      return [1, 2, 3].map(() => step.run({}).loss.item());
    };
    const first = await losses(1);
    expect(new Set(first).size).toBe(3);
    expect(await losses(1)).toEqual(first);
    expect(await losses(2)).not.toEqual(first);
  });
});

describe("errors", () => {
  const cell = lstm({ inputs: 2, units: 3, seed: 1 });
  const folded = cell.fold(1);
  const key = randomKey(1);

  test.each([
    [{ inputs: 1 }, 'the rate of input "x" must be in [0, 1), got 1.'],
    [{ delays: { h: -0.1 } }, 'the rate of delay "h" must be in [0, 1), got -0.1.'],
    [{ outputs: NaN }, 'the rate of output "h" must be in [0, 1), got NaN.'],
    [{ inputs: { y: 0.5 } }, 'rates must be of inputs of the folded graph, got "y". There are "x".'],
    [{ delays: { g: 0.5 } }, 'rates must be of delays of the folded graph, got "g". There are "h", "c".'],
  ])("%j", (rates, message) => {
    // Also where nothing will be dropped.
    for (const given of [key, undefined]) {
      expect(() => recurrentDropout(folded, { key: given, ...rates })).toThrow(
        `recurrentDropout("lstm", options): ${message}`,
      );
    }
  });

  test("zoneout of a delay of several steps", () => {
    expectProblem(() => zoneout(twoDelays(1, 1).folded, { key, delays: { a: 0.5 } }), {
      name: "GraphError",
      code: "ZONEOUT_STEPS",
      message:
        'zoneout("two delays", options): rates must be of delays of one step, which is what stays, got "a" of 2.',
    });
  });

  test("DropConnect of what is no weight of the step", () => {
    expectProblem(() => dropConnect(folded, { key, rate: 0.5, weights: [param("other", 1)] }), {
      name: "GraphError",
      code: "DROPOUT_NAME",
      message:
        'dropConnect("lstm", options): weights must be parameters that the step uses, got f32[] ("other"). It uses "lstm/inputWeight", "lstm/bias", "lstm/recurrentWeight".',
    });
    expect(() => dropConnect(folded, { key, rate: 1, weights: [] })).toThrow("rate must be in [0, 1), got 1");
  });
});
