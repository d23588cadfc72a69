/** Pictures of scans: the step once, in a column, with its delays as delayed arrows. */
import { add, constant, delayText, input, mul, param, pictureOf, scan, sum, toDot, toMermaid } from "@unfold/core";
import { expect, test } from "vitest";

const x = input("x", [3]);
const w = param("w", 2);
const { outputs, final } = scan({
  steps: 3,
  reverse: true,
  sequences: { x },
  delays: { h: { initial: constant([1, 2]), steps: 2 } },
  step: ({ sequences, delays }) => {
    const h = add(sequences.x, mul(delays.h, w));
    return { next: { h }, outputs: { h } };
  },
});

test("sequences, initial values and invariants lead in, results lead out, delays lead back", () => {
  const { boxes, arrows, columns } = pictureOf({ h: outputs.h, final: final.h }, { constants: false });
  const textOf = new Map(boxes.map(({ id, lines }) => [id, lines.slice(0, 1).join(" ")]));
  expect(columns).toEqual([{ title: "scan, 3 steps, last first", boxes: columns[0]!.boxes }]);
  expect(columns[0]!.boxes.map((id) => textOf.get(id))).toEqual(["x", "h", "w", "mul", "add"]);
  expect(arrows.map(({ from, to, text }) => [textOf.get(from), text ?? "→", textOf.get(to)].join(" ")))
    .toMatchInlineSnapshot(`
    [
      "x → x",
      "w → w",
      "h → mul",
      "w → mul",
      "x → add",
      "mul → add",
      "add z⁻² h",
      "add → stack",
      "add → final",
      "stack → h",
      "final → final",
    ]
  `);
});

test("every arrow leads from a box to a box, also with scans in scans, in both languages", () => {
  const nested = scan({
    steps: 2,
    delays: { n: { initial: constant([0]) } },
    step: ({ delays: { n } }) => {
      const inner = scan({
        steps: 3,
        sequences: { x },
        step: ({ sequences }) => ({ next: {}, outputs: { y: mul(sequences.x, n) } }),
      });
      return { next: { n: sum(inner.outputs.y) }, outputs: { n } };
    },
  });
  const picture = pictureOf({ n: nested.outputs.n, last: nested.final.n });
  const ids = picture.boxes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(picture.arrows.flatMap(({ from, to }) => [from, to]).filter((id) => !ids.includes(id))).toEqual([]);
  expect(picture.columns.map(({ title }) => title)).toEqual(["scan, 2 steps", "scan, 3 steps"]);
  for (const text of [toDot(picture), toMermaid(picture)]) expect(text).toContain(delayText(1));
});
