/** What every op says about compiled code, computed by plain TypeScript, against its reference at precision f32. */
import { allOps, evaluate, Node, topologicalOrder, type AnyOp, type NdArray } from "@unfold/core";
import { buildSample } from "@unfold/testkit";
import { describe, expect, test } from "vitest";
import { erfOp } from "../../src/ops/erf.js";
import { expOp } from "../../src/ops/exp.js";
import { expm1Op } from "../../src/ops/expm1.js";
import { scatterOp } from "../../src/ops/gather-scatter.js";
import { logOp } from "../../src/ops/log.js";
import { log1pOp } from "../../src/ops/log1p.js";
import { accumulatePatchesOp } from "../../src/ops/patches.js";
import { powOp } from "../../src/ops/pow.js";
import { sigmoidOp } from "../../src/ops/sigmoid.js";
import { cosOp, sinOp } from "../../src/ops/sin-cos.js";
import { softplusOp } from "../../src/ops/softplus.js";
import { sumOp } from "../../src/ops/sum-broadcast.js";
import { addAlongAxisOp } from "../../src/ops/take-along-axis.js";
import { tanhOp } from "../../src/ops/tanh.js";
import { opCases } from "../ops/cases/index.js";
import { ulpError } from "../ops/lanes/ulp-error.js";
import { computeNode, IndexOutOfRange } from "./compute-node.js";

const SEED = 1;
/** The reference is rounded too, which adds half an ulp, and another half if the two stand on sides of a power of 2. */
const APPROXIMATION_ULP = 5;
const approximated: ReadonlySet<AnyOp> = new Set<AnyOp>([
  expOp,
  logOp,
  tanhOp,
  sigmoidOp,
  expm1Op,
  log1pOp,
  softplusOp,
  erfOp,
  sinOp,
  cosOp,
  powOp,
]);
/** Ops whose reference adds in f64. */
const summed: ReadonlySet<AnyOp> = new Set<AnyOp>([sumOp, scatterOp, addAlongAxisOp, accumulatePatchesOp]);

/** Kinds of ops that loops may compute; others move elements, hold them or repeat a graph. */
const COMPUTED: readonly AnyOp["kind"][] = ["elementwise", "reduction", "general"];

/**
 * How far a sum of n terms in f32 may be from the true one: n u Σ|x|, u = 2^-24.
 *
 * @source Higham 2002, "Accuracy and stability of numerical algorithms", equation 4.4
 */
function summationError([terms]: readonly NdArray[]): number {
  const elements: readonly number[] = [...terms!.data];
  return elements.length * 2 ** -24 * elements.reduce((total, element) => total + Math.abs(element), 0);
}

/** Throws unless the elements are those of the reference: equal to the last bit, or as near as can be asked for. */
function compare(op: AnyOp, inputs: readonly NdArray[], actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  const tolerance = summed.has(op) ? summationError(inputs) : 0;
  for (let i = 0; i < expected.length; i++) {
    const [got, reference] = [actual[i]!, expected[i]!];
    if (Object.is(got, reference)) continue;
    if (approximated.has(op) && ulpError(got, reference) <= APPROXIMATION_ULP) continue;
    if (Math.abs(got - reference) <= tolerance) continue;
    expect(got, `${op.name}, element ${i}`).toBe(reference);
  }
}

/** Computes every node of a graph from what the interpreter makes of its inputs. */
function checkGraph(output: Node, values: Readonly<Record<string, NdArray>>): void {
  for (const node of topologicalOrder([output]).filter(({ op }) => COMPUTED.includes(op.kind))) {
    const inputs = node.inputs.map((input) => evaluate(input, values, { precision: "f32" }));
    for (const rounding of ["fused", "unfused"] as const) {
      const actual = computeNode(node, inputs, rounding);
      if (actual === undefined) break;
      compiled.add(node.op);
      compare(node.op, inputs, actual, evaluate(node, values, { precision: "f32" }).data);
    }
  }
}

const compiled = new Set<AnyOp>();

describe.each(Object.entries(opCases))("%s", (_, { samples, values, errors }) => {
  test.each([...samples])("$title", (sample) => {
    const built = buildSample(sample, SEED);
    checkGraph(built.output, built.values);
  });

  test.each([...values])("value: $title", ({ build }) => {
    checkGraph(build(), {});
  });

  test.each(errors.filter(({ code }) => code === "INDEX_RANGE"))("refused: $title", ({ build }) => {
    const output = build();
    if (!(output instanceof Node)) throw new Error("the case does not build a node");
    expect(() => {
      for (const node of topologicalOrder([output])) {
        const inputs = node.inputs.map((input) => evaluate(input, {}, { precision: "f32" }));
        computeNode(node, inputs, "unfused");
      }
    }).toThrow(IndexOutOfRange);
  });
});

test("every op is compiled by what it says itself, but for products, which have kernels of their own, and choices", () => {
  const others = allOps.filter((op) => COMPUTED.includes(op.kind) && !compiled.has(op));
  // categorical calls its reference, which says what is wrong with a distribution.
  expect(others.map(({ name }) => name)).toEqual(["matmul", "categorical"]);
  expect(allOps.filter((op) => "emit" in op && op.emit === "host").map(({ name }) => name)).toEqual(["categorical"]);
});
