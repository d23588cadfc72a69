/** One run of compiled code against the plain evaluation. */
import { expect } from "vitest";
import { hasIndirect } from "../../../src/codegen/loops/emit-loop-nest.js";
import { printKernel } from "../../../src/codegen/print-kernel.js";
import type { Target } from "../../../src/codegen/wasm/target.js";
import { seededChoices } from "./choose.js";
import type { NestSample } from "./choose-nest.js";
import { compileNest } from "./compile-nest.js";
import { runNest } from "../reference/nest-reference.js";
import { createOperands, differences } from "./operand-memory.js";

/** Expects that compiled code writes what it must, and nothing else; `isTame`: only ordinary floats as operands. */
export function expectAgreement(sample: NestSample, target: Target, seed: number, isTame: boolean): void {
  const { nest } = sample;
  const operands = createOperands(sample, seededChoices(seed), isTame);
  const run = compileNest(nest, target, operands.memory);
  const { written, refused } = runNest(nest, operands.elements, target.relaxed);
  const before = new Uint8Array(operands.memory.buffer.slice(0));
  expect(refused).toEqual([]);
  run(...operands.pointers, ...(hasIndirect(nest) ? [7] : []));
  const terms = nest.shape.reduce((product, extent) => product * extent, 1);
  const problems = differences(nest, operands, before, written, terms);
  expect(problems.slice(0, 5), printKernel(nest).slice(0, 4000)).toEqual([]);
}
