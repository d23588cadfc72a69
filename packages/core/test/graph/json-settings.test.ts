/** JSON whose settings are missing or nonsense: refused, or of no consequence; never an error of JavaScript's when the graph runs. */
import {
  allOps,
  argmax,
  argsort,
  broadcastTo,
  cast,
  clamp,
  clipGradient,
  concat,
  constant,
  cumulativeSum,
  evaluate,
  fromJson,
  gather,
  iota,
  leavesOf,
  checkRange,
  matmul,
  max,
  oneHot,
  pad,
  param,
  randomBits,
  randomKey,
  randomUniform,
  reshape,
  reverse,
  scaleGradient,
  scatterAdd,
  slice,
  sum,
  takeAlongAxis,
  toJson,
  transpose,
  UnfoldError,
  vjp,
  type FloatNode,
  type JsonValue,
  type Node,
} from "@unfold/core";
import { expect, test } from "vitest";

const x = param("x", [
  [1, 2, 3],
  [4, 5, 6],
]);
const indices = constant([0, 1], "i32");

/** One use of every operation that has settings. */
const uses: readonly Node[] = [
  argmax(x, 1),
  argsort(x, 1),
  broadcastTo(x, [2, 2, 3]),
  cast(x, "i32"),
  clamp(x, 2, 4),
  clipGradient(x, 1),
  concat([x, x], 1),
  cumulativeSum(x, 1),
  gather(x, indices, 1),
  iota(3),
  matmul(x, x, { transposeB: true }),
  max(x, { axes: [1] }),
  oneHot(indices, 3),
  checkRange(indices, 3, { where: "mine(labels)", subject: "every label", fix: "Count from 0" }),
  pad(x, [{ axis: 1, before: 1 }]),
  randomBits(randomKey(1), [3]),
  randomUniform(randomKey(1), [3]),
  reshape(x, [3, 2]),
  reverse(x, [1]),
  scaleGradient(x, 2),
  scatterAdd(
    x,
    indices,
    constant([
      [1, 1],
      [1, 1],
    ]),
    1,
  ).inputs[1]!,
  slice(x, { axis: 1, start: 1 }),
  sum(x, { axes: [0] }),
  takeAlongAxis(x, constant([[0], [1]], "i32"), 1),
  transpose(x),
];

/** Of all nonsense, a value that padding may have. */
const notANumber = { number: "NaN" };
const nonsense: readonly (JsonValue | undefined)[] = [
  undefined,
  -1,
  7,
  0.5,
  true,
  "axis",
  [],
  [0.5],
  [-1, 9],
  [0, 0],
  notANumber,
  { dtype: "f32", shape: [], data: [1] },
];

/** What is wrong with a graph that was read, computed and differentiated; undefined if nothing is. */
function faultOf(json: unknown, canBeNaN: boolean): string | undefined {
  try {
    const use = fromJson(json, allOps)["use"]!;
    const results = [use, ...cotangentsOf(use)].map((node) => evaluate(node));
    // What is read outside of a tensor is not a number; x holds none.
    const isOutside = results.some(({ data }) => data.some(Number.isNaN));
    return isOutside && !canBeNaN ? "NaN" : undefined;
  } catch (error) {
    return error instanceof UnfoldError ? undefined : String(error);
  }
}

/** For x, if the result is f32. */
function cotangentsOf(use: Node): readonly FloatNode[] {
  return use.dtype === "f32"
    ? vjp(use as FloatNode, use as FloatNode, leavesOf([use], "param") as FloatNode[], { missing: "zero" })
    : [];
}

test.each(uses.map((use) => [use.op.name, use] as const))("%s", (_, use) => {
  const graph = toJson({ use });
  const last = graph.nodes.length - 1;
  const settings = Object.keys(graph.nodes[last]!.attrs);
  const faults = settings.flatMap((name) =>
    nonsense.flatMap((value) => {
      const nodes = graph.nodes.map((node, i) =>
        i === last ? { ...node, attrs: { ...node.attrs, [name]: value } } : node,
      );
      // Through text, where a setting that is undefined is missing.
      const fault = faultOf(JSON.parse(JSON.stringify({ ...graph, nodes })), value === notANumber && name === "value");
      return fault === undefined ? [] : [`${name} = ${JSON.stringify(value)}: ${fault}`];
    }),
  );
  expect(settings).not.toEqual([]);
  expect(faults).toEqual([]);
});
