/** Random loop nests on every target against a plain evaluation, bit for bit where the order of operations is given. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasIndirect } from "../../../src/codegen/loops/emit-loop-nest.js";
import { printKernel } from "../../../src/codegen/print-kernel.js";
import type { Target } from "../../../src/codegen/wasm/target.js";
import { choices, seededChoices } from "./choose.js";
import { chooseNest, type Kind, type NestSample } from "./choose-nest.js";
import { compileNest, emitNest, validate } from "./compile-nest.js";
import { runNest } from "./nest-reference.js";
import { createOperands, differences } from "./operand-memory.js";
import { TARGETS } from "./targets.js";

const WHERE = 77;

/** Expects that compiled code writes what the reference does, and nothing else. */
function expectAgreement(sample: NestSample, target: Target, seed: number, isTame: boolean): void {
  const { nest } = sample;
  const operands = createOperands(sample, seededChoices(seed), isTame);
  const run = compileNest(nest, target, operands.memory);
  const { written, refused } = runNest(nest, operands.elements, target.relaxed);
  const before = new Uint8Array(operands.memory.buffer.slice(0));
  expect(refused).toEqual([]);
  run(...operands.pointers, ...(hasIndirect(nest) ? [WHERE] : []));
  const terms = nest.shape.reduce((product, extent) => product * extent, 1);
  const problems = differences(nest, operands, before, written, terms);
  expect(problems.slice(0, 5), printKernel(nest)).toEqual([]);
}

describe.each(TARGETS)("%s", (_, target) => {
  test.each<Kind>(["set", "reduce", "accumulate"])("random nests that %s", (kind) => {
    const isTame = kind !== "set";
    fc.assert(
      fc.property(fc.gen(), fc.integer(), (g, seed) => {
        expectAgreement(chooseNest(choices(g), kind), target, seed, isTame);
      }),
      { numRuns: 400 },
    );
  });

  test("modules are valid", () => {
    fc.assert(
      fc.property(fc.gen(), fc.constantFrom<Kind>("set", "reduce", "accumulate"), (g, kind) => {
        validate(emitNest(chooseNest(choices(g), kind).nest, target));
      }),
    );
  });
});
