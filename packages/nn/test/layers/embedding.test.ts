/** The embedding layer: a dense layer on one-hot vectors, without the zeros. */
import {
  checkGradients,
  constant,
  evaluate,
  formatType,
  gather,
  gradient,
  initialValue,
  input,
  matmul,
  ndArray,
  oneHot,
  sum,
  transpose,
} from "@unfold/core";
import { embedding, initializedParam, normal, oneHotEncoding, uniform } from "@unfold/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extents, seeds } from "../arbitraries.js";
import { expectProblem } from "@unfold/testkit";

/** A time-major `[T, B]` list of tokens below a vocabulary's size. */
const tokenLists = fc.tuple(extents, extents, extents).chain(([vocabulary, steps, batch]) =>
  fc.record({
    vocabulary: fc.constant(vocabulary),
    tokens: fc
      .array(fc.nat({ max: vocabulary - 1 }), { minLength: steps * batch, maxLength: steps * batch })
      .map((flat) => constant(ndArray(flat, { dtype: "i32", shape: [steps, batch] }), "i32")),
  }),
);

test("it equals one-hot vectors times the table, to the last bit", () => {
  fc.assert(
    fc.property(tokenLists, extents, seeds, ({ vocabulary, tokens }, units, seed) => {
      const layer = embedding({ tokens: vocabulary, units, seed });
      const looked = evaluate(layer.apply(tokens));
      expect(looked).toEqual(evaluate(matmul(oneHot(tokens, vocabulary), layer.parameters.table)));
      expect(looked.shape).toEqual([...tokens.shape, units]);
    }),
  );
});

test("the derivative of a vector is the sum over all places where its token stands", () => {
  fc.assert(
    fc.property(tokenLists, ({ vocabulary, tokens }) => {
      const layer = embedding({ tokens: vocabulary, units: 2, seed: 1 });
      const [slope] = gradient(sum(layer.apply(tokens)), [layer.parameters.table]);
      const list = [...evaluate(tokens).data];
      const counts = Array.from({ length: vocabulary }, (_, token) => list.filter((other) => other === token).length);
      expect([...evaluate(slope).data]).toEqual(counts.flatMap((count) => [count, count]));
    }),
  );
});

test("derivatives equal central differences, with a token that stands twice", () => {
  const layer = embedding({ tokens: 4, units: 3, seed: 1 });
  checkGradients(layer.apply(constant([[1, 0, 1]], "i32")), { wrt: [layer.parameters.table] });
});

describe("table", () => {
  test("it starts standard normal, under the layer's name", () => {
    const { table } = embedding({ name: "characters", tokens: 5, units: 2, seed: 3 }).parameters;
    expect([table.label, formatType(table.type)]).toEqual(["characters/table", "f32[5, 2]"]);
    expect(initialValue(table)).toEqual(initialValue(initializedParam("characters/table", [5, 2], normal(), 3)));
  });

  test("another initializer is used if given", () => {
    const { table } = embedding({ tokens: 5, units: 2, seed: 3, table: uniform(0, 1) }).parameters;
    expect(initialValue(table)).toEqual(initialValue(initializedParam("embedding/table", [5, 2], uniform(0, 1), 3)));
  });
});

test("tied logits are products with the same table; its derivative is that of both uses", () => {
  const layer = embedding({ tokens: 5, units: 3, seed: 1 });
  const { table } = layer.parameters;
  const tokens = constant([4, 0], "i32");
  const logits = layer.logits(layer.apply(tokens));
  expect(evaluate(logits)).toEqual(evaluate(matmul(gather(table, tokens), transpose(table))));
  checkGradients(logits, { wrt: [table], values: {} });
});

test("logits of vectors of another size are refused", () => {
  expectProblem(() => embedding({ tokens: 5, units: 3, seed: 1 }).logits(input("h", [2, 4])), {
    name: "ShapeError",
    code: "LAYER_INPUT",
    message: 'embedding("embedding").logits(x): the last axis of x must be 3, got f32[2, 4] ("h").',
  });
});

test("one-hot encoding is the table of the identity", () => {
  expect(evaluate(oneHotEncoding({ tokens: 3 }).apply(constant([2, 0], "i32"))).data).toEqual(
    Float64Array.from([0, 0, 1, 1, 0, 0]),
  );
  expectProblem(() => oneHotEncoding({ tokens: 0 }), {
    name: "ValueError",
    code: "LAYER_SIZE",
    message: 'oneHotEncoding("oneHotEncoding"): tokens must be a whole number ≥ 1, got 0.',
  });
});

describe("errors", () => {
  test.each([
    { options: { tokens: 0, units: 2 }, message: "tokens must be a whole number ≥ 1, got 0." },
    { options: { tokens: 2, units: 2.5 }, message: "units must be a whole number ≥ 1, got 2.5." },
  ])("$message", ({ options, message }) => {
    expectProblem(() => embedding({ ...options, seed: 1 }), {
      name: "ValueError",
      code: "LAYER_SIZE",
      message: `embedding("embedding"): ${message}`,
    });
  });

  test.each([-1, 3])("token %i of a table of 3 is refused when run", (token) => {
    const tokens = input("tokens", [2], "i32");
    const vectors = embedding({ tokens: 3, units: 2, seed: 1 }).apply(tokens);
    expect(() => evaluate(vectors, { tokens: [0, token] })).toThrow(
      `every index must be in [0, 2], got ${token} at position 1.`,
    );
  });
});
