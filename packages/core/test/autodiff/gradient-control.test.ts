/** Identities that change what flows back: stopGradient, clipGradient, scaleGradient. */
import {
  add,
  clipGradient,
  constant,
  evaluate,
  gradient,
  input,
  jvp,
  mul,
  scaleGradient,
  square,
  stopGradient,
  sum,
  type FloatNode,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

const v = input("v", [3]);
const finite = fc.double({ min: -10, max: 10, noNaN: true });
const triple = fc.tuple(finite, finite, finite);

const identities: readonly (readonly [string, (x: FloatNode) => FloatNode])[] = [
  ["stopGradient", stopGradient],
  ["clipGradient", (x) => clipGradient(x, 1)],
  ["scaleGradient", (x) => scaleGradient(x, -2)],
];

test.each(identities)("%s leaves the value as it is", (_, identity) => {
  fc.assert(
    fc.property(triple, (given) => {
      expect([...evaluate(identity(v), { v: given }).data]).toEqual(given);
    }),
  );
});

describe("clipGradient", () => {
  test("clamps every element of the cotangent to [-limit, limit]", () => {
    fc.assert(
      fc.property(triple, fc.double({ min: 0.1, max: 20, noNaN: true }), (weights, limit) => {
        const [dv] = gradient(sum(mul(clipGradient(v, limit), constant(weights))), [v]);
        const expected = weights.map((weight) => Math.min(Math.max(weight, -limit), limit));
        expect([...evaluate(dv).data]).toEqual(expected);
      }),
    );
  });

  test("clips what has been summed from all users, once", () => {
    const clipped = clipGradient(v, 1);
    const [dv] = gradient(sum(add(mul(clipped, 0.75), mul(clipped, 0.75))), [v]);
    expect([...evaluate(dv).data]).toEqual([1, 1, 1]);
  });

  test("has no forward mode", () => {
    expect(problemOf(() => jvp([clipGradient(v, 1)], [[v, constant([1, 1, 1])]]))).toEqual({
      code: "NO_FORWARD_MODE",
      message:
        "jvp: clipGradient(x, limit): forward mode must not meet a node that exists in reverse mode only, got a clipped cotangent, which belongs to no Jacobian. Take the jvp of the graph without clipGradient.",
    });
  });

  test.each([0, -1, NaN])("refuses the limit %d", (limit) => {
    expect(problemOf(() => clipGradient(v, limit))).toEqual({
      code: "CLIP_LIMIT",
      message: `clipGradient(x, limit): the limit must be above 0, got ${limit}.`,
    });
  });
});

describe("scaleGradient", () => {
  test("multiplies the derivative in both modes", () => {
    fc.assert(
      fc.property(triple, finite, (at, factor) => {
        const loss = sum(square(scaleGradient(v, factor)));
        const [dv] = gradient(loss, [v]);
        expect([...evaluate(dv, { v: at }).data]).toEqual(at.map((element) => 2 * element * factor));
        const [tangent] = jvp([square(scaleGradient(v, factor))], [[v, constant([1, 1, 1])]]);
        expect([...evaluate(tangent, { v: at }).data]).toEqual(at.map((element) => 2 * element * factor));
      }),
    );
  });

  test("multiplies the second derivative twice: it stands on the way to both factors", () => {
    const x = input("x", []);
    const [first] = gradient(square(scaleGradient(x, 3)), [x]);
    expect(evaluate(gradient(first, [x])[0]).item()).toBe(18);
  });

  test.each([Infinity, NaN])("refuses the factor %d", (factor) => {
    expect(problemOf(() => scaleGradient(v, factor))).toEqual({
      code: "SCALE_FACTOR",
      message: `scaleGradient(x, factor): the factor must be finite, got ${factor}.`,
    });
  });
});

describe("stopGradient", () => {
  test("makes a constant of what it holds, in both modes", () => {
    const product = mul(v, stopGradient(square(v)));
    const [dv] = gradient(sum(product), [v]);
    const [tangent] = jvp([product], [[v, constant([1, 1, 1])]]);
    expect([...evaluate(dv, { v: [1, 2, 3] }).data]).toEqual([1, 4, 9]);
    expect([...evaluate(tangent, { v: [1, 2, 3] }).data]).toEqual([1, 4, 9]);
  });

  test("is an error when nothing else leads to the variable, and zeros when asked", () => {
    const loss = sum(stopGradient(v));
    expect(problemOf(() => gradient(loss, [v])).code).toBe("NO_PATH");
    expect([...evaluate(gradient(loss, [v], { missing: "zero" })[0]).data]).toEqual([0, 0, 0]);
  });

  test("passes integers and truth values", () => {
    expect([...evaluate(stopGradient(constant([1, 2], "i32"))).data]).toEqual([1, 2]);
    expect(stopGradient(constant([true], "bool")).dtype).toBe("bool");
  });
});
