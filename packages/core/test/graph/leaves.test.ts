/** Leaves, labels and build sites: what a node is called and where it says it comes from. */
import type { Node } from "@unfold/core";
import {
  add,
  constant,
  describe as describeNode,
  gradient,
  initialValue,
  input,
  label,
  param,
  placeholder,
  sin,
  state,
  substitute,
  type Shape,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { problemOf, type SeenProblem } from "../problem-of.js";

describe("errors", () => {
  const extent = (where: string, got: string): SeenProblem => ({
    code: "SHAPE_EXTENT",
    message: `${where}: every size of a shape must be a whole number ≥ 0, got ${got}.`,
  });
  const named = (where: string, got: string): SeenProblem => ({
    code: "LEAF_NAME",
    message: `${where}: a leaf must have a name, got "${got}".`,
  });

  test.each<[string, () => unknown, SeenProblem]>([
    ["an input without a name", () => input("", [2]), named('input("", shape)', "")],
    ["an input named by blanks", () => input(" \t", [2]), named('input(" \t", shape)', " \t")],
    ["a placeholder without a name", () => placeholder("", [2]), named('placeholder("", shape)', "")],
    ["a param without a name", () => param("", 1), named('param("", initial)', "")],
    ["a state without a name", () => state("", 1), named('state("", initial)', "")],
    ["a negative size", () => input("x", [2, -1]), extent('input("x", shape)', "[2, -1]: axis 1 is -1")],
    ["a fractional size", () => input("x", [2.5]), extent('input("x", shape)', "[2.5]: axis 0 is 2.5")],
    [
      "a size that is no number",
      () => placeholder("h", [NaN]),
      extent('placeholder("h", shape)', "[NaN]: axis 0 is NaN"),
    ],
    ["an endless size", () => input("x", [Infinity]), extent('input("x", shape)', "[Infinity]: axis 0 is Infinity")],
    [
      "more elements than can be indexed",
      () => input("x", [2 ** 16, 2 ** 15]),
      {
        code: "SHAPE_TOO_LARGE",
        message:
          'input("x", shape): a tensor must have at most 2147483647 elements, got [65536, 32768] with 2147483648.',
      },
    ],
    [
      "an initial value that is ragged",
      () => param("w", [[1, 2], [3]]),
      {
        code: "NESTED_SHAPE",
        message:
          'param("w", initial): nested lists must have equal lengths and hold numbers, so that the value has shape [2, 2], got a list of 1 at depth 1.',
      },
    ],
    [
      "an initial value that is not of the dtype",
      () => state("count", 0.5, "i32"),
      {
        code: "VALUE_DTYPE",
        message:
          'state("count", initial): i32 elements must be whole numbers in [-2^31, 2^31 - 1], got 0.5 at position 0.',
      },
    ],
    [
      "truth values as floats",
      () => constant([true], "f32"),
      { code: "VALUE_DTYPE", message: "constant(value): f32 elements must be numbers, got true at position 0." },
    ],
    [
      "the initial value of an input",
      () => initialValue(input("x", [])),
      { code: "NO_INITIAL", message: "initialValue(leaf): the leaf must be a param or state, got input." },
    ],
  ])("%s", (_, build, problem) => {
    expect(problemOf(build)).toEqual(problem);
  });
});

describe("leaves", () => {
  test("the largest tensor that can be indexed is allowed", () => {
    expect(input("x", [2 ** 31 - 1]).shape).toEqual([2 ** 31 - 1]);
  });

  test("the dtype of a constant follows its value unless given", () => {
    const types = [constant(1), constant(true), constant(new Int32Array(2)), constant([1], "i32")].map(describeNode);
    expect(types).toEqual(["f32[]", "bool[]", "i32[2]", "i32[1]"]);
  });

  test("a shape changed later does not change the node", () => {
    const shape: number[] = [2, 3];
    const x = input("x", shape);
    shape[0] = 7;
    expect(x.shape).toEqual([2, 3]);
  });

  test("nodes are frozen", () => {
    expect(Object.isFrozen(input("x", [2]))).toBe(true);
  });

  test.each<[string, Shape]>([
    ["a scalar", []],
    ["no elements", [0, 3]],
  ])("the shape may be that of %s", (_, shape) => {
    expect(input("x", shape).shape).toEqual(shape);
  });
});

describe("label and describe", () => {
  const x = input("x", [2]);

  test("a labelled node says its name", () => {
    const sum = add(x, 1);
    expect([describeNode(sum), describeNode(label("sum", sum)), String(label("sum", sum)), String(x)]).toEqual([
      "f32[2]",
      'f32[2] ("sum")',
      'f32[2] ("sum")',
      'f32[2] ("x")',
    ]);
  });

  test("labelling makes another node of the same application", () => {
    const sum = add(x, 1);
    const named = label("sum", sum);
    expect(named).not.toBe(sum);
    expect([named.op, named.inputs, named.attrs, named.type, named.site]).toEqual([
      sum.op,
      sum.inputs,
      sum.attrs,
      sum.type,
      sum.site,
    ]);
    expect(label("again", named).label).toBe("again");
  });
});

describe("build sites", () => {
  /** The line of this file on which it is called. */
  function lineHere(): number {
    const frame = new Error()
      .stack!.split("\n")
      .find((line) => line.includes("leaves.test.ts") && !line.includes("lineHere"));
    return Number(/:(\d+):\d+\)?$/.exec(frame!)![1]);
  }

  function lineOf(node: Node): number {
    return Number(/leaves\.test\.ts:(\d+):\d+$/.exec(node.site.toString())![1]);
  }

  test("name the user's file and line, whichever builder made the node", () => {
    const first = lineHere();
    const x = input("x", []);
    const sum = add(x, 1);
    const product = sin(sum);
    expect([x, sum, product].map(lineOf)).toEqual([first + 1, first + 2, first + 3]);
    // The constant that a builder inserts belongs to the same line.
    expect(lineOf(sum.inputs[1]!)).toBe(first + 2);
  });

  test("of derivatives and copies are those of their originals", () => {
    const first = lineHere();
    const x = input("x", []);
    const y = sin(x);
    const [dx] = gradient(y, [x]);
    const [copy] = substitute([y], new Map<Node, Node>([[x, constant(2)]]));
    expect([dx, copy].map(lineOf)).toEqual([first + 2, first + 2]);
  });

  test("a failed rule does not leave its site behind", () => {
    const x = input("x", [2]);
    const y = sin(x);
    expect(() => substitute([add(y, x)], new Map<Node, Node>([[y, input("z", [3])]]))).toThrow();
    const first = lineHere();
    expect(lineOf(input("after", []))).toBe(first + 1);
  });
});
