/**
 * Matt Mazur, "A Step by Step Backpropagation Example", 2015: two inputs, two hidden and two output units, one step of
 * gradient descent. Every number compared is one he prints.
 *
 * THE TRAP. The biases are constants: he never updates them. And his numbers come from two versions of his program:
 * - The eight new weights use the original w5 … w8 when the error flows back to the hidden layer, as his text says and as
 *   a gradient does. So does the error "after 10,000 times", 0.0000351085, if it is read before the 10,000th update.
 * - The error after one update, 0.291027924, and the two outputs at the end come from a program that had already written
 *   the new w5 … w8 when it computed the hidden layer's share. The gradient gives 0.291027774 instead.
 * Both are reproduced here, each by its own rule.
 */
import {
  add,
  constant,
  createRuntime,
  evaluateAll,
  gradient,
  label,
  matmul,
  mul,
  param,
  sigmoid,
  square,
  stopGradient,
  sub,
  sum,
  vjp,
  type FloatNode,
  type Update,
} from "@unfold/core";
import { sgd } from "@unfold/nn";
import { describe, expect, test } from "vitest";
import { expectPrinted } from "./printed.js";

const LEARNING_RATE = 0.5;

// A column of weights per unit: w1, w2 → h1; w3, w4 → h2; w5, w6 → o1; w7, w8 → o2.
const W = param("hidden/weight", [
  [0.15, 0.25],
  [0.2, 0.3],
]);
const V = param("output/weight", [
  [0.4, 0.5],
  [0.45, 0.55],
]);
const netHidden = add(matmul(constant([[0.05, 0.1]]), W), 0.35);
const hidden = label("out_h", sigmoid(netHidden));
const netOutput = label("net_o", add(matmul(hidden, V), 0.6));
const output = label("out_o", sigmoid(netOutput));
const errors = mul(0.5, square(sub(constant([[0.01, 0.99]]), output)));
const error = sum(errors);

/** The updates of the text: all weights from one gradient. */
const together = sgd({ learningRate: LEARNING_RATE }).minimize(error);

/** The updates of the earlier program: the error reaches the hidden layer through the new w5 … w8. */
function outputLayerFirst(): Update[] {
  const optimizer = sgd({ learningRate: LEARNING_RATE });
  const [deltaOutput, outputGradient] = gradient(error, [netOutput, V]);
  const outputUpdates = optimizer.apply([V], [outputGradient]);
  // The new weights are numbers by then: no derivative flows into how they were made.
  const newV = stopGradient(outputUpdates[0]![1] as FloatNode);
  const [hiddenGradient] = vjp(matmul(hidden, newV), deltaOutput, [W]);
  return [...outputUpdates, ...optimizer.apply([W], [hiddenGradient])];
}

async function runsOf(updates: readonly Update[]): Promise<{
  step: (times: number) => void;
  error: () => number;
  output: () => ArrayLike<number>;
  weights: () => number[];
}> {
  const runtime = await createRuntime({ precision: "f64" });
  const update = await runtime.compile({ updates });
  const look = await runtime.compile({ outputs: { error, output } });
  return {
    step: (times) => {
      for (let i = 0; i < times; i++) update.run({});
    },
    error: () => look.run({}).error.item(),
    output: () => look.run({}).output.data,
    weights: () => [...byUnit(runtime.read(W).data), ...byUnit(runtime.read(V).data)],
  };
}

/** A 2 × 2 matrix column by column: the weights in the order of their numbers. */
function byUnit(data: ArrayLike<number>): number[] {
  return [0, 2, 1, 3].map((i) => data[i]!);
}

describe("the forward pass", () => {
  const values = evaluateAll({ netHidden, hidden, netOutput, output, errors, error });

  test("net inputs and outputs of the hidden units", () => {
    expectPrinted(values.netHidden.data, ["0.3775", "0.3925"]);
    expectPrinted(values.hidden.data, ["0.593269992", "0.596884378"]);
  });

  test("net inputs and outputs of the output units", () => {
    expectPrinted(values.netOutput.data, ["1.105905967", "1.224921404"]);
    expectPrinted(values.output.data, ["0.75136507", "0.772928465"]);
  });

  test("the error of each output and the total", () => {
    expectPrinted(values.errors.data, ["0.274811083", "0.023560026"]);
    expectPrinted([values.error.item()], ["0.298371109"]);
  });
});

describe("the backward pass", () => {
  const [dNetOutput, dHidden, dW, dV] = gradient(error, [netOutput, hidden, W, V]);
  const values = evaluateAll({ dNetOutput, dHidden, dW, dV });

  test("the node delta of o1", () => {
    expectPrinted([values.dNetOutput.data[0]!], ["0.138498562"]);
  });

  test("the error with respect to the output of h1", () => {
    expectPrinted([values.dHidden.data[0]!], ["0.036350306"]);
  });

  test("the gradients of w5 and w1", () => {
    expectPrinted([values.dV.data[0]!, values.dW.data[0]!], ["0.082167041", "0.000438568"]);
  });
});

describe("one update with learning rate 0.5", () => {
  test("every new weight", async () => {
    const run = await runsOf(together);
    run.step(1);
    expectPrinted(run.weights(), [
      "0.149780716",
      "0.19956143",
      "0.24975114",
      "0.29950229",
      "0.35891648",
      "0.408666186",
      "0.511301270",
      "0.561370121",
    ]);
  });

  test("the error of the printed weights is not the error printed beside them", async () => {
    const run = await runsOf(together);
    run.step(1);
    // No published number: recomputed by a program without automatic differentiation.
    expectPrinted([run.error()], ["0.291027774"]);
  });

  test("the error he prints, of weights that were written output layer first", async () => {
    const run = await runsOf(outputLayerFirst());
    run.step(1);
    expectPrinted([run.error()], ["0.291027924"]);
  });
});

describe("10,000 updates", () => {
  test("the error of the gradient's own updates before the last one", async () => {
    const run = await runsOf(together);
    run.step(9_999);
    expectPrinted([run.error()], ["0.0000351085"]);
    const before = run.error();
    run.step(1);
    expect(run.error()).toBeLessThan(before);
  });

  test("the outputs of the program that wrote the output layer first", async () => {
    const run = await runsOf(outputLayerFirst());
    run.step(10_000);
    expectPrinted(run.output(), ["0.015912196", "0.984065734"]);
  });
});
