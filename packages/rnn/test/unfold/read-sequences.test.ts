/** The sequences an unfolding reads: made as inputs, or given and checked. */
import { add, constant, foldedGraph, formatType, input, mul, tanh, unfold } from "@unfold/rnn";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";

const folded = foldedGraph("net", ({ sequence, delay }) => {
  const [x, mask] = [sequence("x", [2]), sequence("mask", [2])];
  const h = delay("h", [2], { initial: 0 });
  const next = mul(mask, add(x, h));
  return { next: { h: next }, outputs: { h: next } };
});

test("an input is made for each sequence not given", () => {
  const mask = tanh(input("m", [3, 2]));
  const { sequences } = unfold(folded, 3, { mask });
  expect(Object.keys(sequences)).toEqual(["x", "mask"]);
  expect([sequences["x"]!.op.name, sequences["x"]!.label]).toEqual(["input", "x"]);
  expect(formatType(sequences["x"]!.type)).toBe("f32[3, 2]");
  expect(sequences["mask"]).toBe(mask);
});

describe("errors", () => {
  test("a sequence longer than T", () => {
    expectProblem(() => unfold(folded, 3, { x: input("tokens", [5, 2]) }), {
      name: "ShapeError",
      code: "SEQUENCE_LENGTH",
      message:
        'unfold("net", T): sequence "x" must be f32[3, 2], time-major, got f32[5, 2] ("tokens"): 5 steps for T = 3. Unfold 5 steps, or cut the sequence: slice(x, { axis: 0, stop: 3 }).',
    });
  });

  test("a sequence shorter than T, which cannot be cut", () => {
    const build = (): unknown => unfold(folded, 3, { x: constant([[1, 2]]) });
    expect(build).toThrow(expect.objectContaining({ name: "ShapeError", code: "SEQUENCE_LENGTH" }));
    expect(build).toThrow(
      'sequence "x" must be f32[3, 2], time-major, got f32[1, 2]: 1 steps for T = 3. Unfold 1 steps',
    );
    expect(build).not.toThrow("cut the sequence");
  });

  test.each([
    { title: "other features", x: input("x", [3, 4]), got: 'f32[3, 4] ("x")' },
    { title: "other features and length", x: input("x", [5, 4]), got: 'f32[5, 4] ("x")' },
    { title: "no axis of steps", x: input("x", [2]), got: 'f32[2] ("x")' },
    { title: "another dtype", x: input("x", [3, 2], "i32"), got: 'i32[3, 2] ("x")' },
  ])("a sequence of $title", ({ x, got }) => {
    expectProblem(() => unfold(folded, 3, { x }), {
      name: "ShapeError",
      code: "SEQUENCE_TYPE",
      message: `unfold("net", T): sequence "x" must be f32[3, 2], time-major, got ${got}.`,
    });
  });

  test.each(["y", "h", "toString"])("%s, which is no sequence of the folded graph", (name) => {
    expectProblem(() => unfold(folded, 3, { [name]: input("x", [3, 2]) }), {
      name: "GraphError",
      code: "SEQUENCE_UNKNOWN",
      message: `unfold("net", T): the sequences given must be sequences of the folded graph, got "${name}". Its sequences: x, mask.`,
    });
  });

  test("a sequence for a folded graph that has none", () => {
    const counter = foldedGraph("counter", ({ delay }) => {
      const n = delay("n", [], { initial: 0 });
      return { next: { n: add(n, 1) }, outputs: { n } };
    });
    expect(() => unfold(counter, 3, { x: input("x", [3]) })).toThrow('got "x". Its sequences: none.');
  });
});
