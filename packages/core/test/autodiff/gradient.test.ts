/** Reverse mode: what it sums, what it accepts as variables, and every error it gives. */
import {
  add,
  argmax,
  cast,
  constant,
  evaluate,
  evaluateAll,
  exp,
  floor,
  formatType,
  gradient,
  input,
  label,
  mul,
  ndArray,
  relu,
  sin,
  square,
  stopGradient,
  sub,
  sum,
  vjp,
  type FloatNode,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

const x = input("x", []);
const v = input("v", [3]);

function slopeAt(loss: FloatNode, at: number): number {
  return evaluate(gradient(loss, [x])[0], { x: at }).item();
}

describe("values", () => {
  test("a node used twice receives both contributions", () => {
    const shared = sin(x);
    const [dx] = gradient(add(mul(shared, 3), mul(shared, shared)), [x]);
    expect(evaluate(dx, { x: 0.5 }).item()).toBeCloseTo(3 * Math.cos(0.5) + 2 * Math.sin(0.5) * Math.cos(0.5), 14);
  });

  test("a node that is both operands receives both contributions", () => {
    expect(slopeAt(mul(x, x), 3)).toBe(6);
    expect(evaluate(gradient(sub(x, x), [x])[0]).item()).toBe(0);
  });

  test("with respect to a node between the leaves and the loss", () => {
    const square = mul(x, x);
    const [dSquare, dx] = gradient(mul(5, mul(square, square)), [square, x]);
    expect(evaluateAll({ dSquare, dx }, { x: 2 }).dSquare.item()).toBe(40);
    expect(evaluate(dx, { x: 2 }).item()).toBe(160);
  });

  test("with respect to the loss itself it is 1", () => {
    const loss = sin(x);
    expect(evaluate(gradient(loss, [loss])[0]).item()).toBe(1);
    expect(evaluate(gradient(x, [x])[0]).item()).toBe(1);
  });

  test("a variable named twice gets its gradient twice", () => {
    const [first, between, second] = gradient(sum(mul(v, v)), [v, v, v]);
    for (const node of [first, between, second]) expect([...evaluate(node, { v: [1, 2, 3] }).data]).toEqual([2, 4, 6]);
  });

  test("no variables, no gradients", () => {
    expect(gradient(x, [])).toEqual([]);
  });

  test("the cotangent of vjp weighs the rows of the Jacobian", () => {
    const [dv] = vjp(mul(v, v), constant([1, 10, 100]), [v]);
    expect([...evaluate(dv, { v: [1, 2, 3] }).data]).toEqual([2, 40, 600]);
  });

  test("a variable that reaches the loss only through indices gets zeros when asked", () => {
    const [dv] = gradient(cast(argmax(v), "f32"), [v], { missing: "zero" });
    expect(formatType(dv.type)).toBe("f32[3]");
    expect([...evaluate(dv).data]).toEqual([0, 0, 0]);
  });

  test("missing zeros do not change the other gradients", () => {
    const [dx, dv] = gradient(square(x), [x, v], { missing: "zero" });
    expect(evaluate(dx, { x: 3 }).item()).toBe(6);
    expect([...evaluate(dv).data]).toEqual([0, 0, 0]);
  });

  test("the third derivative of a polynomial is exact", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 7 }),
        fc.integer({ min: -3, max: 3 }),
        (coefficients, at) => {
          // Horner's rule; whole numbers this small are exact in doubles.
          const polynomial = coefficients.reduceRight<FloatNode>((total, c) => add(mul(total, x), c), mul(x, 0));
          const derivative = (loss: FloatNode): FloatNode => gradient(loss, [x], { missing: "zero" })[0];
          const third = derivative(derivative(derivative(polynomial)));
          const expected = coefficients.reduce(
            (total, c, k) => total + c * k * (k - 1) * (k - 2) * at ** Math.max(k - 3, 0),
            0,
          );
          // Adding 0 makes 0 of -0.
          expect(valueAt(third, at) + 0).toBe(expected + 0);
        },
      ),
    );
  });

  test("the gradient is built at the site of the node it comes from", () => {
    const loss = exp(x);
    const [dx] = gradient(loss, [x]);
    expect(dx.site.toString()).toBe(loss.site.toString());
  });
});

describe("errors", () => {
  test("a loss with axes", () => {
    expect(problemOf(() => gradient(label("error", square(v)), [v]))).toEqual({
      code: "LOSS_NOT_SCALAR",
      message:
        'gradient(loss, wrt): the loss must be f32[], got f32[3] ("error"). Take the gradient of sum(loss) or mean(loss).',
    });
  });

  test("a loss of integers", () => {
    const count: Node = argmax(v);
    expect(problemOf(() => gradient(count as FloatNode, [v]))).toEqual({
      code: "LOSS_NOT_SCALAR",
      message: "gradient(loss, wrt): the loss must be f32[], got i32[]. Take the gradient of sum(loss) or mean(loss).",
    });
  });

  test("a cotangent of another type", () => {
    expect(problemOf(() => vjp(v, constant([1, 2]), [v]))).toEqual({
      code: "COTANGENT_TYPE",
      message: "vjp(output, cotangent, wrt): the cotangent must be f32[3], got f32[2].",
    });
    expect(problemOf(() => vjp(v, constant([1, 2, 3], "i32") as Node as FloatNode, [v])).code).toBe("COTANGENT_TYPE");
  });

  test("a variable the loss does not use", () => {
    expect(problemOf(() => gradient(square(x), [x, input("E", [5000, 64])]))).toEqual({
      code: "NO_PATH",
      message:
        'gradient(loss, wrt): the loss must depend on every variable, got no path from f32[5000, 64] ("E") to the loss. The loss does not use it. Remove the variable from the list, or pass { missing: "zero" }.',
    });
  });

  test("a path that ends at stopGradient, with its label and the line of the program", () => {
    const frozen = label("frozen", stopGradient(mul(v, 2)));
    expect(problemOf(() => gradient(add(square(x), sum(frozen)), [x, v]))).toEqual({
      code: "NO_PATH",
      message: `gradient(loss, wrt): the loss must depend on every variable, got no path from f32[3] ("v") to the loss. The path ends at stopGradient ("frozen") built at ${frozen.site.toString()}. Remove the variable from the list, or pass { missing: "zero" }.`,
    });
    expect(frozen.site.toString()).toMatch(/gradient\.test\.ts:\d+:\d+$/);
  });

  test("a path that ends at floor and one that ends at argmax", () => {
    const floored = floor(v);
    const index = argmax(v);
    const loss = add(sum(floored), cast(index, "f32"));
    expect(problemOf(() => gradient(loss, [v])).message).toContain(
      `no path from f32[3] ("v") to the loss. The path ends at floor built at ${floored.site.toString()} and at argmax built at ${index.site.toString()}.`,
    );
  });

  test("the error holds the variable and the ends as data", () => {
    expect(() => gradient(floor(x), [x])).toThrow(
      expect.objectContaining({
        details: { variable: "x", ends: [expect.stringMatching(/^floor built at .*gradient\.test\.ts/) as string] },
      }),
    );
  });

  test("one path is enough, whatever ends beside it", () => {
    expect(slopeAt(add(floor(x), relu(x)), 1.5)).toBe(1);
  });
});

/** The value of a node that may have lost its dependence on x. */
function valueAt(node: FloatNode, at: number): number {
  return evaluateAll({ node }, { x: ndArray(at) }).node.item();
}
