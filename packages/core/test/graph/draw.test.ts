/** Pictures: what is drawn, and that any label survives both languages. */
import {
  add,
  constant,
  drawNodes,
  input,
  label,
  mul,
  param,
  pictureOf,
  scan,
  sin,
  state,
  toDot,
  toMermaid,
  type Picture,
} from "@unfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const x = input("x", [2]);
const w = param("w", [1, 2]);
const y = label("y", mul(sin(x), w));

/** A picture of one box. */
function boxOf(...lines: readonly string[]): Picture {
  return { title: "graph", boxes: [{ id: "n0", kind: "operation", lines }], arrows: [], columns: [] };
}

/** The texts of boxes and the arrows of a DOT digraph; how they look is a matter of taste. */
function contentsOf(dot: string): { readonly boxes: string[]; readonly arrows: string[] } {
  const lines = dot.split("\n").map((line) => line.trim());
  return {
    boxes: lines.flatMap((line) => /^\w+ \[label="(?:[^"\\]|\\.)*"/.exec(line) ?? []),
    arrows: lines.filter((line) => line.includes("->")),
  };
}

describe("pictureOf", () => {
  test("one box per node and result, one arrow per operand", () => {
    const { title, boxes, arrows, columns } = pictureOf({ loss: y, again: y });
    expect({ title, columns }).toEqual({ title: "graph", columns: [] });
    expect(boxes).toEqual([
      { id: "n0", kind: "input", lines: ["x", "f32[2]"] },
      { id: "n1", kind: "operation", lines: ["sin", "f32[2]"] },
      { id: "n2", kind: "param", lines: ["w", "f32[2]"] },
      { id: "n3", kind: "operation", lines: ["mul", "y", "f32[2]"] },
      { id: "r0", kind: "result", lines: ["loss"] },
      { id: "r1", kind: "result", lines: ["again"] },
    ]);
    expect(arrows).toEqual([
      { from: "n0", to: "n1" },
      { from: "n1", to: "n3" },
      { from: "n2", to: "n3" },
      { from: "n3", to: "r0" },
      { from: "n3", to: "r1" },
    ]);
  });

  test("shows constants, and hides them with what is made of them when asked", () => {
    const sum = add(x, 1);
    const names = (picture: Picture): string[] => picture.boxes.map(({ lines }) => lines[0]!);
    expect(names(pictureOf({ sum }))).toEqual(["x", "constant", "broadcastTo", "add", "sum"]);
    const hidden = pictureOf({ sum }, { constants: false });
    expect(names(hidden)).toEqual(["x", "add", "sum"]);
    expect(hidden.arrows).toEqual([
      { from: "n0", to: "n1" },
      { from: "n1", to: "r0" },
    ]);
    expect(drawNodes([sum]).boxes.length).toBe(2);
  });

  test("a result that is a constant is drawn although constants are hidden", () => {
    const { boxes, arrows } = pictureOf({ one: constant(1) }, { constants: false });
    const ids = new Set(boxes.map(({ id }) => id));
    expect(arrows.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
  });

  test("writes what it is told on the arrow from a node to its reader, inside scans too", () => {
    const sequence = input("x", [3]);
    const { outputs } = scan({
      steps: 3,
      sequences: { x: sequence },
      delays: { h: { initial: constant([0]) } },
      step: (read) => {
        const h = add(read.sequences.x, read.delays.h);
        return { outputs: { h }, next: { h } };
      },
    });
    const { boxes, arrows } = drawNodes([mul(outputs.h, sequence)], {
      edgeText: (from, to) => (from.op.kind === "leaf" ? `${from.label!} → ${to.op.name}` : undefined),
    });
    const titleOf = new Map(boxes.map(({ id, lines }) => [id, lines[0]]));
    const drawn = arrows.map(({ from, to, text }) => `${titleOf.get(from)!} ${titleOf.get(to)!} ${text ?? "-"}`);
    expect(drawn.toSorted()).toEqual([
      "add h z⁻¹",
      "add stack -",
      "h add h → add",
      "stack mul -",
      "x add x → add",
      "x mul x → mul",
      "x x -",
    ]);
  });

  test("states have boxes of their own kind", () => {
    expect(pictureOf({ h: state("h", 0) }, { title: "one" })).toMatchObject({
      title: "one",
      boxes: [{ kind: "state" }, { kind: "result" }],
    });
  });
});

test("DOT", () => {
  const dot = toDot(pictureOf({ loss: y }));
  expect(dot.split("\n")[0]).toBe('digraph "graph" {');
  expect(contentsOf(dot)).toEqual({
    boxes: [
      'n0 [label="x\\nf32[2]"',
      'n1 [label="sin\\nf32[2]"',
      'n2 [label="w\\nf32[2]"',
      'n3 [label="mul\\ny\\nf32[2]"',
      'r0 [label="loss"',
    ],
    arrows: ["n0 -> n1;", "n1 -> n3;", "n2 -> n3;", "n3 -> r0;"],
  });
});

test("Mermaid", () => {
  expect(toMermaid(pictureOf({ loss: y }))).toMatchInlineSnapshot(`
    "flowchart BT
      n0[/"x<br/>f32[2]"/]
      n1("sin<br/>f32[2]")
      n2("w<br/>f32[2]")
      n3("mul<br/>y<br/>f32[2]")
      r0(["loss"])
      n0 --> n1
      n1 --> n3
      n2 --> n3
      n3 --> r0"
  `);
});

test("delayed arrows, texts on arrows, and columns", () => {
  const picture: Picture = {
    title: "steps",
    boxes: ["n0", "n1"].map((id) => ({ id, kind: "operation", lines: [id] })),
    arrows: [{ from: "n0", to: "n1", text: "1 step", isDelayed: true }],
    columns: [{ title: "t = 0", boxes: ["n0"] }],
  };
  const dot = toDot(picture);
  const [, cluster] = /subgraph cluster_0 \{([^}]*)\}/.exec(dot)!;
  expect(cluster).toContain('label="t = 0"');
  expect(contentsOf(cluster!).boxes).toEqual(['n0 [label="n0"']);
  expect(contentsOf(dot).boxes).toEqual(['n0 [label="n0"', 'n1 [label="n1"']);
  expect(contentsOf(dot).arrows[0]).toMatch(/^n0 -> n1 \[label="1 step", style=dashed, /);
  expect(toMermaid(picture)).toMatchInlineSnapshot(`
    "flowchart BT
      subgraph c0["t = 0"]
        n0("n0")
      end
      n1("n1")
      n0 -.->|"1 step"| n1"
  `);
});

describe("escaping", () => {
  const nasty = 'a "b" [c] (d) {e} <f> | & \\ #g;\nh';

  test("quotes, brackets, backslashes and line breaks in DOT", () => {
    expect(contentsOf(toDot(boxOf(nasty))).boxes).toEqual(['n0 [label="a \\"b\\" [c] (d) {e} <f> | & \\\\ #g;\\nh"']);
  });

  test("quotes, brackets and line breaks in Mermaid", () => {
    const [, line] = toMermaid(boxOf(nasty)).split("\n");
    expect(line).toBe('  n0("a #quot;b#quot; [c] (d) {e} #lt;f#gt; | #amp; \\ #35;g;<br/>h")');
  });

  test("no text leaves its quotes in DOT, and it can be read back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const dot = toDot(boxOf(text));
        const [, label] = /^ {2}n0 \[label=("(?:[^"\\]|\\.)*"), shape=box/m.exec(dot) ?? [];
        expect(
          label?.replaceAll(/\\(.)|["]/gsu, (_, escaped: string | undefined) =>
            escaped === "n" ? "\n" : (escaped ?? ""),
          ),
        ).toBe(text);
      }),
    );
  });

  test("no text leaves its quotes or line in Mermaid", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const lines = toMermaid(boxOf(text)).split("\n");
        expect(lines.length).toBe(2);
        expect(lines[1]).toMatch(/^ {2}n0\("[^"]*"\)$/su);
      }),
    );
  });

  test("titles, texts of arrows and names of results are escaped too", () => {
    const picture: Picture = {
      title: 'my "net"',
      boxes: [{ id: "n0", kind: "result", lines: ['"r"'] }],
      arrows: [{ from: "n0", to: "n0", text: '"t"' }],
      columns: [{ title: '"c"', boxes: ["n0"] }],
    };
    expect(toDot(picture).match(/(?<!\\)"[a-z]"/g)).toBeNull();
    expect(toDot(picture)).toContain('digraph "my \\"net\\"" {');
    expect(toMermaid(picture).match(/""|"[a-z]""/g)).toBeNull();
  });
});
