/** Parameter trees: paths, counting, sharing, freezing. */
import { constant, evaluate, gradient, input, leavesOf, param, sizeOf, sum, type FloatNode } from "@unfold/core";
import { countParameters, dense, flattenParameters, sgd, trainable, type ParameterTree } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** A tree of random depth and the leaves in it, in order; each has a path of its own. */
const trees = fc
  .array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 4 })), { minLength: 1, maxLength: 8 })
  .map((specifications) => {
    const leaves: FloatNode[] = [];
    const tree = specifications.map(([depth, size], i): ParameterTree => {
      const leaf = param(`leaf${i}`, new Float32Array(size));
      leaves.push(leaf);
      let part: ParameterTree = { leaf };
      for (let level = 0; level < depth; level++) part = { [`level${level}`]: part };
      return part;
    });
    return { tree: Object.fromEntries(tree.entries()), leaves };
  });

test("all leaves of a tree are found, in its order, under their own paths", () => {
  fc.assert(
    fc.property(trees, ({ tree, leaves }) => {
      const found = flattenParameters(tree);
      expect([...found.values()]).toEqual(leaves);
      expect([...found.keys()]).toEqual(leaves.map(({ label }) => label));
    }),
  );
});

test("the numbers of all leaves are counted, those of a shared one once", () => {
  fc.assert(
    fc.property(trees, ({ tree, leaves }) => {
      const total = leaves.reduce((count, { shape }) => count + sizeOf(shape), 0);
      expect(countParameters(tree)).toBe(total);
      expect(countParameters({ encoder: tree, again: { tree } })).toBe(total);
    }),
  );
});

test("what is not frozen is trained", () => {
  fc.assert(
    fc.property(trees, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), ({ tree, leaves }, choice) => {
      const kept = leaves.filter((_, i) => i === 0 || choice[i] === true);
      const frozen = leaves.filter((leaf) => !kept.includes(leaf));
      expect(trainable(tree, { except: frozen })).toEqual(kept);
      expect(trainable(tree)).toEqual(leaves);
    }),
  );
});

test("a frozen part has no update", () => {
  const encoder = dense({ name: "encoder", inputs: 2, units: 3, seed: 1 });
  const head = dense({ name: "head", inputs: 3, units: 1, seed: 1 });
  const loss = sum(head.apply(encoder.apply(input("x", [4, 2]))));
  const parameters = trainable(
    { encoder: encoder.parameters, head: head.parameters },
    { except: [encoder.parameters, head.parameters.bias!] },
  );
  const updates = sgd({ learningRate: 1 }).minimize(loss, { parameters });
  expect(updates.map(([leaf]) => leaf)).toEqual([head.parameters.weight]);
});

test("a shared layer has the gradient of all its uses", () => {
  const layer = dense({ inputs: 2, units: 2, seed: 1 });
  const loss = sum(layer.apply(layer.apply(constant([[1, 2]]))));
  expect(leavesOf([loss], "param")).toHaveLength(2);
  // Σ (b + b W) has the slope 1 + Σ of b's row of W.
  const { weight, bias } = layer.parameters;
  const [w00, w01, w10, w11] = evaluate(weight).data;
  const slope = evaluate(gradient(loss, [bias!])[0]).data;
  expect(Math.abs(slope[0]! - (1 + w00! + w01!))).toBeLessThan(1e-15);
  expect(Math.abs(slope[1]! - (1 + w10! + w11!))).toBeLessThan(1e-15);
});

describe("errors", () => {
  test("two parameters of one path are refused", () => {
    const tree = { a: param("w", 1), b: { c: param("w", 2) } };
    expectProblem(() => flattenParameters(tree), {
      name: "GraphError",
      code: "LEAF_PATH_TWICE",
      message:
        'flattenParameters(tree): two parameters must have two paths, got two called "w". Give each layer a name of its own; to share a parameter, use the layer itself twice.',
    });
  });

  test("a leaf that is not a parameter is refused, with its place", () => {
    expectProblem(() => countParameters({ encoder: { weight: input("x", [2]) } }), {
      name: "GraphError",
      code: "NOT_A_PARAMETER",
      message:
        'flattenParameters(tree): a leaf of the tree must be a parameter, got input f32[2] ("x") at "encoder/weight". Make it with param(path, initial).',
    });
  });

  test("freezing what is not there is refused", () => {
    expectProblem(() => trainable({ w: param("w", 1) }, { except: [param("v", 1)] }), {
      name: "GraphError",
      code: "NOT_IN_TREE",
      message: 'trainable(tree, { except }): a frozen parameter must be in the tree, got f32[] ("v").',
    });
  });

  test("freezing everything is refused, and so is a tree of nothing", () => {
    const problem = {
      name: "GraphError",
      code: "NO_PARAMETERS",
      message: "trainable(tree, { except }): at least one parameter must be left, got none.",
    };
    const tree = { w: param("w", 1) };
    expectProblem(() => trainable(tree, { except: [tree] }), problem);
    expectProblem(() => trainable({}), problem);
  });
});
