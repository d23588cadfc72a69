/**
 * A Not So Random Walk, "Backpropagation Example With Numbers Step by Step", 2019: three inputs, two hidden and two output
 * units, and ONE bias per layer that all its units share. Its gradient is the sum over the units: the smallest example of
 * a shared weight, which is all that backpropagation through time needs.
 *
 * The page prints four decimals. The numbers with eight were recomputed from its starting values by a program without
 * automatic differentiation, so that the digits the page leaves out are compared as well.
 */
import {
  add,
  constant,
  createRuntime,
  evaluateAll,
  gradient,
  matmul,
  mul,
  param,
  sigmoid,
  square,
  sub,
  sum,
  type FloatNode,
} from "@unfold/core";
import { sgd } from "@unfold/nn";
import { describe, expect, test } from "vitest";
import { expectPrinted } from "./printed.js";

// w1, w3, w5 → h1; w2, w4, w6 → h2; w7, w9 → o1; w8, w10 → o2.
const W1 = param("hidden/weight", [
  [0.1, 0.2],
  [0.3, 0.4],
  [0.5, 0.6],
]);
const W2 = param("output/weight", [
  [0.7, 0.8],
  [0.9, 0.1],
]);
const b1 = param("hidden/bias", 0.5);
const b2 = param("output/bias", 0.5);
const parameters: readonly FloatNode[] = [W1, W2, b1, b2];

const netHidden = add(matmul(constant([[1, 4, 5]]), W1), b1);
const hidden = sigmoid(netHidden);
const netOutput = add(matmul(hidden, W2), b2);
const output = sigmoid(netOutput);
const error = mul(0.5, sum(square(sub(output, constant([[0.1, 0.05]])))));

describe("the forward pass", () => {
  const values = evaluateAll({ netHidden, hidden, netOutput, output, error });

  test("as printed", () => {
    expectPrinted(values.netHidden.data, ["4.3", "5.3"]);
    expectPrinted(values.hidden.data, ["0.9866", "0.9950"]);
    expectPrinted(values.output.data, ["0.8896", "0.8004"]);
  });

  test("recomputed", () => {
    expectPrinted(values.hidden.data, ["0.98661308", "0.99503320"]);
    expectPrinted(values.netOutput.data, ["2.08615904", "1.38879379"]);
    expectPrinted(values.output.data, ["0.88955061", "0.80039961"]);
    expectPrinted([values.error.item()], ["0.59324487"]);
  });
});

describe("the backward pass", () => {
  const [dNetHidden, dNetOutput, dW1, dW2, db1, db2] = gradient(error, [netHidden, netOutput, W1, W2, b1, b2]);
  const values = evaluateAll({ dNetHidden, dNetOutput, dW1, dW2, db1, db2 });

  test("the gradients as printed", () => {
    expectPrinted(values.dNetOutput.data, ["0.0776", "0.1199"]);
    expectPrinted(values.dW1.data, ["0.0020", "0.0004", "0.0079", "0.0016", "0.0099", "0.0020"]);
    expectPrinted(values.dW2.data, ["0.0765", "0.1183", "0.0772", "0.1193"]);
  });

  test("the gradients recomputed", () => {
    expectPrinted(values.dNetOutput.data, ["0.0775736", "0.1198839"]);
    expectPrinted(values.dNetHidden.data, ["0.00198391", "0.00040429"]);
    expectPrinted(values.dW1.data, [
      "0.00198391",
      "0.00040429",
      "0.00793565",
      "0.00161716",
      "0.00991956",
      "0.00202145",
    ]);
    expectPrinted(values.dW2.data, ["0.07653513", "0.11827902", "0.07718831", "0.11928846"]);
  });

  test("a bias gathers what all its units send back", () => {
    expectPrinted([values.db1.item(), values.db2.item()], ["0.0023882012", "0.1974574978"]);
  });
});

test("one update with learning rate 0.01", async () => {
  const runtime = await createRuntime({ precision: "f64" });
  const step = await runtime.compile({ outputs: { error }, updates: sgd({ learningRate: 0.01 }).minimize(error) });
  const before = step.run({}).error.item();
  const [newW1, newW2, newB1, newB2] = parameters.map((parameter) => runtime.read(parameter));
  expectPrinted(newW1!.data, ["0.09998016", "0.19999596", "0.29992064", "0.39998383", "0.49990080", "0.59997979"]);
  expectPrinted(newW2!.data, ["0.69923465", "0.79881721", "0.89922812", "0.09880712"]);
  expectPrinted([newB1!.item(), newB2!.item()], ["0.4999761180", "0.4980254250"]);
  const after = step.run({}).error.item();
  expectPrinted([after], ["0.5924520978"]);
  expect(after).toBeLessThan(before);
});
