/** Forward mode and Hessian–vector products by themselves. */
import {
  argmax,
  cast,
  constant,
  evaluate,
  formatType,
  hessianVectorProduct,
  input,
  jvp,
  mul,
  sin,
  square,
  stopGradient,
  sum,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

const x = input("x", []);
const v = input("v", [3]);

describe("jvp", () => {
  test("several outputs and directions at once", () => {
    const [dy, dz] = jvp(
      [mul(v, x), square(x)],
      [
        [x, constant(2)],
        [v, constant([1, 0, -1])],
      ],
    );
    expect([...evaluate(dy, { v: [1, 2, 3], x: 10 }).data]).toEqual([12, 4, -4]);
    expect(evaluate(dz, { x: 10 }).item()).toBe(40);
  });

  test("an output that does not depend on a variable has a zero tangent of its shape", () => {
    const [apart, stopped, indexed] = jvp(
      [v, stopGradient(mul(x, 2)), cast(argmax(mul(v, x)), "f32")],
      [[x, constant(1)]],
    );
    expect(formatType(apart.type)).toBe("f32[3]");
    expect([apart, stopped, indexed].map((node) => [...evaluate(node).data])).toEqual([[0, 0, 0], [0], [0]]);
  });

  test("along a node between the leaves and the output", () => {
    const between = square(x);
    const [tangent] = jvp([mul(between, between)], [[between, constant(1)]]);
    expect(evaluate(tangent, { x: 3 }).item()).toBe(18);
  });

  test("of a variable, its tangent", () => {
    const direction = constant([1, 2, 3]);
    expect(jvp([v], [[v, direction]])[0]).toBe(direction);
  });

  test("a direction through a variable that depends on another one takes only its own tangent", () => {
    const between = sin(x);
    const [tangent] = jvp(
      [mul(between, 2)],
      [
        [x, constant(1)],
        [between, constant(10)],
      ],
    );
    expect(evaluate(tangent).item()).toBe(20);
  });

  test("refuses a tangent of another shape", () => {
    expect(problemOf(() => jvp([v], [[v, constant([1, 2])]]))).toEqual({
      code: "TANGENT_TYPE",
      message: "jvp(outputs, directions): the tangent must be f32[3], got f32[2].",
    });
  });

  test("refuses a tangent of integers", () => {
    const integers: Node = constant([1, 2, 3], "i32");
    expect(problemOf(() => jvp([v], [[v, integers as FloatNode]]))).toEqual({
      code: "TANGENT_TYPE",
      message: "jvp(outputs, directions): the tangent must be f32[3], got i32[3].",
    });
  });
});

describe("hessianVectorProduct", () => {
  test("blocks of several variables: H of x · sum(v²) is [[0, 2v], [2v, 2x]]", () => {
    const loss = mul(x, sum(square(v)));
    const [hx, hv] = hessianVectorProduct(loss, [x, v], [constant(10), constant([1, 0, 0])]);
    const values = { x: 5, v: [1, 2, 3] };
    expect(evaluate(hx, { v: [1, 2, 3] }).item()).toBe(2);
    expect([...evaluate(hv, values).data]).toEqual([20 + 10, 40, 60]);
  });

  test("is zero for a linear loss", () => {
    const [product] = hessianVectorProduct(sum(v), [v], [constant([1, 1, 1])]);
    expect([...evaluate(product).data]).toEqual([0, 0, 0]);
  });

  test("gives the errors of gradient and jvp", () => {
    expect(problemOf(() => hessianVectorProduct(v, [v], [v])).code).toBe("LOSS_NOT_SCALAR");
    expect(problemOf(() => hessianVectorProduct(sum(v), [x], [x])).code).toBe("NO_PATH");
    expect(problemOf(() => hessianVectorProduct(sum(square(v)), [v], [x])).code).toBe("TANGENT_TYPE");
  });

  test("zeros for what is missing, when asked", () => {
    const [hx, hv] = hessianVectorProduct(sum(square(v)), [x, v], [x, v], { missing: "zero" });
    expect(evaluate(hx).item()).toBe(0);
    expect([...evaluate(hv, { v: [1, 2, 3] }).data]).toEqual([2, 4, 6]);
  });
});
