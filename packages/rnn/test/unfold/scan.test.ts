/** A folded graph as a scan is the unfolded graph: values, final states, gradients, and what is refused. */
import {
  constant,
  createRuntime,
  elman,
  evaluateAll,
  expandScans,
  gradient,
  gru,
  input,
  jordan,
  lstm,
  mul,
  ndArray,
  printGraph,
  reverse,
  scan,
  square,
  state,
  sum,
  topologicalOrder,
  unfold,
  type FloatNode,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, drawReals, lengths, linear, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";
import { everything, expectSameGradients, expectSameValues } from "../same-recurrences.js";

test("values and final states are those of the unfolded graph to the last bit, gradients but for the order of sums", () => {
  fc.assert(
    fc.property(lengths, batches, seeds, (steps, batch, seed) => {
      const { folded, parameters, a0 } = twoDelays(batch, seed);
      const [x, z] = [input("x", [steps, batch, 2]), input("z", [steps, batch, 1])];
      const [folding, unfolding] = [scan(folded, steps, { x, z }), unfold(folded, steps, { x, z })];
      const values = twoDelaysValues(steps, batch, seed);
      expectSameValues(everything(folding), everything(unfolding), values);
      expectSameGradients(folding, unfolding, [...Object.values(parameters), a0, x, z], values);
    }),
  );
});

test("backwards is forwards over reversed sequences, results reversed", () => {
  fc.assert(
    fc.property(lengths, batches, seeds, (steps, batch, seed) => {
      const { folded } = twoDelays(batch, seed);
      const [x, z] = [input("x", [steps, batch, 2]), input("z", [steps, batch, 1])];
      const backwards = scan(folded, steps, { x, z }, { reverse: true });
      const forwards = unfold(folded, steps, { x: reverse(x, 0), z: reverse(z, 0) });
      const outputs = Object.fromEntries(
        Object.entries(forwards.outputs).map(([name, node]) => [name, reverse(node, 0)]),
      );
      expectSameValues(
        everything(backwards),
        everything({ ...forwards, outputs }),
        twoDelaysValues(steps, batch, seed),
      );
    }),
  );
});

test("reversing time twice changes nothing: sequences turned round and read from the end, results turned back", () => {
  fc.assert(
    fc.property(lengths, batches, seeds, (steps, batch, seed) => {
      const { folded, parameters, a0 } = twoDelays(batch, seed);
      const [x, z] = [input("x", [steps, batch, 2]), input("z", [steps, batch, 1])];
      const forwards = scan(folded, steps, { x, z });
      const turned = scan(folded, steps, { x: reverse(x, 0), z: reverse(z, 0) }, { reverse: true });
      const outputs = { a: reverse(turned.outputs.a, 0), b: reverse(turned.outputs.b, 0) };
      const twice = { ...turned, outputs };
      const values = twoDelaysValues(steps, batch, seed);
      expectSameValues(everything(twice), everything(forwards), values);
      expectSameValues({ x: reverse(reverse(x, 0), 0) }, { x }, values);
      expectSameGradients(twice, forwards, [...Object.values(parameters), a0, x, z], values);
    }),
    { numRuns: 30 },
  );
});

const cells = {
  elman,
  lstm,
  gru,
  jordan: (options: Parameters<typeof elman>[0]) => jordan({ ...options, outputs: 2 }),
};

test.each(Object.entries(cells))("%s over a sequence as a scan is the cell unfolded", (_, make) => {
  fc.assert(
    fc.property(lengths, batches, seeds, (steps, batch, seed) => {
      const cell = make({ inputs: 3, units: 2, seed });
      const x = input("x", [steps, batch, 3]);
      const values = { x: drawReals([steps, batch, 3], seed, "x") };
      const [folding, unfolding] = [cell.scan(x), cell.over(x)];
      expectSameValues(everything(folding), everything(unfolding), values);
      expectSameGradients(folding, unfolding, [...Object.values(cell.parameters), x], values);
    }),
    { numRuns: 20 },
  );
});

test("an LSTM's derivative keeps gates, tanh(c) and what delays read, and no pre-activations", () => {
  const cell = lstm({ inputs: 3, units: 2, seed: 1 });
  const [slope] = gradient(sum(cell.scan(input("x", [5, 4, 3])).outputs.h), [cell.parameters["recurrentWeight"]!]);
  const forward = printGraph(slope).split("\n").slice(0, 50);
  expect(forward.filter((line) => line.startsWith("  "))).toMatchInlineSnapshot(`
    [
      "  %0 = sequence : f32[4, 3] "x"",
      "  %1 = z^-1(%22) : f32[4, 2] "h"",
      "  %2 = z^-1(%20) : f32[4, 2] "c"",
      "  %3 = invariant : f32[3, 8] "lstm/inputWeight"",
      "  %4 = invariant : f32[4, 8] "broadcastTo"",
      "  %5 = invariant : f32[2, 8] "lstm/recurrentWeight"",
      "  %6 = matmul(%0, %3) : f32[4, 8]",
      "  %7 = add(%6, %4) : f32[4, 8]",
      "  %8 = matmul(%1, %5) : f32[4, 8]",
      "  %9 = add(%7, %8) : f32[4, 8]",
      "  %10 = slice(%9) {start: [0, 6], size: [4, 2], step: [1, 1]} : f32[4, 2]",
      "  %11 = sigmoid(%10) : f32[4, 2] "output"",
      "  %12 = slice(%9) {start: [0, 2], size: [4, 2], step: [1, 1]} : f32[4, 2]",
      "  %13 = sigmoid(%12) : f32[4, 2] "forget"",
      "  %14 = slice(%9) {start: [0, 0], size: [4, 2], step: [1, 1]} : f32[4, 2]",
      "  %15 = sigmoid(%14) : f32[4, 2] "input"",
      "  %16 = slice(%9) {start: [0, 4], size: [4, 2], step: [1, 1]} : f32[4, 2]",
      "  %17 = tanh(%16) : f32[4, 2] "candidate"",
      "  %18 = mul(%13, %2) : f32[4, 2]",
      "  %19 = mul(%15, %17) : f32[4, 2]",
      "  %20 = add(%18, %19) : f32[4, 2] "c"",
      "  %21 = tanh(%20) : f32[4, 2]",
      "  %22 = mul(%11, %21) : f32[4, 2] "h"",
      "  yields stack %1, stack %2, stack %11, stack %13, stack %15, stack %17, stack %21",
    ]
  `);
});

describe("compiled", () => {
  test("a loss and its gradient are one scan forwards and one backwards, whatever T", async () => {
    const counts = await Promise.all(
      [3, 300].map(async (steps) => {
        const cell = lstm({ inputs: 3, units: 2, seed: 1 });
        const x = input("x", [steps, 1, 3]);
        const loss = sum(square(cell.scan(x).outputs.h));
        const runtime = await createRuntime({ precision: "f64" });
        const updates = Object.values(cell.parameters).map(
          (parameter, i, all) => [parameter, gradient(loss, all)[i]!] as const,
        );
        await runtime.compile({ inputs: { x }, outputs: { loss }, updates });
        return runtime.report().programs[0]!.after;
      }),
    );
    expect(counts[0]).toBe(counts[1]);
  });

  test("a state carries the final values from run to run", async () => {
    const carried = state("carried", [3, -1]);
    const { outputs, final, sequences } = scan(linear(-0.5, { steps: 2, initial: carried }), 3);
    const runtime = await createRuntime({ precision: "f64" });
    const step = await runtime.compile({
      inputs: { x: sequences["x"]! },
      outputs,
      updates: [[carried, final["h"]!]],
    });
    const windows = [
      [1, 2, 3],
      [4, 5, 6],
    ].flatMap((x) => [...step.run({ x }).h.data]);
    const whole = unfold(linear(-0.5, { steps: 2, initial: constant([3, -1]) }), 6);
    expect(windows).toEqual([...evaluateAll(whole.outputs, { x: [1, 2, 3, 4, 5, 6] }).h.data]);
  });
});

test("its gradient is the gradient of what it expands to, and both are ordinary nodes", () => {
  const { outputs, sequences } = scan(linear(-0.5, { steps: 2, initial: 1 }), 4);
  const loss = sum(mul(outputs.h, outputs.h));
  const [slope] = gradient(loss, [sequences["x"] as FloatNode]);
  const [expandedLoss, expandedSlope] = expandScans([loss, slope]);
  const [slopeOfExpanded] = gradient(expandedLoss, [sequences["x"] as FloatNode]);
  const values = { x: ndArray([1, -2, 3, 0.5]) };
  expect(topologicalOrder([expandedSlope]).some(({ op }) => op.kind === "scan")).toBe(false);
  expect(evaluateAll({ slope }, values)).toEqual(evaluateAll({ slope: expandedSlope }, values));
  expect(evaluateAll({ slope }, values)).toEqual(evaluateAll({ slope: slopeOfExpanded }, values));
});

describe("errors", () => {
  test.each([0, -1, 2.5, NaN])("T = %s", (steps) => {
    expectProblem(() => scan(linear(1, { initial: 0 }), steps), {
      name: "GraphError",
      code: "STEPS_RANGE",
      message: `scan("linear", T): T must be a whole number ≥ 1, got ${steps}.`,
    });
  });

  test("a sequence shorter than T", () => {
    expectProblem(() => scan(linear(1, { initial: 0 }), 3, { x: constant([1, 2]) }), {
      name: "ShapeError",
      code: "SEQUENCE_LENGTH",
      message:
        'scan("linear", T): sequence "x" must be f32[3], time-major, got f32[2]: 2 steps for T = 3. Unfold 2 steps.',
    });
  });

  test("a cell over something that is no sequence of its inputs", () => {
    expectProblem(() => elman({ inputs: 3, units: 2, seed: 1 }).scan(input("x", [5, 3])), {
      name: "ShapeError",
      code: "CELL_INPUT",
      message: '"elman".scan(x): x must be f32[T, B, 3], time-major, got f32[5, 3] ("x").',
    });
  });
});
