/** What holds of every gated cell: its equations, its derivatives, and that a sequence can be cut anywhere. */
import {
  checkGradients,
  concat,
  constant,
  evaluate,
  evaluateAll,
  gru,
  input,
  jvp,
  lstm,
  mul,
  slice,
  sum,
  vjp,
  type FloatNode,
  type RecurrentCell,
} from "@unfold/rnn";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distance, freeCell, run, seeds, sizes, type Sizes, type Values } from "./freed-cell.js";
import { plainGru, plainLstm } from "./plain-numbers.js";

/** The same sums of at most nine terms in another order; five steps contract rather than amplify. */
const ATOL = 1e-14;
/** Both sides are sums of the same products in other orders. */
const ADJOINT_TOLERANCE = 1e-12;

interface Kind {
  readonly title: string;
  readonly delays: readonly string[];
  readonly build: (sizes: Sizes) => RecurrentCell;
  readonly reference: (values: Values, sizes: Sizes) => Record<string, number[]>;
}

const kinds: readonly Kind[] = [
  ...([1, 2] as const).map((biases) => ({
    title: `lstm with biases: ${biases}`,
    delays: ["h", "c"],
    build: ({ inputs, units }: Sizes) => lstm({ inputs, units, seed: 1, biases }),
    reference: plainLstm,
  })),
  ...[true, false].map((resetAfter) => ({
    title: `gru with resetAfter: ${String(resetAfter)}`,
    delays: ["h"],
    build: ({ inputs, units }: Sizes) => gru({ inputs, units, seed: 1, resetAfter }),
    reference: (values: Values, size: Sizes) => plainGru(values, size, resetAfter),
  })),
];

/** Elements in [-1, 1]. */
function drawConstant({ shape }: FloatNode, seed: number, name: string): FloatNode {
  return constant(drawValue(reals(shape, { min: -1, max: 1 }), seed, name));
}

describe.each(kinds)("$title", ({ delays, build, reference }) => {
  test("every step follows its equations, from any initial values", () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const cell = freeCell(build(size), size);
        const values = cell.draw(seed);
        expect(distance(run(cell, values), reference(values, size))).toBeLessThanOrEqual(ATOL);
      }),
    );
  });
  test.each([1, 2])("backpropagation through time equals central differences, at orders 1 and 2 (seed %i)", (seed) => {
    const size = { steps: 3, batch: 2, inputs: 2, units: 2 };
    const cell = freeCell(build(size), size);
    const values = cell.draw(seed);
    for (const output of Object.values(cell.outputs)) {
      expect(() => checkGradients(output, { wrt: cell.variables, values, seed })).not.toThrow();
    }
  });

  test("backpropagation through time and forward mode are adjoint", () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const cell = freeCell(build(size), size);
        const output = cell.outputs["h"]!;
        const cotangent = drawConstant(output, seed, "cotangent");
        const directions = cell.variables.map((variable) => drawConstant(variable, seed, `along ${variable.label!}`));
        const [tangent] = jvp(
          [output],
          cell.variables.map((variable, i) => [variable, directions[i]!] as const),
        );
        // After a single step no derivative reaches what only a second step would read.
        const gradients = vjp(output, cotangent, cell.variables, { missing: "zero" });
        const values = cell.draw(seed);
        const forward = evaluate(sum(mul(tangent, cotangent)), values).item();
        const reverse = gradients.reduce(
          (total, gradient, i) => total + evaluate(sum(mul(gradient, directions[i]!)), values).item(),
          0,
        );
        expect(Math.abs(forward - reverse)).toBeLessThanOrEqual(ADJOINT_TOLERANCE * Math.max(1, Math.abs(forward)));
      }),
    );
  });

  test("a sequence cut anywhere and continued from the final values gives the same bits", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 4 }), seeds, (size, cut, seed) => {
        const { batch, inputs, units } = size;
        const cell = build(size);
        const x = input("x", [size.steps + cut, batch, inputs]);
        const initial = Object.fromEntries(delays.map((name) => [name, input(`initial/${name}`, [batch, units])]));
        const whole = cell.over(x, initial);
        const before = cell.over(slice(x, { axis: 0, stop: cut }), initial);
        const after = cell.over(slice(x, { axis: 0, start: cut }), before.final);
        const leaves = [x, ...Object.values(initial)];
        const values = Object.fromEntries(
          leaves.map(({ label, shape }) => [label!, drawValue(reals(shape), seed, label!)]),
        );
        const parts = evaluateAll(
          {
            whole: whole.outputs["h"]!,
            joined: concat([before.outputs["h"]!, after.outputs["h"]!], 0),
            ...Object.fromEntries(delays.map((name) => [`final/${name}`, after.final[name]!])),
            ...Object.fromEntries(delays.map((name) => [`wholeFinal/${name}`, whole.final[name]!])),
          },
          values,
        ) as Readonly<Record<string, { data: ArrayLike<number> }>>;
        expect(parts["joined"]).toEqual(parts["whole"]);
        for (const name of delays) expect(parts[`final/${name}`]).toEqual(parts[`wholeFinal/${name}`]);
      }),
    );
  });

  test("delays start from zero unless an initial value is given", () => {
    const cell = build({ steps: 2, batch: 2, inputs: 3, units: 2 });
    const x = input("x", [2, 2, 3]);
    const zeros = Object.fromEntries(delays.map((name) => [name, 0]));
    const ones = Object.fromEntries(delays.map((name) => [name, 1]));
    const [left, same, other] = [undefined, zeros, ones].map(
      (initial) => evaluate(cell.over(x, initial).last["h"]!, { x: drawValue(reals(x.shape), 1, "x") }).data,
    );
    expect(left).toEqual(same);
    expect(left).not.toEqual(other);
  });

  test("the last value of h is its final value", () => {
    const cell = build({ steps: 2, batch: 2, inputs: 3, units: 2 });
    const { last, final } = cell.over(constant(drawValue(reals([2, 2, 3]), 1, "x")));
    for (const name of delays) expect(evaluate(final[name]!).data).toEqual(evaluate(last[name]!).data);
  });

  test("an initial value under a name that is no delay is refused", () => {
    const cell = build({ steps: 1, batch: 1, inputs: 1, units: 1 });
    expect(() => cell.over(input("x", [1, 1, 1]), { hidden: 0 })).toThrow(
      expect.objectContaining({
        code: "INITIAL_UNKNOWN",
        message: `"${cell.name}".fold(batch, initial): initial values must be named after delays of the cell, got "hidden". Its delays: ${delays.join(", ")}.`,
      }),
    );
  });

  test("an initial value of another shape is refused", () => {
    const cell = build({ steps: 1, batch: 2, inputs: 1, units: 3 });
    expect(() => cell.over(input("x", [1, 2, 1]), { h: input("h0", [3, 2]) })).toThrow(
      expect.objectContaining({
        code: "INITIAL_SHAPE",
        message: `foldedGraph("${cell.name}"): delay "h": the initial value must be a number, [2, 3], or [1, 2, 3] with the oldest step first, got f32[3, 2] ("h0"). delay(name, shape, { initial: 0 }) starts from zeros.`,
      }),
    );
  });

  test("a sequence with other features is refused", () => {
    const cell = build({ steps: 1, batch: 1, inputs: 2, units: 3 });
    expect(() => cell.over(input("x", [4, 1, 3]))).toThrow(
      expect.objectContaining({
        code: "CELL_INPUT",
        message: `"${cell.name}".over(x): x must be f32[T, B, 2], time-major, got f32[4, 1, 3] ("x").`,
      }),
    );
  });
});
