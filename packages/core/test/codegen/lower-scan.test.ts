/** Scans as loops: values and gradients, delays of any reach, both directions, nested; and what lies in whose place. */
import {
  add,
  constant,
  evaluateAll,
  gradient,
  input,
  matmul,
  mul,
  ndArray,
  param,
  reshape,
  scan,
  square,
  sum,
  tanh,
  type FloatNode,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runLowered } from "./reference/run-lowered.js";

/** f32 sums in another order. */
const TOLERANCE = 2e-5;

const settings = fc.record({
  steps: fc.integer({ min: 1, max: 6 }),
  reach: fc.integer({ min: 1, max: 4 }),
  reverse: fc.boolean(),
  readsPrevious: fc.boolean(),
  isNested: fc.boolean(),
});

interface Recurrence {
  readonly outputs: Readonly<Record<string, FloatNode>>;
  readonly x: Node<"f32">;
  readonly variables: readonly FloatNode[];
}

/** Two delays, one of which reads the other; a nested scan runs over the rows of each step. */
function build({
  steps,
  reach,
  reverse,
  readsPrevious,
  isNested,
}: typeof settings extends fc.Arbitrary<infer S> ? S : never): Recurrence {
  const x = input("x", [steps, 2, 3]);
  const w = param("w", [
    [0.5, -0.3, 0.2],
    [0.1, 0.4, -0.6],
    [-0.2, 0.3, 0.7],
  ]);
  const start = param(
    "start",
    Array.from({ length: reach }, (_, k) => [
      [0.1 * k, 0.2, 0.3],
      [0.4, -0.5, 0.6],
    ]),
  );
  const { outputs, final } = scan({
    steps,
    reverse,
    sequences: { x },
    delays: {
      h: { initial: start, steps: reach },
      c: {
        initial: constant([
          [
            [0, 0, 0],
            [0, 0, 0],
          ],
        ]),
      },
    },
    step: ({ sequences, delays }) => {
      const inner = isNested ? rowsSoFar(sequences.x) : sequences.x;
      const h = tanh(add(add(inner, matmul(delays.h, w)), delays.c));
      return {
        next: { h, c: readsPrevious ? delays.h : mul(h, 0.5) },
        outputs: { h, before: delays.h, twice: mul(h, 2), x: sequences.x },
      };
    },
  });
  return {
    outputs: { ...outputs, ...Object.fromEntries(Object.entries(final).map(([k, v]) => [`final ${k}`, v])) },
    x,
    variables: [w, start],
  };
}

/** Running sums over the rows, by a scan of its own. */
function rowsSoFar(x: FloatNode): FloatNode {
  return scan({
    steps: 2,
    sequences: { x },
    delays: { total: { initial: constant([[0, 0, 0]]) } },
    step: ({ sequences, delays }) => {
      const total = add(delays.total, sequences.x);
      return { next: { total }, outputs: { total } };
    },
  }).outputs.total;
}

test("loops have the values and gradients that the interpreter gives", () => {
  fc.assert(
    fc.property(settings, (setting) => {
      const { outputs, x, variables } = build(setting);
      const loss = Object.values(outputs).reduce<FloatNode>(
        (total, node) => add(total, sum(square(node))),
        constant(0),
      );
      const gradients = gradient(loss, [...variables, x]);
      const all = { ...outputs, ...Object.fromEntries(gradients.map((node, i) => [`d${i}`, node])) };
      const values = {
        x: ndArray(
          Float32Array.from({ length: setting.steps * 6 }, (_, i) => Math.sin(i)),
          { shape: x.shape },
        ),
      };
      const expected = evaluateAll(all, values, { precision: "f32" });
      const { outputs: actual } = runLowered({ inputs: { x }, outputs: all, values });
      for (const name of Object.keys(all)) {
        actual[name]!.forEach((value, i) => {
          const wanted = expected[name]!.data[i]!;
          expect(Math.abs(value - wanted), `${name}[${i}]`).toBeLessThanOrEqual(
            TOLERANCE * Math.max(1, Math.abs(wanted)),
          );
        });
      }
    }),
  );
});

test("the values of a delay lie in one buffer, and a step copies nothing", () => {
  const x = input("x", [5, 2, 3]);
  const w = param("w", [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
  const { outputs } = scan({
    steps: 5,
    sequences: { x },
    delays: {
      h: {
        initial: constant([
          [
            [0, 0, 0],
            [0, 0, 0],
          ],
        ]),
      },
    },
    step: ({ sequences, delays }) => {
      const h = tanh(add(sequences.x, matmul(delays.h, w)));
      return { next: { h }, outputs: { h, before: delays.h } };
    },
  });
  const values = { x: ndArray(new Float32Array(30), { shape: [5, 2, 3] }) };
  const { program } = runLowered({ inputs: { x }, outputs: outputs, values });
  const [loop] = program.statements.filter(({ kind }) => kind === "loop");
  expect(loop?.kind === "loop" && loop.body.length).toBe(2);
});

test("a state that a scan inside a scan carries on is that of one long scan", () => {
  const x = input("x", [6, 2]);
  const { outputs, final } = scan({
    steps: 3,
    sequences: { x: reshape(x, [3, 2, 2]) },
    delays: { h: { initial: constant([[[0.5, -0.5]]]) } },
    step: ({ sequences, delays }) => {
      const inner = scan({
        steps: 2,
        sequences,
        delays: { h: { initial: delays.h } },
        step: (read) => {
          const h = tanh(add(read.sequences.x, read.delays.h));
          return { next: { h }, outputs: { doubled: mul(h, 2) } };
        },
      });
      return { next: { h: inner.final.h }, outputs: { doubled: inner.outputs.doubled } };
    },
  });
  const values = {
    x: ndArray(
      Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
      { shape: [6, 2] },
    ),
  };
  const all = { doubled: outputs.doubled, last: final.h };
  const expected = evaluateAll(all, values, { precision: "f32" });
  const { outputs: actual } = runLowered({ inputs: { x }, outputs: all, values });
  for (const name of ["doubled", "last"] as const)
    actual[name]!.forEach((value, i) => {
      expect(Math.abs(value - expected[name].data[i]!), `${name}[${i}]`).toBeLessThanOrEqual(TOLERANCE);
    });
});
