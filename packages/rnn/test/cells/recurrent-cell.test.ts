/** What all cells share: what they refuse to run over, and cells of one's own. */
import {
  add,
  constant,
  elman,
  evaluate,
  foldedGraph,
  formatType,
  input,
  jordan,
  mul,
  param,
  recurrentCell,
} from "@unfold/rnn";
import { describe, expect, test } from "vitest";
import { expectProblem } from "@unfold/testkit";
import { hiddenCellKinds, hiddenCells } from "../hidden-cells.js";

describe.each([
  ["elman", elman({ inputs: 3, units: 2, seed: 1 })],
  ["jordan", jordan({ inputs: 3, units: 2, outputs: 1, seed: 1 })],
] as const)("%s", (name, cell) => {
  test.each([
    { shape: [5, 2, 4], title: "other features" },
    { shape: [5, 3], title: "no batch axis" },
    { shape: [3], title: "one step only" },
    { shape: [], title: "a scalar" },
    { shape: [5, 2, 2, 3], title: "an axis too many before the features" },
    { shape: [5, 2, 3, 1], title: "an axis too many after the features" },
  ])("$title are refused", ({ shape }) => {
    expectProblem(() => cell.over(input("tokens", shape)), {
      name: "ShapeError",
      code: "CELL_INPUT",
      message: `"${name}".over(x): x must be f32[T, B, 3], time-major, got f32[${shape.join(", ")}] ("tokens").`,
    });
  });

  test("arrays in place of nodes are refused, whatever they are for", () => {
    const [x, list] = [input("x", [1, 2, 3]), [[1, 2]] as never];
    const state = name === "jordan" ? "y" : "h";
    const runs = [
      () => cell.scan(list),
      () => cell.scan(x, { [state]: list }),
      () => cell.scan(x, {}, { lengths: list }),
      () => cell.over(x, {}, { segments: list }),
    ];
    for (const run of runs) expect(run).toThrow(expect.objectContaining({ code: "NOT_A_NODE" }));
  });

  test("no steps are refused", () => {
    expectProblem(() => cell.over(input("x", [0, 2, 3])), {
      name: "GraphError",
      code: "STEPS_RANGE",
      message: `unfold("${name}", T): T must be a whole number ≥ 1, got 0.`,
    });
  });

  test("whole numbers are refused", () => {
    expect(() => cell.over(input("tokens", [5, 2, 3], "i32") as never)).toThrow(
      "must be f32[5, 2, 3], time-major, got i32",
    );
  });

  test("an initial value of another shape is refused, whichever delay it is for", () => {
    const initial = constant([[1, 2, 3, 4, 5]]);
    expect(() => cell.fold(2, { h: initial, y: initial })).toThrow(expect.objectContaining({ code: "INITIAL_SHAPE" }));
  });

  test("its folded graph has one sequence x of its features", () => {
    const { sequences } = cell.fold(7);
    expect(Object.entries(sequences).map(([key, { type }]) => `${key} ${formatType(type)}`)).toEqual(["x f32[7, 3]"]);
  });
});

test.each(hiddenCellKinds)(
  "%s of more units than anything could train is refused before its weights are drawn",
  (kind) => {
    expect(() => hiddenCells[kind]({ name: "huge", inputs: 2, units: 1e9, seed: 1 })).toThrow(
      /^initializer of "huge\/.*": the shape must have at most 2\^29 elements, got \[/u,
    );
  },
);

test("a cell of one's own is a name, sizes, parameters and a step", () => {
  const decay = param("decay", 0.5);
  const cell = recurrentCell({ name: "leaky", inputs: 1, units: 1, parameters: { decay } }, (batch, initial = {}) =>
    foldedGraph("leaky", ({ sequence, delay }) => {
      const x = sequence("x", [batch, 1]);
      const h = delay("h", [batch, 1], { initial: initial["h"] ?? 0 });
      const next = add(mul(decay, h), x);
      return { next: { h: next }, outputs: { h: next } };
    }),
  );
  expect([cell.name, cell.inputs, cell.units, cell.parameters["decay"]]).toEqual(["leaky", 1, 1, decay]);
  const { outputs } = cell.over(constant([[[4]], [[0]], [[1]]]), { h: 8 });
  // 8/2 + 4, 8/2, 4/2 + 1.
  expect([...evaluate(outputs.h).data]).toEqual([8, 4, 3]);
});
