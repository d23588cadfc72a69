/** No walk over a graph recurses: a chain of 200,000 nodes goes through every one of them. */
import {
  add,
  allOps,
  constant,
  copyGraph,
  createRuntime,
  evaluate,
  fromJson,
  gradient,
  hessianVectorProduct,
  input,
  jvp,
  leavesOf,
  param,
  pictureOf,
  printGraph,
  sin,
  sub,
  substitute,
  toDot,
  toJson,
  toMermaid,
  topologicalOrder,
  verify,
  type FloatNode,
} from "@unfold/core";
import { beforeAll, describe, expect, test } from "vitest";

const LENGTH = 200_000;
const X = 0.5;
const W = 0.25;
/** The factors of 18,000 sines, multiplied in another order. */
const RTOL = 1e-10;

describe("a chain of 200,000 nodes", () => {
  const x = input("x", []);
  const w = param("w", W);
  const leaves = [x, w];
  const values = { x: X };
  let end: FloatNode;

  beforeAll(() => {
    end = chain(x);
  }, 60_000);

  /** One node in eleven is sin, so that second derivatives are not zero; the others read w, which has as many users. */
  function chain(start: FloatNode): FloatNode {
    let node = start;
    for (let i = 0; i < LENGTH; i++) node = isSine(i) ? sin(node) : isPlus(i) ? add(node, w) : sub(node, w);
    return node;
  }

  test("topologicalOrder", () => {
    expect(topologicalOrder([end]).length).toBe(LENGTH + leaves.length);
  });

  test("leavesOf", () => {
    expect(leavesOf([end], "input")).toEqual([x]);
    expect(leavesOf([end], "param")).toEqual([w]);
  });

  test("verify", () => {
    verify(topologicalOrder([end]));
  });

  test("printGraph", () => {
    const lines = printGraph(end).split("\n");
    expect(lines.length).toBe(LENGTH + leaves.length + 1);
    expect(lines.at(-1)).toBe(`return %${LENGTH + 1}`);
  });

  test("toJson and fromJson", () => {
    const text = JSON.stringify(toJson({ end }));
    const copy = fromJson(JSON.parse(text), allOps);
    expect(JSON.stringify(toJson(copy)) === text).toBe(true);
  });

  test("pictureOf, toDot and toMermaid", () => {
    const picture = pictureOf({ end });
    expect(picture.boxes.length).toBe(LENGTH + leaves.length + 1);
    expect(toDot(picture).split("->").length).toBe(picture.arrows.length + 1);
    expect(toMermaid(picture).split("-->").length).toBe(picture.arrows.length + 1);
  });

  test("substitute and copyGraph", () => {
    const start = constant(X);
    const [copy] = substitute([end], new Map([[x, start]]));
    expect(topologicalOrder([copy]).length).toBe(LENGTH + leaves.length);
    expect(leavesOf([copy], "constant")).toEqual([start]);
    // x stands among the copies as well: it is what was replaced.
    expect(copyGraph(topologicalOrder([end]), new Map([[x, start]])).size).toBe(LENGTH + 1);
  });

  test("evaluate", () => {
    expect(evaluate(end, values).item()).toBe(expected().value);
  });

  test("compile and run", async () => {
    const { run } = await (await createRuntime({ precision: "f64" })).compile({ inputs: { x }, outputs: { end } });
    expect(run(values).end.item()).toBe(expected().value);
  });

  test("gradient", () => {
    const [dx, dw] = gradient(end, [x, w]);
    const { slope, slopeOfW } = expected();
    expectNear(evaluate(dx, values).item(), slope);
    expectNear(evaluate(dw, values).item(), slopeOfW);
  });

  test("jvp", () => {
    const [tangent] = jvp([end], [[x, constant(1)]]);
    expectNear(evaluate(tangent, values).item(), expected().slope);
  });

  test("hessianVectorProduct", () => {
    const [product] = hessianVectorProduct(end, [x], [constant(1)]);
    expectNear(evaluate(product, values).item(), expected().curvature);
  });
});

function isSine(i: number): boolean {
  return i % 11 === 10;
}

function isPlus(i: number): boolean {
  return (i % 11) % 2 === 1;
}

/** The chain's value and derivatives by x and w, by the same steps in plain numbers. */
function expected(): { value: number; slope: number; curvature: number; slopeOfW: number } {
  let [value, slope, curvature, slopeOfW] = [X, 1, 0, 0];
  for (let i = 0; i < LENGTH; i++) {
    const sign = isPlus(i) ? 1 : -1;
    if (isSine(i)) {
      curvature = Math.cos(value) * curvature - Math.sin(value) * slope * slope;
      slope *= Math.cos(value);
      slopeOfW *= Math.cos(value);
      value = Math.sin(value);
    } else {
      value += sign * W;
      slopeOfW += sign;
    }
  }
  return { value, slope, curvature, slopeOfW };
}

function expectNear(actual: number, wanted: number): void {
  expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(RTOL * Math.abs(wanted));
}
