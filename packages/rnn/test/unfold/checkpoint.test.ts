/** Checkpointed recurrences: the same training for a memory that grows like √T. */
import {
  add,
  createRuntime,
  crossEntropy,
  dense,
  div,
  elman,
  evaluateAll,
  foldedGraph,
  gradient,
  input,
  lstm,
  matmul,
  printGraph,
  scan,
  sgd,
  sum,
  tanh,
  type Checkpoint,
  type FloatNode,
  type IntNode,
  type NdArray,
} from "@unfold/rnn";
import { drawValue, expectProblem, integers } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawReals, lengths, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";

const [B, F, H, V] = [4, 6, 16, 5];

interface Training {
  readonly x: FloatNode;
  readonly y: IntNode;
  readonly loss: FloatNode;
  readonly parameters: readonly FloatNode[];
}

/** An Elman network that names a class at every step, its loss computed inside the step: only numbers leave the loop. */
function training(steps: number, checkpoint?: Checkpoint): Training {
  const cell = elman({ inputs: F, units: H, seed: 1 });
  const { inputWeight: W, recurrentWeight: U, bias: b } = cell.parameters;
  const head = dense({ name: "head", inputs: H, units: V, seed: 2 });
  const folded = foldedGraph("elman with loss", ({ sequence, delay }) => {
    const h = delay("h", [B, H], { initial: 0 });
    const next = tanh(add(add(matmul(sequence("x", [B, F]), W!), matmul(h, U!)), b!));
    const loss = crossEntropy(head.apply(next), sequence("y", [B], "i32"), { reduction: "sum" });
    return { next: { h: next }, outputs: { loss } };
  });
  const x = input("x", [steps, B, F]);
  const y = input("y", [steps, B], "i32");
  const { loss } = scan(folded, steps, { x, y }, checkpoint === undefined ? {} : { checkpoint }).outputs;
  return {
    ...{ x, y, loss: div(sum(loss), steps * B) },
    parameters: [W!, U!, b!, head.parameters.weight, head.parameters.bias!],
  };
}

/** What a training is fed with. */
function valuesFor(steps: number): Readonly<Record<"x" | "y", NdArray>> {
  return { x: drawReals([steps, B, F], 1, "x"), y: drawValue(integers([steps, B], 0, V - 1), 1, "y") };
}

/** The loss and the gradients of all parameters. */
function slopesOf({ loss, parameters }: Training): Readonly<Record<string, FloatNode>> {
  return Object.fromEntries([loss, ...gradient(loss, parameters)].map((node, i) => [String(i), node]));
}

test("with the loss inside the step, values and gradients are those of the plain scan to the last bit", () => {
  for (const precision of ["f32", "f64"] as const) {
    const values = valuesFor(10);
    const expected = evaluateAll(slopesOf(training(10)), values, { precision });
    for (const checkpoint of ["sqrt", { every: 2 }, { every: 7 }] as const)
      expect(evaluateAll(slopesOf(training(10, checkpoint)), values, { precision })).toEqual(expected);
  }
});

test("delays of several steps cross segments of any length, forwards and backwards", () => {
  fc.assert(
    fc.property(lengths, seeds, fc.integer({ min: 1, max: 10 }), fc.boolean(), (steps, seed, every, reverse) => {
      const { folded, parameters } = twoDelays(2, seed);
      const x = input("x", [steps, 2, 2]);
      const z = input("z", [steps, 2, 1]);
      const wrt = [x, z, ...Object.values(parameters)];
      const [plain, segmented] = [undefined, { every }].map((checkpoint) => {
        const values = scan(folded, steps, { x, z }, { reverse, ...(checkpoint && { checkpoint }) });
        const results = [
          ...Object.values(values.outputs),
          ...Object.values(values.last),
          ...Object.values(values.final),
        ];
        const loss = results.map((node) => sum(tanh(node as FloatNode))).reduce((a, b) => add(a, b));
        return Object.fromEntries([...results, ...gradient(loss, wrt)].map((node, i) => [String(i), node]));
      });
      const fed = twoDelaysValues(steps, 2, seed);
      expect(evaluateAll(segmented!, fed)).toEqual(evaluateAll(plain!, fed));
    }),
    { numRuns: 40 },
  );
});

describe("compiled", () => {
  /** Bytes that a training step needs beside what is fed. */
  async function peakOf(steps: number, checkpoint?: Checkpoint): Promise<number> {
    const { x, y, loss, parameters } = training(steps, checkpoint);
    const runtime = await createRuntime();
    await runtime.compile({
      inputs: { x, y },
      outputs: { loss },
      updates: sgd({ learningRate: 0.1 }).minimize(loss, { parameters }),
    });
    const { backend, programs } = runtime.report();
    expect(backend).toContain("wasm");
    return programs.at(-1)!.peakBytes! - 4 * steps * B * (F + 1);
  }

  test("memory grows like √T, that of the plain scan like T", async () => {
    const [short, long] = [await peakOf(64, "sqrt"), await peakOf(1024, "sqrt")];
    expect(long / short).toBeLessThan(4.5);
    expect((await peakOf(1024)) / (await peakOf(64))).toBeGreaterThan(10);
    expect(long).toBeLessThan(0.25 * (await peakOf(1024)));
  });

  test("the loss and the gradients are those of the plain scan but for the order of sums", async () => {
    const [steps, precision] = [50, "f32"] as const;
    const { x, y } = valuesFor(steps);
    const expected = evaluateAll(slopesOf(training(steps)), { x, y }, { precision });
    for (const checkpoint of ["sqrt", { every: 7 }, { every: 49 }] as const) {
      const segmented = training(steps, checkpoint);
      const runtime = await createRuntime();
      const inputs = { x: segmented.x, y: segmented.y };
      const program = await runtime.compile({ inputs, outputs: slopesOf(segmented) });
      const found = program.run({ x: x.data, y: y.data });
      for (const [name, { data }] of Object.entries(expected)) {
        // T · B terms of 24 bits, whose errors partly cancel out.
        const tolerance = steps * B * 2 ** -26 * Math.max(...Array.from(data, Math.abs));
        data.forEach((value, i) => {
          expect(Math.abs(found[name]!.data[i]! - value), `${name}[${i}]`).toBeLessThanOrEqual(tolerance);
        });
      }
    }
  });
});

test("a cell takes checkpoints too, and a segment must have steps", () => {
  const cell = lstm({ inputs: 2, units: 3, seed: 1 });
  const x = input("x", [4, 1, 2]);
  expectProblem(() => cell.scan(x, {}, { checkpoint: { every: 0 } }), {
    name: "GraphError",
    code: "CHECKPOINT_EVERY",
    message: `scan({ steps, sequences, delays, step, checkpoint }): checkpoint must be "sqrt" or { every: k } with a whole number k ≥ 1, got every: 0. With "sqrt" it would be 2 of T = 4 steps.`,
  });
  const { outputs } = cell.scan(x, {}, { checkpoint: "sqrt" });
  const [slope] = gradient(sum(outputs.h), [cell.parameters["recurrentWeight"]!]);
  expect(printGraph(slope)).toMatchInlineSnapshot(`
    "%0 = input() : f32[4, 1, 2] "x"
    %1 = reshape(%0) {shape: [2, 2, 1, 2]} : f32[2, 2, 1, 2]
    %2 = constant() {value: 0} : f32[]
    %3 = broadcastTo(%2) {shape: [1, 1, 3]} : f32[1, 1, 3]
    %4 = reshape(%3) {shape: [1, 1, 1, 3]} : f32[1, 1, 1, 3]
    %5 = constant() {value: 0} : f32[]
    %6 = broadcastTo(%5) {shape: [1, 1, 3]} : f32[1, 1, 3]
    %7 = reshape(%6) {shape: [1, 1, 1, 3]} : f32[1, 1, 1, 3]
    %8 = param() : f32[2, 12] "lstm/inputWeight"
    %9 = param() : f32[12] "lstm/bias"
    %10 = broadcastTo(%9) {shape: [1, 12]} : f32[1, 12]
    %11 = param() : f32[3, 12] "lstm/recurrentWeight"
    %12 = scan(%1, %4, %7, %8, %10, %11) {steps: 2, recompute: true}
      %0 = sequence : f32[2, 1, 2] "x"
      %1 = z^-1(%7) : f32[1, 1, 3] "h"
      %2 = z^-1(%8) : f32[1, 1, 3] "c"
      %3 = invariant : f32[2, 12] "lstm/inputWeight"
      %4 = invariant : f32[1, 12] "broadcastTo"
      %5 = invariant : f32[3, 12] "lstm/recurrentWeight"
      %6 = scan(%0, %1, %2, %3, %4, %5) {steps: 2}
        %0 = sequence : f32[1, 2] "x"
        %1 = z^-1(%22) : f32[1, 3] "h"
        %2 = z^-1(%20) : f32[1, 3] "c"
        %3 = invariant : f32[2, 12] "lstm/inputWeight"
        %4 = invariant : f32[1, 12] "broadcastTo"
        %5 = invariant : f32[3, 12] "lstm/recurrentWeight"
        %6 = matmul(%0, %3) : f32[1, 12]
        %7 = add(%6, %4) : f32[1, 12]
        %8 = matmul(%1, %5) : f32[1, 12]
        %9 = add(%7, %8) : f32[1, 12]
        %10 = slice(%9) {start: [0, 9], size: [1, 3], step: [1, 1]} : f32[1, 3]
        %11 = sigmoid(%10) : f32[1, 3] "output"
        %12 = slice(%9) {start: [0, 3], size: [1, 3], step: [1, 1]} : f32[1, 3]
        %13 = sigmoid(%12) : f32[1, 3] "forget"
        %14 = mul(%13, %2) : f32[1, 3]
        %15 = slice(%9) {start: [0, 0], size: [1, 3], step: [1, 1]} : f32[1, 3]
        %16 = sigmoid(%15) : f32[1, 3] "input"
        %17 = slice(%9) {start: [0, 6], size: [1, 3], step: [1, 1]} : f32[1, 3]
        %18 = tanh(%17) : f32[1, 3] "candidate"
        %19 = mul(%16, %18) : f32[1, 3]
        %20 = add(%14, %19) : f32[1, 3] "c"
        %21 = tanh(%20) : f32[1, 3]
        %22 = mul(%11, %21) : f32[1, 3] "h"
        yields stack %22, stack %20, final %1, final %2
      %7 = scanResult(%6) {index: 2} : f32[1, 1, 3]
      %8 = scanResult(%6) {index: 3} : f32[1, 1, 3]
      yields stack %1, stack %2
    %13 = scanResult(%12) {index: 0} : f32[2, 1, 1, 3]
    %14 = scanResult(%12) {index: 1} : f32[2, 1, 1, 3]
    %15 = constant() {value: 1} : f32[]
    %16 = reshape(%15) {shape: [1, 1, 1]} : f32[1, 1, 1]
    %17 = broadcastTo(%16) {shape: [4, 1, 3]} : f32[4, 1, 3]
    %18 = reshape(%17) {shape: [2, 2, 1, 3]} : f32[2, 2, 1, 3]
    %19 = constant() {value: 0} : f32[]
    %20 = broadcastTo(%19) {shape: [1, 1, 1, 3]} : f32[1, 1, 1, 3]
    %21 = constant() {value: 0} : f32[]
    %22 = broadcastTo(%21) {shape: [1, 1, 1, 3]} : f32[1, 1, 1, 3]
    %23 = constant() {value: 0} : f32[]
    %24 = broadcastTo(%23) {shape: [1, 3, 12]} : f32[1, 3, 12]
    %25 = scan(%1, %13, %14, %18, %20, %22, %24, %8, %10, %11) {steps: 2, reverse: true, recompute: true}
      %0 = sequence : f32[2, 1, 2] "x"
      %1 = sequence : f32[1, 1, 3] "h"
      %2 = sequence : f32[1, 1, 3] "c"
      %3 = sequence : f32[2, 1, 3] "cotangent scanResult"
      %4 = z^-1(%23) : f32[1, 1, 3] "cotangent h"
      %5 = z^-1(%25) : f32[1, 1, 3] "cotangent c"
      %6 = z^-1(%27) : f32[3, 12] "total lstm/recurrentWeight"
      %7 = invariant : f32[2, 12] "lstm/inputWeight"
      %8 = invariant : f32[1, 12] "broadcastTo"
      %9 = invariant : f32[3, 12] "lstm/recurrentWeight"
      %10 = scan(%0, %1, %2, %7, %8, %9) {steps: 2}
        %0 = sequence : f32[1, 2] "x"
        %1 = z^-1(%22) : f32[1, 3] "h"
        %2 = z^-1(%20) : f32[1, 3] "c"
        %3 = invariant : f32[2, 12] "lstm/inputWeight"
        %4 = invariant : f32[1, 12] "broadcastTo"
        %5 = invariant : f32[3, 12] "lstm/recurrentWeight"
        %6 = matmul(%0, %3) : f32[1, 12]
        %7 = add(%6, %4) : f32[1, 12]
        %8 = matmul(%1, %5) : f32[1, 12]
        %9 = add(%7, %8) : f32[1, 12]
        %10 = slice(%9) {start: [0, 9], size: [1, 3], step: [1, 1]} : f32[1, 3]
        %11 = sigmoid(%10) : f32[1, 3] "output"
        %12 = slice(%9) {start: [0, 3], size: [1, 3], step: [1, 1]} : f32[1, 3]
        %13 = sigmoid(%12) : f32[1, 3] "forget"
        %14 = slice(%9) {start: [0, 0], size: [1, 3], step: [1, 1]} : f32[1, 3]
        %15 = sigmoid(%14) : f32[1, 3] "input"
        %16 = slice(%9) {start: [0, 6], size: [1, 3], step: [1, 1]} : f32[1, 3]
        %17 = tanh(%16) : f32[1, 3] "candidate"
        %18 = mul(%13, %2) : f32[1, 3]
        %19 = mul(%15, %17) : f32[1, 3]
        %20 = add(%18, %19) : f32[1, 3] "c"
        %21 = tanh(%20) : f32[1, 3]
        %22 = mul(%11, %21) : f32[1, 3] "h"
        yields stack %1, stack %2, stack %11, stack %13, stack %15, stack %17, stack %21
      %11 = scanResult(%10) {index: 0} : f32[2, 1, 3]
      %12 = scanResult(%10) {index: 1} : f32[2, 1, 3]
      %13 = scanResult(%10) {index: 2} : f32[2, 1, 3]
      %14 = scanResult(%10) {index: 3} : f32[2, 1, 3]
      %15 = scanResult(%10) {index: 4} : f32[2, 1, 3]
      %16 = scanResult(%10) {index: 5} : f32[2, 1, 3]
      %17 = scanResult(%10) {index: 6} : f32[2, 1, 3]
      %18 = reverse(%4) {axes: [0]} : f32[1, 1, 3]
      %19 = reverse(%5) {axes: [0]} : f32[1, 1, 3]
      %20 = reshape(%6) {shape: [1, 3, 12]} : f32[1, 3, 12]
      %21 = scan(%11, %12, %13, %14, %15, %16, %17, %3, %18, %19, %20, %9) {steps: 2, reverse: true}
        %0 = sequence : f32[1, 3] "h"
        %1 = sequence : f32[1, 3] "c"
        %2 = sequence : f32[1, 3] "output"
        %3 = sequence : f32[1, 3] "forget"
        %4 = sequence : f32[1, 3] "input"
        %5 = sequence : f32[1, 3] "candidate"
        %6 = sequence : f32[1, 3] "tanh"
        %7 = sequence : f32[1, 3] "cotangent h"
        %8 = z^-1(%45) : f32[1, 3] "cotangent h"
        %9 = z^-1(%46) : f32[1, 3] "cotangent c"
        %10 = z^-1(%48) : f32[3, 12] "total lstm/recurrentWeight"
        %11 = invariant : f32[3, 12] "lstm/recurrentWeight"
        %12 = add(%7, %8) : f32[1, 3]
        %13 = mul(%12, %2) : f32[1, 3]
        %14 = constant() {value: 1} : f32[]
        %15 = broadcastTo(%14) {shape: [1, 3]} : f32[1, 3]
        %16 = square(%6) : f32[1, 3]
        %17 = sub(%15, %16) : f32[1, 3]
        %18 = mul(%13, %17) : f32[1, 3]
        %19 = add(%9, %18) : f32[1, 3]
        %20 = mul(%19, %5) : f32[1, 3]
        %21 = constant() {value: 1} : f32[]
        %22 = broadcastTo(%21) {shape: [1, 3]} : f32[1, 3]
        %23 = sub(%22, %4) : f32[1, 3]
        %24 = mul(%4, %23) : f32[1, 3]
        %25 = mul(%20, %24) : f32[1, 3]
        %26 = mul(%19, %1) : f32[1, 3]
        %27 = constant() {value: 1} : f32[]
        %28 = broadcastTo(%27) {shape: [1, 3]} : f32[1, 3]
        %29 = sub(%28, %3) : f32[1, 3]
        %30 = mul(%3, %29) : f32[1, 3]
        %31 = mul(%26, %30) : f32[1, 3]
        %32 = mul(%19, %4) : f32[1, 3]
        %33 = constant() {value: 1} : f32[]
        %34 = broadcastTo(%33) {shape: [1, 3]} : f32[1, 3]
        %35 = square(%5) : f32[1, 3]
        %36 = sub(%34, %35) : f32[1, 3]
        %37 = mul(%32, %36) : f32[1, 3]
        %38 = mul(%12, %6) : f32[1, 3]
        %39 = constant() {value: 1} : f32[]
        %40 = broadcastTo(%39) {shape: [1, 3]} : f32[1, 3]
        %41 = sub(%40, %2) : f32[1, 3]
        %42 = mul(%2, %41) : f32[1, 3]
        %43 = mul(%38, %42) : f32[1, 3]
        %44 = concat(%25, %31, %37, %43) {axis: 1} : f32[1, 12]
        %45 = matmul(%44, %11) {transposeB: true} : f32[1, 3]
        %46 = mul(%19, %3) : f32[1, 3]
        %47 = matmul(%0, %44) {transposeA: true} : f32[3, 12]
        %48 = add(%10, %47) : f32[3, 12]
        yields final %8, final %9, final %10
      %22 = scanResult(%21) {index: 0} : f32[1, 1, 3]
      %23 = reverse(%22) {axes: [0]} : f32[1, 1, 3]
      %24 = scanResult(%21) {index: 1} : f32[1, 1, 3]
      %25 = reverse(%24) {axes: [0]} : f32[1, 1, 3]
      %26 = scanResult(%21) {index: 2} : f32[1, 3, 12]
      %27 = reshape(%26) {shape: [3, 12]} : f32[3, 12]
      yields final %6
    %26 = scanResult(%25) {index: 0} : f32[1, 3, 12]
    %27 = reshape(%26) {shape: [3, 12]} : f32[3, 12]
    return %27"
  `);
});
