/** evaluate and evaluateAll: values without a runtime, and every error on the way. */
import {
  add,
  constant,
  evaluate,
  evaluateAll,
  gather,
  input,
  label,
  mul,
  param,
  placeholder,
  state,
  tanh,
  type NdArray,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { problemOf, type SeenProblem } from "../problem-of.js";

const x = input("x", [2]);

describe("values", () => {
  test("parameters and states have their initial values, each time", () => {
    const sum = add(param("w", 1), state("h", 2));
    expect([evaluate(sum).item(), evaluate(sum).item()]).toEqual([3, 3]);
  });

  test("a leaf by itself", () => {
    expect([...evaluate(x, { x: [1, 2] }).data]).toEqual([1, 2]);
    expect(evaluate(param("w", 0.1)).item()).toBe(0.1);
    expect(evaluate(constant(0.1)).item()).toBe(0.1);
  });

  test("precision f32 rounds leaves and results", () => {
    const w = param("w", 0.1);
    expect(evaluate(w, {}, { precision: "f32" }).item()).toBe(Math.fround(0.1));
    const { fround } = Math;
    expect(evaluate(mul(w, 3), {}, { precision: "f32" }).item()).toBe(fround(fround(0.1) * 3));
  });

  test("results are not overwritten by a later call, and writing into them changes nothing", () => {
    const y = mul(x, 2);
    const first: NdArray = evaluate(y, { x: [1, 2] });
    evaluate(y, { x: [3, 4] });
    expect([...first.data]).toEqual([2, 4]);
    const fixed = constant([1, 2]);
    evaluate(fixed).data.fill(9);
    expect([...evaluate(fixed).data]).toEqual([1, 2]);
  });

  test("several nodes under their names", () => {
    const y = tanh(x);
    const results = evaluateAll({ y, twice: mul(y, 2), x }, { x: [0, 1] });
    expect(Object.keys(results)).toEqual(["y", "twice", "x"]);
    expect([...results.twice.data]).toEqual([0, 2 * Math.tanh(1)]);
    expect(evaluateAll({})).toEqual({});
  });

  test("values of inputs the node does not depend on are ignored, whatever they are", () => {
    expect([...evaluate(x, { x: [1, 2], y: [[1], [2, 3]] }).data]).toEqual([1, 2]);
  });

  test.each(["constructor", "toString", "__proto__"])("an input named %s", (name) => {
    expect(evaluate(mul(input(name, []), 2), { [name]: 3 }).item()).toBe(6);
  });
});

describe("errors", () => {
  const index = input("index", [], "i32");
  const picked = label("picked", gather(constant([1, 2]), index));
  const step = placeholder("h", []);

  test.each<[string, () => unknown, SeenProblem]>([
    [
      "no value for an input",
      () => evaluate(mul(x, 2)),
      {
        code: "INPUT_MISSING",
        message: 'run(values): values must hold exactly the inputs "x", got no value for "x".',
      },
    ],
    [
      "a value of another shape",
      () => evaluate(x, { x: [1, 2, 3] }),
      { code: "INPUT_SHAPE", message: 'run({ x }): "x" must be f32[2], 2 elements, got 3 elements.' },
    ],
    [
      "two inputs of one name",
      () => evaluate(add(x, input("x", [])), { x: [1, 2] }),
      {
        code: "VERIFY_NAME",
        message:
          'evaluate(node, values): a name must belong to one input, got "x" twice: f32[2] ("x") and f32[] ("x").',
      },
    ],
    [
      "a placeholder",
      () => evaluate(add(step, 1)),
      {
        code: "PLACEHOLDER",
        message: `compile: a graph must not hold placeholders of a folded graph, got placeholder f32[] ("h") built at ${step.site.toString()}. Unfold the folded graph first: unfold(folded, T).`,
      },
    ],
  ])("%s", (_, action, problem) => {
    expect(problemOf(action)).toEqual(problem);
  });

  test("an index that is out of range names the node and its line", () => {
    const { code, message } = problemOf(() => evaluate(picked, { index: 2 }));
    expect(code).toBe("INDEX_RANGE");
    expect(message).toContain(`f32[] ("picked") built at ${picked.site.toString()}`);
  });
});
