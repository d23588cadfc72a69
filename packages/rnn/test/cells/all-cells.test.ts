/** What holds of every cell: its equations, its derivatives, and that it does the same unfolded, folded and backwards. */
import {
  broadcastTo,
  concat,
  constant,
  evaluate,
  slice,
  add,
  checkGradients,
  clockwork,
  convLstm,
  coupledLstm,
  echoState,
  evaluateAll,
  gradient,
  input,
  leavesOf,
  linearRecurrence,
  mul,
  narx,
  peepholeLstm,
  projectedLstm,
  realTimeGradients,
  reverse,
  scan,
  sin,
  spectralRadius,
  substitute,
  sum,
  type FloatNode,
  type Node,
} from "@unfold/rnn";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateList, expectClose } from "../lists-of-values.js";
import { drawReals } from "../recurrences.js";
import { cells, lossOf, sizes } from "./cells.js";
import { distance, freeCell, initialInputs, run, seeds, type Over, type Sizes } from "./freed-cell.js";
import { plainRun, plainSteps } from "./plain-cells.js";

/** Sums of at most some dozens of terms in another order; a few steps of bounded functions. */
const ATOL = 1e-12;

const small: Sizes = { steps: 3, batch: 2, inputs: 2, units: 2 };

const scanned: Over = (cell, x, initial) => cell.scan(x, initial);
const backwards: Over = (cell, x, initial) => {
  const run_ = cell.scan(reverse(x, 0), initial, { reverse: true });
  return {
    ...run_,
    outputs: Object.fromEntries(Object.entries(run_.outputs).map(([name, node]) => [name, reverse(node, 0)])),
  };
};

/** A loss of one step. */
const addedUp = (outputs: Readonly<Record<string, FloatNode>>): FloatNode =>
  Object.values(outputs)
    .map((node, i) => sum(sin(mul(node, i + 1))))
    .reduce((total, term) => add(total, term));

/** The elements of every output of one sequence of a batch, over some steps. */
function elementsOf(
  outputs: Readonly<Record<string, FloatNode>>,
  b: number,
  start: number,
  stop: number,
): Record<string, number[]> {
  const parts = Object.entries(outputs).map(([name, node]) => {
    const ofSequence = slice(node, { axis: 1, start: b, stop: b + 1 });
    return [name, [...evaluate(slice(ofSequence, { axis: 0, start, stop })).data]] as [string, number[]];
  });
  return Object.fromEntries(parts);
}

describe.each(Object.entries(cells))("%s", (name, build) => {
  const step = plainSteps[name];
  // A reservoir has no parameters that could be chosen; it has a test of its own.
  if (step !== undefined)
    test("every step follows its equations, from any initial values", () => {
      fc.assert(
        fc.property(sizes, seeds, (size, seed) => {
          const cell = freeCell(build(size), size);
          const values = cell.draw(seed);
          expect(distance(run(cell, values), plainRun(step, values, size))).toBeLessThanOrEqual(ATOL);
        }),
        { numRuns: 15 },
      );
    });

  test.each([false, true])("a sequence padded or packed yields what it yields alone, reversed %s", (reversed) => {
    const size = { ...small, steps: 3 };
    const cell = build(size);
    const drawn = (steps: number, label: string): FloatNode =>
      constant(drawValue(reals([steps, 1, ...cell.inputShape], { min: -1, max: 1 }), 5, label));
    const [long, short] = [drawn(5, "long"), drawn(3, "short")];
    const settings = { reverse: reversed };
    const alone = (x: FloatNode, steps: number) => elementsOf(cell.scan(x, {}, settings).outputs, 0, 0, steps);
    const nothing = broadcastTo(constant(NaN), [2, 1, ...cell.inputShape]);
    const padded = cell.scan(
      concat([long, concat([short, nothing], 0)], 1),
      {},
      { ...settings, lengths: constant([5, 3], "i32") },
    );
    expect(distance(elementsOf(padded.outputs, 0, 0, 5), alone(long, 5))).toBeLessThanOrEqual(ATOL);
    expect(distance(elementsOf(padded.outputs, 1, 0, 3), alone(short, 3))).toBeLessThanOrEqual(ATOL);
    const segments = constant([[1], [1], [1], [1], [1], [2], [2], [2]], "i32");
    const packed = cell.scan(concat([long, short], 0), {}, { ...settings, segments });
    expect(distance(elementsOf(packed.outputs, 0, 0, 5), alone(long, 5))).toBeLessThanOrEqual(ATOL);
    expect(distance(elementsOf(packed.outputs, 0, 5, 8), alone(short, 3))).toBeLessThanOrEqual(ATOL);
  });

  test("folded, and folded backwards over the reversed sequence, it gives the bits it gives unfolded", () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const cell = build(size);
        const unfolded = freeCell(cell, size);
        const values = unfolded.draw(seed);
        const wanted = run(unfolded, values);
        for (const over of [scanned, backwards]) expect(run(freeCell(cell, size, over), values)).toEqual(wanted);
      }),
      { numRuns: 5 },
    );
  });

  test("its gradients folded and unfolded are the same but for the order of sums, and those of central differences", () => {
    const cell = build(small);
    const [unfolded, folded] = [freeCell(cell, small), freeCell(cell, small, scanned)];
    const values = unfolded.draw(3);
    const slopes = ({ outputs, variables }: typeof folded) => {
      const found = evaluateAll(
        Object.fromEntries(
          gradient(lossOf(outputs), variables, { missing: "zero" }).map((slope, i) => [variables[i]!.label!, slope]),
        ),
        values,
      );
      return Object.fromEntries(Object.entries(found).map(([key, { data }]) => [key, [...data]]));
    };
    expect(distance(slopes(folded), slopes(unfolded))).toBeLessThanOrEqual(ATOL);
    // Where the unit's number is counted, or nothing can be trained, there may be no path to a variable.
    const reached = gradient(lossOf(unfolded.outputs), unfolded.variables, { missing: "zero" });
    expect(reached.length).toBeGreaterThan(0);
    // Second derivatives in every one of its three dozen parameters would take as long as all other cells together.
    const order = name === "hyperLstm" ? 1 : 2;
    checkGradients(lossOf(unfolded.outputs), { wrt: unfolded.variables, values, seed: 3, order });
  });

  test("its gradients carried forwards are those carried backwards, in both directions of time", () => {
    const cell = build(small);
    const x = input("x", [3, 1, ...cell.inputShape]);
    const initial = initialInputs(cell, 1);
    const { outputs, ...folded } = cell.fold(1, initial);
    const step = { ...folded, outputs: { loss: addedUp(outputs) } };
    const wrt = [...Object.values(cell.parameters), ...Object.values(initial)];
    const learning = realTimeGradients(step, { loss: "loss", wrt });
    for (const reverse of [false, true]) {
      const found = learning.total(scan(learning.folded, 3, { x }, { reverse }));
      const wanted = gradient(sum(scan(step, 3, { x }, { reverse }).outputs.loss), wrt, { missing: "zero" });
      const freed = Object.entries(cell.parameters).map(([key, leaf]) => [leaf, input(key, leaf.shape)] as const);
      const [forwards, backwards] = [found, wanted].map((nodes) => substitute(nodes, new Map<Node, Node>(freed)));
      const values = Object.fromEntries(
        [x, ...Object.values(initial), ...freed.map(([, variable]) => variable)].map(({ label, shape }) => [
          label!,
          drawReals(shape, 3, label!),
        ]),
      );
      expectClose(evaluateList(forwards!, values), evaluateList(backwards!, values));
    }
  });

  test("its parameters have paths that begin with its name, and differ with the seed alone", () => {
    const cell = build(small);
    for (const parameter of Object.values(cell.parameters))
      expect(parameter.label).toMatch(new RegExp(`^${cell.name}/`));
    expect(new Set(Object.values(cell.parameters).map(({ label }) => label)).size).toBe(
      Object.keys(cell.parameters).length,
    );
  });

  test("sizes that are none are refused, and a sequence of other elements", () => {
    for (const size of [{ inputs: 0 }, { inputs: 1.5 }, { inputs: NaN }])
      expect(() => build({ ...small, ...size })).toThrow(expect.objectContaining({ code: "LAYER_SIZE" }));
    const cell = build(small);
    const shape = [3, 2, ...cell.inputShape.slice(0, -1), cell.inputs + 1];
    expect(() => cell.scan(input("x", shape))).toThrow(/x must be f32\[T, B, .*\], time-major/);
    expect(() => cell.scan(input("x", [3, 2, ...cell.inputShape]), { unknown: 0 })).toThrow(
      "must be named after delays",
    );
  });
});

test("a reservoir's connections are constants of the spectral radius asked for, and its step is that of the paper", () => {
  const cell = echoState({ inputs: 2, units: 30, radius: 0.7, leak: 0.25, inputScale: 0.5, seed: 4 });
  const { outputs } = cell.over(input("x", [1, 1, 2]), { h: input("h", [1, 30]) });
  const matrices = leavesOf([outputs.h], "constant").filter(({ shape }) => shape.length === 2);
  const [W, U] = [2, 30].map((rows) => matrices.find(({ shape }) => shape[0] === rows)!) as [FloatNode, FloatNode];
  const arrays = evaluateAll({ W, U });
  expect(spectralRadius(arrays.U).item()).toBeCloseTo(0.7, 6);
  expect(Math.max(...arrays.W.data.map(Math.abs))).toBeLessThanOrEqual(0.5);
  expect(arrays.U.data.filter((element) => element !== 0).length).toBeLessThan(30 * 30 * 0.5);
  expect(leavesOf([outputs.h], "param")).toEqual([]);
  const [x, h] = [[0.3, -0.8], Array.from({ length: 30 }, (_, i) => Math.sin(i))];
  const found = evaluateAll({ h: outputs.h }, { x, h }).h.data;
  h.forEach((last, j) => {
    const read = (vector: readonly number[], { data }: { data: ArrayLike<number> }): number =>
      vector.reduce((total, element, i) => total + element * data[i * 30 + j]!, 0);
    expect(found[j]).toBeCloseTo(0.75 * last + 0.25 * Math.tanh(read(x, arrays.W) + read(h, arrays.U)), 12);
  });
});

describe("settings that are refused", () => {
  const base = { inputs: 2, units: 4, seed: 1 };
  const refused: readonly (readonly [string, () => unknown, string])[] = [
    [
      "periods that do not grow",
      () => clockwork({ ...base, periods: [2, 2] }),
      "periods must be growing whole numbers",
    ],
    ["periods that do not divide units", () => clockwork({ ...base, periods: [1, 2, 3] }), "got [1, 2, 3] for 4 units"],
    ["no periods", () => clockwork({ ...base, periods: [] }), "got [] for 4 units"],
    ["an even kernel", () => convLstm({ ...base, size: [3, 3], kernel: 2 }), "kernel must be odd, got 2"],
    ["an image without rows", () => convLstm({ ...base, size: [0, 3] }), "rows must be a whole number ≥ 1, got 0"],
    ["no output taps", () => narx({ ...base, outputs: 1, outputTaps: 0 }), "outputTaps must be a whole number ≥ 1"],
    ["no projection", () => projectedLstm({ ...base, projection: 0 }), "projection must be a whole number ≥ 1"],
    ["a forget bias of NaN", () => peepholeLstm({ ...base, forgetBias: NaN }), "forgetBias must be a finite number"],
    ["one of a coupled LSTM", () => coupledLstm({ ...base, forgetBias: NaN }), "forgetBias must be a finite number"],
    ["a radius of 0", () => echoState({ ...base, radius: 0 }), "radius must be a finite number > 0, got 0"],
    ["a leak above 1", () => echoState({ ...base, leak: 1.1 }), "leak must be in (0, 1], got 1.1"],
    [
      "a ring outside the circle",
      () => linearRecurrence({ ...base, ring: [0.5, 1] }),
      "ring must be 0 ≤ min < max < 1",
    ],
    ["no phase", () => linearRecurrence({ ...base, maxPhase: 0 }), "maxPhase must be in (0, 2π], got 0"],
  ];
  test.each(refused)("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
