/** Parameters with initial values: what the values depend on, and what they do not. */
import { formatType, initialValue, type FloatNode } from "@unfold/core";
import {
  convolution1d,
  dense,
  embedding,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  initializedParam,
  layerNorm,
  lecunNormal,
  lecunUniform,
  normal,
  orthogonal,
  truncatedNormal,
  uniform,
  zeros,
  type Initializer,
} from "@unfold/nn";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";

const random: readonly (readonly [string, Initializer])[] = [
  ["glorotUniform", glorotUniform],
  ["glorotNormal", glorotNormal],
  ["heUniform", heUniform],
  ["heNormal", heNormal],
  ["lecunUniform", lecunUniform],
  ["lecunNormal", lecunNormal],
  ["truncatedNormal", truncatedNormal()],
  ["orthogonal", orthogonal()],
  ["uniform", uniform(-1, 1)],
  ["normal", normal()],
];

function elements(leaf: FloatNode): number[] {
  return [...initialValue(leaf).data];
}

describe.each(random)("%s", (_, initializer) => {
  const draw = (path: string, seed: number): number[] => elements(initializedParam(path, [3, 4], initializer, seed));

  test("one path and seed give the same values each time", () => {
    expect(draw("a/weight", 7)).toEqual(draw("a/weight", 7));
  });

  test("two paths share no element", () => {
    expect(new Set([...draw("a/weight", 7), ...draw("b/weight", 7)]).size).toBe(24);
  });

  test("two seeds share no element", () => {
    expect(new Set([...draw("a/weight", 7), ...draw("a/weight", 8)]).size).toBe(24);
  });
});

test("the parameter has the path and shape asked for", () => {
  const leaf = initializedParam("encoder/weight", [2, 3], glorotUniform, 1);
  expect([leaf.op.name, leaf.label, formatType(leaf.type)]).toEqual(["param", "encoder/weight", "f32[2, 3]"]);
});

test("a seed that is no whole number is refused with the parameter's path", () => {
  expectProblem(() => initializedParam("encoder/weight", [2, 3], glorotUniform, 1.5), {
    name: "ValueError",
    code: "SEED_RANGE",
    message: 'initializer of "encoder/weight": the seed must be a whole number in [0, 2^53), got 1.5.',
  });
});

describe("shapes that nothing could train are refused before a number is drawn", () => {
  test.each([
    ["dense/weight", [2, 1e9], () => dense({ inputs: 2, units: 1e9, seed: 1 })],
    ["embedding/table", [1e6, 1000], () => embedding({ tokens: 1e6, units: 1000, seed: 1 })],
    ["convolution1d/weight", [1e9, 2, 1], () => convolution1d({ inputs: 2, units: 1, window: 1e9, seed: 1 })],
    ["layerNorm/weight", [1e9], () => layerNorm({ units: 1e9 })],
    ["u", [1e5, 1e5], () => initializedParam("u", [1e5, 1e5], orthogonal(), 1)],
    ["u", [2 ** 29 + 1], () => initializedParam("u", [2 ** 29 + 1], zeros, 1)],
  ])("%s %j", (path, shape, build) => {
    expectProblem(build, {
      name: "ShapeError",
      code: "PARAMETER_SIZE",
      message: `initializer of "${path}": the shape must have at most 2^29 elements, got [${shape.join(", ")}] with ${shape.reduce((size, extent) => size * extent, 1)}. Make it of fewer units, or of several smaller layers.`,
    });
  });
});

test("a path of nothing is refused", () => {
  expectProblem(() => initializedParam("", [2, 3], glorotUniform, 1), {
    name: "GraphError",
    code: "LEAF_NAME",
    message: 'param("", initial): a leaf must have a name, got "".',
  });
});
