/** An index out of range is refused with the same words on every backend. */
import {
  add,
  broadcastTo,
  constant,
  createRuntime,
  gather,
  gradient,
  input,
  oneHot,
  scatterAdd,
  state,
  sum,
  takeAlongAxis,
  transpose,
  type BackendName,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

const COMPILED: readonly BackendName[] = ["wasm-scalar", "wasm-simd"];

/** What every backend says of a program whose indices are out of range. */
async function problemsOf(
  inputs: Readonly<Record<string, Node>>,
  result: Node,
  values: Readonly<Record<string, readonly number[]>>,
): Promise<{ readonly said: object; readonly others: readonly object[] }> {
  const problemOn = async (backend: BackendName): Promise<object> => {
    const runtime = await createRuntime({ backend });
    const { run } = await runtime.compile({ inputs, outputs: { result } });
    return problemOf(() => run(values));
  };
  return { said: await problemOn("interpreter"), others: await Promise.all(COMPILED.map(problemOn)) };
}

/** Programs with indices of this shape into an axis of `size` elements; x has the shape of the indices but for that axis. */
type Program = (x: FloatNode, indices: IntNode, axis: number) => Node;
const alike: Readonly<Record<string, Program>> = {
  takeAlongAxis,
  "the derivative of takeAlongAxis": (x, indices, axis) => gradient(sum(takeAlongAxis(x, indices, axis)), [x])[0],
};
const free: Readonly<Record<string, Program>> = {
  gather,
  "gather at transposed indices": (x, indices, axis) => gather(x, transpose(indices), axis),
  "gather at computed indices": (x, indices, axis) => gather(x, add(indices, indices), axis),
  "the derivative of gather": (x, indices, axis) => gradient(sum(gather(x, indices, axis)), [x])[0],
  scatterAdd: (x, indices, axis) =>
    scatterAdd(x, indices, broadcastTo(constant(1), updatesShape(x, indices, axis)), axis),
  oneHot: (x, indices, axis) => oneHot(indices, x.shape[axis]!),
};

const updatesShape = ({ shape }: Node, indices: Node, axis: number): number[] => [
  ...shape.slice(0, axis),
  ...indices.shape,
  ...shape.slice(axis + 1),
];
const extents = (rank: number): fc.Arbitrary<number[]> =>
  fc.array(fc.constantFrom(1, 2, 3, 4, 5, 9), { minLength: rank, maxLength: rank });
const sample = fc.record({ shape: extents(3), indexShape: extents(3), axis: fc.nat(2), seed: fc.array(fc.nat(999)) });

/** Indices of which some, and at least one, are out of range. */
function indicesOf(count: number, size: number, seed: readonly number[]): number[] {
  const indices = Array.from({ length: count }, (_, i) => ((seed[i % (seed.length + 1)] ?? i) * 7 + i) % size);
  for (const number of [...seed, 1].slice(0, 3))
    indices[(number * 31) % count] = [size, -1, 2 ** 31 - 1 - number, size + number][number % 4]!;
  return indices;
}

describe.each([...Object.entries(alike), ...Object.entries(free)])("%s", (name, program) => {
  test("says which index, the first of those out of range, and where it stands among the indices", async () => {
    await fc.assert(
      fc.asyncProperty(sample, async ({ shape, indexShape, axis, seed }) => {
        const chosen = name in alike ? shape.with(axis, indexShape[axis]!) : indexShape;
        const [x, indices] = [input("x", shape), input("indices", chosen, "i32")] as const;
        const values = {
          x: new Array<number>(shape.reduce((size, extent) => size * extent, 1)).fill(1),
          indices: indicesOf(
            chosen.reduce((size, extent) => size * extent, 1),
            shape[axis]!,
            seed,
          ),
        };
        const { said, others } = await problemsOf({ x, indices }, program(x, indices, axis), values);
        expect(said).toMatchObject({ code: "INDEX_RANGE" });
        for (const other of others) expect(other).toEqual(said);
      }),
      { numRuns: 30 },
    );
  });
});

test("the position is that of the index, however long the slices are", async () => {
  const [x, indices] = [input("x", [3, 40]), input("indices", [5], "i32")] as const;
  const values = { x: new Array<number>(120).fill(1), indices: [0, 1, 2, 7, 0] };
  const { said, others } = await problemsOf({ x, indices }, gather(x, indices), values);
  expect([said, ...others].map((problem) => (problem as { message: string }).message)).toEqual(
    new Array(3).fill(expect.stringMatching(/every index must be in \[0, 2\], got 7 at position 3\.$/)),
  );
});

test("a state that is the index of its own update is still there to be looked at", async () => {
  const table = constant([1, 2, 3, 7, 1, 1, 1], "i32");
  const messages = await Promise.all(
    (["interpreter", ...COMPILED] as const).map(async (backend) => {
      const at = state("at", [0, 1, 2, 2, 1, 0], "i32");
      const runtime = await createRuntime({ backend });
      const step = await runtime.compile({ inputs: {}, outputs: {}, updates: [[at, takeAlongAxis(table, at)]] });
      for (let i = 0; i < 2; i++) step.run({});
      return problemOf(() => step.run({})).message.replace(/ built at .*?: /, ": ");
    }),
  );
  expect(new Set(messages)).toEqual(
    new Set(["takeAlongAxis(x, indices) i32[6]: every index must be in [0, 6], got 7 at position 2."]),
  );
});
