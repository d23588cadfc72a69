/** What TypeScript knows: run's argument and results follow the records, builders keep dtypes, gradients keep tuples. */
import {
  add,
  argmax,
  cast,
  constant,
  createRuntime,
  evaluate,
  gradient,
  greater,
  hessianVectorProduct,
  input,
  iota,
  jvp,
  param,
  select,
  state,
  substitute,
  sum,
  vjp,
  type BoolNode,
  type Executable,
  type FloatNode,
  type IntNode,
  type NdArray,
  type Node,
  type TensorValue,
} from "@unfold/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { problemOf } from "../problem-of.js";

const x = input("x", [2]);
const tokens = input("tokens", [2], "i32");
const mask = input("mask", [2], "bool");

describe("builders", () => {
  test("leaves have the dtype they are given, f32 unless given", () => {
    expectTypeOf(x).toEqualTypeOf<FloatNode>();
    expectTypeOf(tokens).toEqualTypeOf<IntNode>();
    expectTypeOf(mask).toEqualTypeOf<BoolNode>();
    expectTypeOf(param("w", 1)).toEqualTypeOf<FloatNode>();
    expectTypeOf(state("count", 0, "i32")).toEqualTypeOf<IntNode>();
    expectTypeOf(constant(1)).toEqualTypeOf<FloatNode>();
    expectTypeOf(constant(new Int32Array(1))).toEqualTypeOf<IntNode>();
  });

  test("operations keep or change it", () => {
    expectTypeOf(add(x, 1)).toEqualTypeOf<FloatNode>();
    expectTypeOf(add(1, tokens)).toEqualTypeOf<IntNode>();
    expectTypeOf(greater(x, 0)).toEqualTypeOf<BoolNode>();
    expectTypeOf(argmax(x)).toEqualTypeOf<IntNode>();
    expectTypeOf(cast(x, "bool")).toEqualTypeOf<BoolNode>();
    expectTypeOf(iota(3)).toEqualTypeOf<IntNode>();
    expectTypeOf(select(mask, tokens, 0)).toEqualTypeOf<IntNode>();
  });

  test("two dtypes are seen at the latest when the node is used or built", () => {
    // @ts-expect-error the sum of f32 and i32 is neither
    const sum: () => FloatNode = () => add(x, tokens);
    expect(problemOf(sum).code).toBe("DTYPE_MIXED");
  });

  test("dtypes an operation does not take are compile errors, and run-time errors for those who do not compile", () => {
    // @ts-expect-error bool has no sum
    expect(problemOf(() => sum(mask)).code).toBe("DTYPE_NOT_ACCEPTED");
    // @ts-expect-error a condition is bool
    expect(problemOf(() => select(x, x, x)).code).toBe("DTYPE_NOT_ACCEPTED");
  });
});

describe("differentiation", () => {
  test("one gradient per variable, in a tuple", () => {
    const loss = sum(x);
    expectTypeOf(gradient(loss, [x])).toEqualTypeOf<readonly [FloatNode]>();
    expectTypeOf(gradient(loss, [x, x])).toEqualTypeOf<readonly [FloatNode, FloatNode]>();
    expectTypeOf(vjp(x, x, [x])).toEqualTypeOf<readonly [FloatNode]>();
    expectTypeOf(jvp([x, loss], [])).toEqualTypeOf<readonly [FloatNode, FloatNode]>();
    expectTypeOf(hessianVectorProduct(loss, [x], [x])).toEqualTypeOf<readonly [FloatNode]>();
    const list: readonly FloatNode[] = [x];
    expectTypeOf(gradient(loss, list)).toEqualTypeOf<readonly FloatNode[]>();
    expectTypeOf(substitute([x, tokens], new Map())).toEqualTypeOf<readonly [Node, Node]>();
  });

  test("integers are no variables", () => {
    // @ts-expect-error an i32 node has no derivative
    expect(problemOf(() => gradient(sum(x), [tokens])).code).toBe("NO_PATH");
  });
});

describe("running", () => {
  test("run takes the inputs and returns the outputs of the records", async () => {
    const runtime = await createRuntime();
    const step = await runtime.compile({
      inputs: { x, tokens },
      outputs: { loss: sum(x), next: add(tokens, 1), above: greater(x, 0) },
    });
    expectTypeOf(step).toEqualTypeOf<
      Executable<{ x: FloatNode; tokens: IntNode }, { loss: FloatNode; next: IntNode; above: BoolNode }>
    >();
    expectTypeOf(step.run).parameter(0).toEqualTypeOf<{ readonly x: TensorValue; readonly tokens: TensorValue }>();
    expectTypeOf(step.run).returns.toEqualTypeOf<{
      readonly loss: NdArray<"f32">;
      readonly next: NdArray<"i32">;
      readonly above: NdArray<"bool">;
    }>();
    const results = step.run({ x: [1, 2], tokens: [3, 4] });
    expectTypeOf(results.next.data).toEqualTypeOf<Int32Array>();
    expectTypeOf(results.loss.data).toEqualTypeOf<Float32Array | Float64Array>();
    // @ts-expect-error there is no such output
    expect(results.accuracy).toBeUndefined();
    // @ts-expect-error tokens is missing
    expect(problemOf(() => step.run({ x: [1, 2] })).code).toBe("INPUT_MISSING");
    // @ts-expect-error there is no such input
    expect(problemOf(() => step.run({ x: [1, 2], tokens: [3, 4], y: 1 })).code).toBe("INPUT_UNKNOWN");
    // @ts-expect-error text is no value
    expect(problemOf(() => step.run({ x: "1", tokens: [3, 4] })).code).toBe("NESTED_SHAPE");
  });

  test("evaluate returns the dtype of its node", () => {
    expectTypeOf(evaluate(constant(1))).toEqualTypeOf<NdArray<"f32">>();
    expectTypeOf(evaluate(argmax(constant([1])))).toEqualTypeOf<NdArray<"i32">>();
  });
});
