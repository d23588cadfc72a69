/** The likelihood of sequences: a distribution over all of them, and minus the training loss. */
import {
  constant,
  crossEntropy,
  dense,
  elman,
  embedding,
  evaluate,
  evaluateAll,
  input,
  logLikelihood,
  ndArray,
  type IntNode,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawReals, seeds } from "../recurrences.js";

/** All sequences of some length over tokens 0 … V - 1. */
function allSequences(length: number, tokens: number): number[][] {
  return Array.from({ length: tokens ** length }, (_, number) =>
    Array.from({ length }, (_, t) => Math.floor(number / tokens ** t) % tokens),
  );
}

function timeMajor(sequences: readonly (readonly number[])[]): IntNode {
  const steps = sequences[0]!.length;
  const data = Array.from({ length: steps }, (_, t) => sequences.map((sequence) => sequence[t]!)).flat();
  return constant(ndArray(data, { dtype: "i32", shape: [steps, sequences.length] }), "i32");
}

test("the probabilities of all sequences of a length add up to 1", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), seeds, (length, tokens, seed) => {
      const table = embedding({ tokens, units: 2, seed });
      const cell = elman({ inputs: 2, units: 3, seed });
      const head = dense({ inputs: 3, units: tokens, seed });
      const sequences = allSequences(length, tokens);
      // Each token is predicted from those before it; token 0 stands before the first.
      const read = timeMajor(sequences.map((sequence) => [0, ...sequence.slice(0, -1)]));
      const logits = head.apply(cell.scan(table.apply(read)).outputs.h);
      const { total } = logLikelihood(logits, timeMajor(sequences));
      const sum = Array.from(evaluate(total).data).reduce((all, logarithm) => all + Math.exp(logarithm), 0);
      expect(Math.abs(sum - 1)).toBeLessThanOrEqual(1e-13);
    }),
    { numRuns: 30 },
  );
});

test("it is minus the training loss; a mask leaves out padding", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const logits = constant(drawReals([3, 2, 4], seed, "logits"));
      const tokens = timeMajor([
        [0, 1, 3],
        [2, 2, 0],
      ]);
      const mask = constant([
        [1, 1],
        [1, 1],
        [1, 0],
      ]);
      const { perToken, total, masked, loss } = evaluateAll({
        ...logLikelihood(logits, tokens),
        masked: logLikelihood(logits, tokens, mask).total,
        loss: crossEntropy(logits, tokens, { reduction: "sum" }),
      });
      expect(perToken.shape).toEqual([3, 2]);
      expect(Math.abs(total.data[0]! + total.data[1]! + loss.item())).toBeLessThanOrEqual(1e-13);
      expect(masked.data[0]).toBe(total.data[0]);
      expect(Math.abs(masked.data[1]! - perToken.data[1]! - perToken.data[3]!)).toBeLessThanOrEqual(1e-14);
    }),
  );
});

test("shapes that do not fit are refused", () => {
  const logits = input("logits", [3, 2, 4]);
  expectProblem(() => logLikelihood(logits, input("tokens", [3, 2], "i32"), input("mask", [3])), {
    name: "ShapeError",
    code: "LIKELIHOOD_SHAPE",
    message:
      'logLikelihood(logits, tokens, mask): tokens must be [T, …], and the mask have their shape, got tokens = i32[3, 2] ("tokens") and mask = f32[3] ("mask").',
  });
  expect(() => logLikelihood(input("l", [4]), input("tokens", [], "i32"))).toThrow("tokens must be [T, …]");
  expect(() => logLikelihood(logits, input("tokens", [2, 2], "i32"))).toThrow("labels must have the shape of logits");
});
