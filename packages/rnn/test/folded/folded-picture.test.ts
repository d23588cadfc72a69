/** Pictures of recurrences: dashed arrows for delays, a column per step. */
import {
  add,
  constant,
  elman,
  foldedGraph,
  foldedPicture,
  matmul,
  mul,
  param,
  tanh,
  toDot,
  toMermaid,
  unfold,
  unfoldedPicture,
  type Picture,
} from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lengths, linear, twoDelays } from "../recurrences.js";

/** Every arrow and every member of a column must be a box, and no box may be twice. */
function expectConsistent({ boxes, arrows, columns }: Picture): void {
  const ids = new Set(boxes.map(({ id }) => id));
  expect(ids.size).toBe(boxes.length);
  for (const { from, to } of arrows) {
    expect(ids).toContain(from);
    expect(ids).toContain(to);
  }
  const members = columns.flatMap((column) => column.boxes);
  for (const id of members) expect(ids).toContain(id);
  expect(new Set(members).size).toBe(members.length);
}

/** The first line of each box by its id. */
function titles({ boxes }: Picture): Map<string, string> {
  return new Map(boxes.map(({ id, lines }) => [id, lines.join(" ")]));
}

describe("folded", () => {
  const picture = foldedPicture(twoDelays(1, 1).folded);

  test("every delay is one dashed arrow from what it will read to where it is read", () => {
    const boxes = titles(picture);
    const delayed = picture.arrows.filter(({ isDelayed }) => isDelayed === true);
    expect(delayed.map(({ from, to, text }) => `${boxes.get(from)!} ${text!} ${boxes.get(to)!}`)).toEqual([
      "tanh f32[1, 2] z⁻² a f32[1, 2]",
      "sin f32[1, 3] z⁻³ b f32[1, 3]",
    ]);
    expectConsistent(picture);
  });

  test("steps of more than one digit are raised digit by digit", () => {
    const [arrow] = foldedPicture(linear(1, { steps: 120, initial: 0 })).arrows.filter(({ isDelayed }) => isDelayed);
    expect(arrow!.text).toBe("z⁻¹²⁰");
  });

  test("outputs are marked with their names", () => {
    const results = picture.boxes.filter(({ kind }) => kind === "result");
    expect(results.map(({ lines }) => lines)).toEqual([["a[t]"], ["b[t]"]]);
  });

  test("a delay whose next value is constant has an arrow between boxes", () => {
    // A flag that is 1 at the first step only.
    const first = foldedGraph("first", ({ sequence, delay }) => {
      const flag = delay("flag", [], { initial: 1 });
      return { next: { flag: constant(0) }, outputs: { y: mul(flag, sequence("x", [])) } };
    });
    const { arrows } = foldedPicture(first);
    expect(arrows.filter(({ isDelayed }) => isDelayed === true).length).toBe(1);
    expectConsistent(foldedPicture(first));
  });

  test("as DOT the delayed arrow, and no other, is dashed", () => {
    const lines = toDot(foldedPicture(linear(param("w", 2), { steps: 2, initial: 0 }))).split("\n");
    expect(lines.filter((line) => line.includes("->")).length).toBe(6);
    expect(lines.filter((line) => line.includes("dashed"))).toEqual([
      expect.stringContaining('n4 -> n2 [label="z⁻²", style=dashed'),
    ]);
  });

  test("as Mermaid", () => {
    expect(toMermaid(foldedPicture(linear(param("w", 2), { initial: 0 })))).toMatchInlineSnapshot(`
      "flowchart BT
        n0[/"x<br/>f32[]"/]
        n1("w<br/>f32[]")
        n2[/"h<br/>f32[]"/]
        n3("mul<br/>f32[]")
        n4("add<br/>f32[]")
        r0(["h[t]"])
        n1 --> n3
        n2 --> n3
        n0 --> n4
        n3 --> n4
        n4 -.->|"z⁻¹"| n2
        n4 --> r0"
    `);
  });
});

describe("unfolded", () => {
  test("each step has a column: what it reads, its operations, what it yields", () => {
    fc.assert(
      fc.property(lengths, (steps) => {
        const picture = unfoldedPicture(unfold(elman({ inputs: 2, units: 3, seed: 1 }).fold(1), steps));
        expectConsistent(picture);
        expect(picture.title).toBe(`elman, ${steps} steps`);
        expect(picture.columns.map(({ title }) => title)).toEqual(Array.from({ length: steps }, (_, t) => `t = ${t}`));
        const boxes = titles(picture);
        const operations = picture.columns.map((column) => column.boxes.map((id) => boxes.get(id)!.split(" ")[0]));
        operations.forEach((column, t) => {
          expect(column).toEqual([`x[${t}]`, "matmul", "matmul", "add", "add", "tanh", `h[${t}]`]);
        });
      }),
    );
  });

  test("parameters stand once, outside the columns", () => {
    const picture = unfoldedPicture(unfold(elman({ inputs: 2, units: 3, seed: 1 }).fold(1), 4));
    const parameters = picture.boxes.filter(({ kind }) => kind === "param").map(({ id }) => id);
    expect(parameters.length).toBe(3);
    const members = new Set(picture.columns.flatMap(({ boxes }) => boxes));
    expect(parameters.some((id) => members.has(id))).toBe(false);
  });

  test("no arrow is dashed: time runs from column to column", () => {
    const picture = unfoldedPicture(unfold(twoDelays(1, 1).folded, 4));
    expect(picture.arrows.some(({ isDelayed }) => isDelayed === true)).toBe(false);
    expect(toDot(picture)).not.toContain("dashed");
    expect(toMermaid(picture)).not.toContain("-.->");
  });

  test("arrows never lead back in time", () => {
    const picture = unfoldedPicture(unfold(twoDelays(1, 1).folded, 5));
    const columnOf = new Map(picture.columns.flatMap(({ boxes }, t) => boxes.map((id) => [id, t] as const)));
    for (const { from, to } of picture.arrows) {
      const [start, end] = [columnOf.get(from), columnOf.get(to)];
      if (start !== undefined && end !== undefined) expect(end).toBeGreaterThanOrEqual(start);
    }
  });

  test("columns are clusters in DOT and subgraphs in Mermaid", () => {
    const picture = unfoldedPicture(unfold(elman({ inputs: 2, units: 3, seed: 1 }).fold(1), 3));
    expect(toDot(picture).match(/subgraph cluster_\d+ \{/g)).toEqual([0, 1, 2].map((t) => `subgraph cluster_${t} {`));
    expect(toMermaid(picture).match(/subgraph c\d+\["t = \d+"\]/g)).toEqual(
      [0, 1, 2].map((t) => `subgraph c${t}["t = ${t}"]`),
    );
  });

  test("a recurrence that depends on constants only is drawn all the same", () => {
    const doubling = foldedGraph("doubling", ({ delay }) => {
      const h = delay("h", [], { initial: 1 });
      const next = add(h, h);
      return { next: { h: next }, outputs: { h: next } };
    });
    const { columns } = unfoldedPicture(unfold(doubling, 3));
    // One addition and one result each.
    expect(columns.map(({ boxes }) => boxes.length)).toEqual([2, 2, 2]);
  });

  test("operations that no step repeats stand outside the columns", () => {
    const shared = foldedGraph("shared", ({ sequence }) => {
      const W = tanh(
        param("W", [
          [1, 2],
          [3, 4],
        ]),
      );
      return { next: {}, outputs: { y: matmul(sequence("x", [1, 2]), W) } };
    });
    const picture = unfoldedPicture(unfold(shared, 3));
    const boxes = titles(picture);
    expect([...boxes.values()].filter((title) => title.startsWith("tanh")).length).toBe(1);
    const columns = picture.columns.map((column) => column.boxes.map((id) => boxes.get(id)));
    expect(columns).toEqual([0, 1, 2].map((t) => [`x[${t}] f32[1, 2]`, "matmul f32[1, 2]", `y[${t}]`]));
  });
});
