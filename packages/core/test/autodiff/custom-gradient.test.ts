/** Derivative rules of the user's: the value stays, both modes follow the rules, mistakes in them are named. */
import {
  add,
  checkGradients,
  constant,
  cos,
  customGradient,
  evaluate,
  evaluateAll,
  gradient,
  input,
  jvp,
  mul,
  neg,
  reshape,
  round,
  sin,
  sum,
  type CustomRules,
  type FloatNode,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

const x = input("x", []);
const y = input("y", []);
const v = input("v", [2]);

/** sin with rules of its own, which are right. */
const sine = (at: FloatNode): FloatNode =>
  customGradient([at], sin(at), {
    vjp: ({ inputs: [u], cotangent }) => [mul(cotangent, cos(u!))],
    jvp: ({ inputs: [u], tangents: [t] }) => t && mul(t, cos(u!)),
  });

describe("values and derivatives", () => {
  test("the value is that of forward", () => {
    const rounded = customGradient([x], round(x), { vjp: ({ cotangent }) => [cotangent] });
    expect(evaluate(rounded, { x: 1.7 }).item()).toBe(2);
  });

  test("the gradient follows the rule, not the operations of forward", () => {
    const rounded = customGradient([x], round(mul(x, 100)), { vjp: ({ cotangent }) => [mul(cotangent, 7)] });
    expect(evaluate(gradient(mul(rounded, 3), [x])[0], { x: 1.7 }).item()).toBe(21);
  });

  test("the rules see the inputs in their order and the value", () => {
    const product = customGradient([x, y], mul(x, y), {
      // Twice what is right for x; the value for y.
      vjp: ({ inputs: [, b], output, cotangent }) => [mul(mul(2, b!), cotangent), mul(output, cotangent)],
    });
    const [dx, dy] = gradient(product, [x, y]);
    expect(evaluate(dx, { y: 5 }).item()).toBe(10);
    expect(evaluate(dy, { x: 3, y: 5 }).item()).toBe(15);
  });

  test("forward mode follows its rule; a tangent that is zero is undefined", () => {
    const seen: unknown[] = [];
    const product = customGradient([x, y], mul(x, y), {
      vjp: ({ cotangent }) => [cotangent, cotangent],
      jvp: ({ tangents: [a, b] }) => {
        seen.push(a, b);
        return mul(a!, 4);
      },
    });
    const tangent = constant(2);
    const [dProduct] = jvp([product], [[x, tangent]]);
    expect(evaluate(dProduct).item()).toBe(8);
    expect(seen).toEqual([tangent, undefined]);
  });

  test("a rule may end a path with null", () => {
    const product = customGradient([x, y], mul(x, y), {
      vjp: ({ inputs: [, b], cotangent }) => [mul(b!, cotangent), null],
    });
    expect(evaluate(gradient(product, [x])[0], { y: 5 }).item()).toBe(5);
    expect(problemOf(() => gradient(product, [y])).message).toContain("The path ends at customGradient built at ");
  });

  test("right rules pass the check of orders 1 and 2, in both modes", () => {
    checkGradients(mul(sine(mul(x, 2)), y), { wrt: [x, y], values: { x: 0.3, y: 0.7 }, order: 2 });
  });

  test("the second derivative is that of the rule", () => {
    const odd = customGradient([x], x, { vjp: ({ inputs: [u], cotangent }) => [mul(cotangent, mul(u!, u!))] });
    const [first] = gradient(odd, [x]);
    const [second] = gradient(first, [x]);
    expect(evaluateAll({ first, second }, { x: 3 }).first.item()).toBe(9);
    expect(evaluate(second, { x: 3 }).item()).toBe(6);
  });

  test("rules that are methods keep their this", () => {
    const rules = new (class implements CustomRules {
      readonly #factor = 6;
      vjp({ cotangent }: { readonly cotangent: FloatNode }): [FloatNode] {
        return [mul(cotangent, this.#factor)];
      }
      jvp({ tangents: [t] }: { readonly tangents: readonly (FloatNode | undefined)[] }): FloatNode | undefined {
        return t && mul(t, this.#factor);
      }
    })();
    const scaled = customGradient([x], neg(x), rules);
    expect(evaluate(gradient(scaled, [x])[0]).item()).toBe(6);
    expect(evaluate(jvp([scaled], [[x, constant(1)]])[0]).item()).toBe(6);
  });
});

describe("errors", () => {
  const differentiate = (vjp: CustomRules["vjp"]): unknown =>
    gradient(sum(customGradient([v, x], add(v, x), { vjp })), [v]);

  test("too few cotangents", () => {
    expect(problemOf(() => differentiate(({ cotangent }) => [cotangent]))).toEqual({
      code: "CUSTOM_COUNT",
      message:
        "customGradient(inputs, forward, { vjp }): vjp must return one cotangent, or null, for each of the 2 inputs, got 1.",
    });
  });

  test("too many cotangents", () => {
    expect(problemOf(() => differentiate(({ cotangent }) => [cotangent, null, null])).message).toMatch(
      /2 inputs, got 3\.$/,
    );
  });

  test("a cotangent of another shape", () => {
    expect(problemOf(() => differentiate(({ cotangent }) => [reshape(cotangent, [1, 2]), null]))).toEqual({
      code: "CUSTOM_TYPE",
      message: "customGradient(inputs, forward, { vjp }): the cotangent of input 0 must be f32[2], got f32[1, 2].",
    });
  });

  test("forward mode without a rule", () => {
    const rounded = customGradient([x], round(x), { vjp: ({ cotangent }) => [cotangent] });
    expect(problemOf(() => jvp([rounded], [[x, constant(1)]]))).toEqual({
      code: "NO_FORWARD_MODE",
      message:
        "jvp: customGradient: forward mode must have a rule, got rules without jvp. Give customGradient(inputs, forward, { vjp, jvp }).",
    });
  });

  test("a tangent of another shape", () => {
    const wrong = customGradient([v], v, { vjp: ({ cotangent }) => [cotangent], jvp: () => constant([1, 2, 3]) });
    expect(problemOf(() => jvp([wrong], [[v, constant([1, 1])]])).code).toBe("CUSTOM_TYPE");
  });
});
