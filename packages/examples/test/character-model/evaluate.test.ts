/** The cost of held-out text against the Elman equations in plain numbers. */
import { createRuntime, type Runtime } from "@unfold/rnn";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createEvaluator, type Evaluator } from "../../src/character-model/evaluate.js";
import { characterNetwork } from "../../src/character-model/network.js";
import { plainElman, plainSoftmax } from "./plain-elman.js";

const CHARACTERS = 5;
const network = characterNetwork({ characters: CHARACTERS, units: 4, seed: 3 });
const plain = plainElman(network);

/** At f64 the two differ by the rounding of some hundred sums. */
const ROUNDING = 11;

/** Bits per character, one step at a time; the state starts from zero where a stream begins. */
function naive(text: Int32Array, streams: number): number {
  const length = Math.ceil((text.length - 1) / streams);
  let bits = 0;
  for (let i = 0; i + 1 < text.length; i++) {
    if (i % length === 0) plain.reset();
    bits -= Math.log2(plainSoftmax(plain.read(text[i]!))[text[i + 1]!]!);
  }
  return bits / (text.length - 1);
}

// Up to three windows of 50 characters, so that the state must be carried over their borders.
const text = fc
  .array(fc.nat({ max: CHARACTERS - 1 }), { minLength: 2, maxLength: 130 })
  .map((codes) => Int32Array.from(codes));

describe.each([1, 3])("an evaluator of %i streams", (streams) => {
  let runtime: Runtime;
  let evaluator: Evaluator;
  beforeAll(async () => {
    runtime = await createRuntime({ precision: "f64" });
    evaluator = await createEvaluator(runtime, network, streams);
  });

  test("equals the equations, one character at a time", () => {
    fc.assert(
      fc.property(text, (codes) => {
        expect(evaluator.bitsPerCharacter(codes)).toBeCloseTo(naive(codes, streams), ROUNDING);
      }),
    );
  });

  test("carries nothing from one text to the next", () => {
    fc.assert(
      fc.property(text, text, (codes, other) => {
        const first = evaluator.bitsPerCharacter(codes);
        evaluator.bitsPerCharacter(other);
        expect(evaluator.bitsPerCharacter(codes)).toBe(first);
      }),
    );
  });
});
