/** Every operation against its case file. */
import { allOps, evaluate, Node, UnfoldError } from "@unfold/core";
import {
  checkAdjoint,
  checkDerivatives,
  checkJson,
  checkKnownValue,
  checkPrecisions,
  checkType,
  type ErrorCase,
} from "@unfold/testkit";
import { describe, expect, test } from "vitest";
import { opCases } from "./cases/index.js";

/** Values are drawn anew for each. */
const SEEDS = [1, 2, 3];

test("every operation has a case file", () => {
  const shown = new Set(Object.values(opCases).flatMap(({ ops }) => ops));
  const missing = allOps.filter((op) => op.kind !== "leaf" && !shown.has(op)).map(({ name }) => name);
  expect(missing).toEqual([]);
});

describe.each(Object.entries(opCases))("%s", (_, { samples, values, errors }) => {
  describe.each([...samples])("$title", (sample) => {
    test("type", () => {
      checkType(sample);
    });
    test.each(SEEDS)("f32 agrees with f64 (seed %i)", (seed) => {
      checkPrecisions(sample, seed);
    });
    test.each(SEEDS)("derivatives of order 1 and 2 (seed %i)", (seed) => {
      checkDerivatives(sample, seed);
    });
    test.each(SEEDS)("forward and reverse mode are adjoint (seed %i)", (seed) => {
      checkAdjoint(sample, seed);
    });
    test("JSON and back", () => {
      checkJson(sample, 1);
    });
  });

  test.each([...values])("value: $title", (known) => {
    checkKnownValue(known);
  });

  test.each([...errors])("error: $title", ({ build, code, message }: ErrorCase) => {
    const problem = problemOf(build);
    expect(problem.message).toBe(message);
    expect(problem.code).toBe(code);
  });
});

/** What is thrown when the node is built or, if nothing is, when it is evaluated. */
function problemOf(build: () => unknown): UnfoldError {
  try {
    const built = build();
    if (built instanceof Node) evaluate(built);
  } catch (error) {
    if (error instanceof UnfoldError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
