/** Grids of images: every point where it belongs, in its gray. */
import { imageGrid, type GrayImage } from "@unfold/report";
import fc from "fast-check";
import { expect, test } from "vitest";

/** The brightness of every point that is drawn in the images of a grid, by `row,column`. */
function points(svg: string): Map<string, number>[] {
  return svg
    .split("<g ")
    .slice(1)
    .map((group) => {
      const found = new Map<string, number>();
      for (const [, path, gray] of group.matchAll(/<path d="([^"]*)" stroke="#(..)\2\2"\/>/g))
        for (const [, x, y, width] of path!.matchAll(/M(\d+) (\d+)\.5h(\d+)/g))
          for (let i = 0; i < Number(width); i++) {
            const at = `${y!},${Number(x) + i}`;
            expect(found.has(at), "each point is drawn once").toBe(false);
            found.set(at, parseInt(gray!, 16) / 255);
          }
      return found;
    });
}

test("every point has its gray, and what is not finite is left out", () => {
  const point = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(0, 1, NaN, Infinity, -Infinity, -3, 7),
  );
  const image = fc.array(fc.array(point, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(image, { minLength: 1, maxLength: 3 }), (images) => {
      const svg = imageGrid({ rows: [{ name: "row", images }] });
      expect(svg).not.toContain("NaN");
      const found = points(svg);
      expect(found).toHaveLength(images.length);
      images.forEach((rows, i) => {
        rows.forEach((row, y) => {
          row.forEach((brightness, x) => {
            const gray = found[i]!.get(`${y},${x}`);
            if (!Number.isFinite(brightness)) expect(gray).toBeUndefined();
            else expect(Math.abs(gray! - Math.min(Math.max(brightness, 0), 1))).toBeLessThan(0.51 / 31 + 0.5 / 255);
          });
        });
      });
    }),
  );
});

test("images stand in columns, rows below each other, and where there is none nothing is drawn", () => {
  const image: GrayImage = [[0, 1]];
  const rows = [
    { name: "first", images: [image, undefined, image] },
    { name: "second", images: [image, image], captions: [["a < b"], ["c", "d"]] },
  ];
  const svg = imageGrid({ rows, columns: ["1", "2", "3"], scale: 10 });
  const corners = Array.from(svg.matchAll(/translate\((\d+) (\d+)\) scale\(10\)/g), ([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  const [left, step] = [corners[0]![0]!, (corners[1]![0]! - corners[0]![0]!) / 2];
  expect(corners.map(([x]) => x)).toEqual([left, left + 2 * step, left, left + step]);
  expect(corners[0]![1]).toBe(corners[1]![1]);
  expect(corners[2]![1]).toBeGreaterThan(corners[1]![1]! + 10);
  expect(svg).toContain(">a &lt; b</text>");
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!;
  for (const [, x, y] of svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"/g)) {
    expect(Number(x)).toBeLessThan(Number(width));
    expect(Number(y)).toBeLessThan(Number(height));
  }
});

test.each([
  ["no rows", []],
  ["a row without images", [{ name: "a", images: [] }]],
  ["an image without points", [{ name: "a", images: [[]] }]],
])("%s make a picture of nothing", (_, rows) => {
  expect(imageGrid({ rows })).toMatch(/^<svg [^>]*width="\d+" height="\d+"[^>]*>(<text.*|<g .*)?<\/svg>$/);
});
