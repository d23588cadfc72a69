/** Recurrences over packed rows: every sequence is what it is alone. */
import {
  add,
  broadcastTo,
  constant,
  createRuntime,
  evaluateAll,
  foldedGraph,
  gradient,
  gru,
  input,
  mul,
  ndArray,
  packSequences,
  param,
  scan,
  slice,
  sum,
  tanh,
  unfold,
  type FloatNode,
  type FoldedGraph,
  type NdArray,
  type Node,
  type PackedPlace,
} from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawParam, drawReals, seeds } from "../recurrences.js";
import { expectSameGradients, expectSameValues } from "../same-recurrences.js";

/** y_t = tanh(x_t + w y_{t-2}), from values before step 0 that all sequences share. */
function secondOrder(batch: number, w: FloatNode, first: FloatNode): FoldedGraph<{ readonly y: FloatNode }> {
  return foldedGraph("second order", ({ sequence, delay }) => {
    const before = delay("y", [batch, 2], { steps: 2, initial: broadcastTo(first, [2, batch, 2]) });
    const y = tanh(add(sequence("x", [batch, 2]), mul(w, before)));
    return { next: { y }, outputs: { y } };
  });
}

function drawSequences(lengths: readonly number[], seed: number): NdArray[] {
  return lengths.map((length, b) => drawReals([length, 2], seed, `x${b}`));
}

/** One packed sequence of what is `[T, R, …]`, as `[length, 1, …]`. */
function partOf(node: Node, { row, start, length }: PackedPlace): Node {
  return slice(node, { axis: 0, start, stop: start + length }, { axis: 1, start: row, stop: row + 1 });
}

function named(nodes: readonly Node[]): Record<string, Node> {
  return Object.fromEntries(nodes.map((node, b) => [`y${b}`, node]));
}

test.each([
  ["scan", scan],
  ["unfold", unfold],
] as const)("%s: values to the last bit, gradients but for the order of sums, in both directions", (_, run) => {
  const lengthLists = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(lengthLists, seeds, fc.boolean(), (lengths, seed, reverse) => {
      const { values, segments, places } = packSequences(drawSequences(lengths, seed), { length: 6, value: NaN });
      const [steps, rows] = values.shape as [number, number];
      const [w, first] = [drawParam("w", [2], seed), drawParam("first", [2, 1, 2], seed)];
      const x = param("x", values);
      const packed = run(secondOrder(rows, w, first), steps, { x }, { segments: constant(segments), reverse });
      const found = named(places.map((place) => partOf(packed.outputs.y, place)));
      const alone = secondOrder(1, w, first);
      const wanted = named(
        places.map((place) => scan(alone, place.length, { x: partOf(x, place) }, { reverse }).outputs.y),
      );
      expectSameValues(found, wanted, {});
      const rest = { name: "", steps, sequences: {}, last: {}, final: {} };
      expectSameGradients({ ...rest, outputs: found }, { ...rest, outputs: wanted }, [w, first, x], {});
    }),
    { numRuns: 30 },
  );
});

test("compiled, with gradients", async () => {
  const packed = packSequences(drawSequences([3, 7, 2, 4, 5], 1), { length: 8 });
  const cell = gru({ inputs: 2, units: 3, seed: 1 });
  const x = input("x", packed.values.shape);
  const segments = input("segments", packed.segments.shape, "i32");
  const { outputs } = cell.scan(x, {}, { segments });
  const [slope] = gradient(sum(outputs.h), [cell.parameters["recurrentWeight"]!]);
  const { run } = await (await createRuntime()).compile({ inputs: { x, segments }, outputs: { ...outputs, slope } });
  const values = { x: packed.values, segments: packed.segments };
  const [found, wanted] = [run(values), evaluateAll({ ...outputs, slope }, values)];
  for (const name of ["h", "slope"] as const) {
    wanted[name].data.forEach((element, i) => {
      // Sums of at most 100 terms below 1, at 24 bits.
      expect(Math.abs(found[name].data[i]! - element)).toBeLessThanOrEqual(1e-5);
    });
  }
});

test("segments of another shape, and padding said twice", () => {
  const cell = gru({ inputs: 2, units: 3, seed: 1 });
  const x = input("x", [4, 2, 2]);
  expectProblem(() => cell.scan(x, {}, { segments: constant([[1, 1]], "i32") }), {
    name: "ShapeError",
    code: "SEGMENTS",
    message: 'segments of "gru": they must be i32[4, B], time-major, got i32[1, 2].',
  });
  expectProblem(
    () =>
      cell.scan(
        x,
        {},
        {
          segments: constant(ndArray([1, 1, 1, 1, 1, 1, 1, 1], { dtype: "i32", shape: [4, 2] }), "i32"),
          lengths: constant([4, 4], "i32"),
        },
      ),
    {
      name: "GraphError",
      code: "PADDING_TWICE",
      message: 'lengths and segments of "gru": padding must be said once, got both. Segments of 0 are padding already.',
    },
  );
});
