/** Parameters with initial values: what the values depend on, and what they do not. */
import { formatType, initialValue, type FloatNode } from "@unfold/core";
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  initializedParam,
  lecunNormal,
  lecunUniform,
  normal,
  orthogonal,
  truncatedNormal,
  uniform,
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

test("a path of nothing is refused", () => {
  expectProblem(() => initializedParam("", [2, 3], glorotUniform, 1), {
    name: "GraphError",
    code: "LEAF_NAME",
    message: 'param("", initial): a leaf must have a name, got "".',
  });
});
