/** Containers: layers one after another, and ways around them. */
import { add, constant, evaluate, input, relu, tanh, type FloatNode } from "@unfold/core";
import { countParameters, dense, dropout, embedding, residualBlock, sequential, trainingMode } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import { describe, expect, test } from "vitest";

const first = dense({ name: "first", inputs: 2, units: 3, seed: 1 });
const second = dense({ name: "second", inputs: 3, units: 2, seed: 2 });
const x = constant([[1, -2]]);
const run = (y: FloatNode): number[] => [...evaluate(y).data];

describe("sequential", () => {
  test("each layer takes what the one before gives", () => {
    expect(run(sequential([first, tanh, second]).apply(x))).toEqual(run(second.apply(tanh(first.apply(x)))));
  });

  test("parameters are a tree by names; a layer that comes twice is shared", () => {
    const square = dense({ name: "square", inputs: 2, units: 2, seed: 1 });
    const model = sequential([square, relu, square, first]);
    expect(Object.keys(model.parameters)).toEqual(["square", "first"]);
    expect(countParameters(model.parameters)).toBe(6 + 9);
  });

  test("the mode reaches every layer, also those of containers inside", () => {
    const model = sequential([sequential([dropout({ rate: 0.9 })], "inner")]);
    const ones = constant(new Array<number>(50).fill(1));
    expect(run(model.apply(ones))).toEqual(new Array(50).fill(1));
    expect(run(model.apply(ones, trainingMode(1)))).toContain(0);
  });

  test("the first layer may take tokens", () => {
    const model = sequential([embedding({ tokens: 5, units: 3, seed: 1 }), second]);
    expect(model.apply(input("tokens", [4, 2], "i32")).shape).toEqual([4, 2, 2]);
  });

  test("two layers of one name are refused", () => {
    const again = dense({ name: "first", inputs: 3, units: 1, seed: 2 });
    expectProblem(() => sequential([first, again]), {
      name: "GraphError",
      code: "LAYER_NAME_TWICE",
      message:
        'sequential(layers): two layers must have two names, got two called "first". Name them: dense({ name: "first", … }); to share parameters, use one layer twice.',
    });
  });

  test("no layers are refused", () => {
    expectProblem(() => sequential([] as never), {
      name: "GraphError",
      code: "LAYERS_EMPTY",
      message: "sequential(layers): there must be at least one layer, got none.",
    });
  });
});

describe("residualBlock", () => {
  test("it adds x to the layer's result", () => {
    const inner = sequential([first, tanh, second]);
    expect(run(residualBlock(inner).apply(x))).toEqual(run(add(inner.apply(x), x)));
    expect(residualBlock(inner).parameters).toEqual({ sequential: inner.parameters });
  });

  test("a shortcut gives x the layer's shape", () => {
    const shortcut = dense({ name: "shortcut", inputs: 2, units: 3, bias: false, seed: 3 });
    const layer = residualBlock(first, { shortcut });
    expect(run(layer.apply(x))).toEqual(run(add(first.apply(x), shortcut.apply(x))));
    expect(Object.keys(layer.parameters)).toEqual(["first", "shortcut"]);
  });

  test("the mode reaches the layer", () => {
    const ones = constant(new Array<number>(50).fill(1));
    expect(run(residualBlock(dropout({ rate: 0.9 })).apply(ones, trainingMode(1)))).toContain(1);
  });

  test("shapes that differ are refused, also where they would broadcast", () => {
    const one = dense({ name: "one", inputs: 2, units: 1, seed: 1 });
    expectProblem(() => residualBlock(one).apply(input("x", [4, 2])), {
      name: "ShapeError",
      code: "RESIDUAL_SHAPE",
      message:
        'residualBlock("residualBlock").apply(x): the layer and the way around it must give one shape, got layer = f32[4, 1] and around = f32[4, 2] ("x"). Give a shortcut that changes the shape: residualBlock(layer, { shortcut }).',
    });
  });
});
