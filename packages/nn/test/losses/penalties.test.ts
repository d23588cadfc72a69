/** Penalties: their derivatives are λ sign(w) and λ w. */
import { add, constant, evaluate, gradient, initialValue, param } from "@unfold/core";
import { dense, l1Penalty, l2Penalty, trainable } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import { expect, test } from "vitest";

const layer = dense({ inputs: 3, units: 2, seed: 1 });
const parameters = trainable(layer.parameters);
const weights = [...initialValue(layer.parameters.weight).data];

test("L1: λ Σ |w| and λ sign(w), 0 for a bias of 0", () => {
  const penalty = l1Penalty(parameters, 0.5);
  const total = weights.reduce((sum, w) => sum + Math.abs(w), 0);
  expect(Math.abs(evaluate(penalty).item() - 0.5 * total)).toBeLessThan(1e-15);
  const [forWeight, forBias] = gradient(penalty, parameters);
  expect([...evaluate(forWeight!).data]).toEqual(weights.map((w) => 0.5 * Math.sign(w)));
  expect([...evaluate(forBias!).data]).toEqual([0, 0]);
});

test("L2: ½ λ Σ w² and λ w", () => {
  const penalty = l2Penalty(parameters, 0.5);
  const total = weights.reduce((sum, w) => sum + w ** 2, 0);
  expect(Math.abs(evaluate(penalty).item() - 0.25 * total)).toBeLessThan(1e-15);
  expect([...evaluate(gradient(penalty, parameters)[0]!).data]).toEqual(weights.map((w) => 0.5 * w));
});

test("the strength can be a node, and both add up", () => {
  const w = param("w", [2]);
  const both = add(l1Penalty([w], constant(3)), l2Penalty([w], constant(0.25)));
  expect(evaluate(both).item()).toBe(6.5);
});

test.each([-1, NaN])("a strength of %d is refused", (strength) => {
  expectProblem(() => l2Penalty(parameters, strength), {
    name: "ValueError",
    code: "SETTING_RANGE",
    message: `l2Penalty(parameters, strength): strength must be a finite number ≥ 0, got ${strength}.`,
  });
});

test("no parameters are refused", () => {
  expectProblem(() => l1Penalty([], 1), {
    name: "GraphError",
    code: "NO_PARAMETERS",
    message: "l1Penalty(parameters, strength): there must be at least one parameter, got none.",
  });
});
