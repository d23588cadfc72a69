/** Drawings side by side, as SVG. */
import { escapeHtml } from "@unfold/report";
import { linesOf, type Point, type Sketch } from "./sketch.js";

/** A drawing on a sheet. */
export interface SheetSketch extends Sketch {
  /** Its first moves that somebody else drew, in another color. Default none. */
  readonly given?: number;
}

/** Of a drawing's place, and of the drawing in it, in pixels. */
const [PLACE, PAPER] = [84, 68];
const HEADING = 24;
const [INK, GIVEN] = ["#18181b", "#ea580c"];

/**
 * Rows of drawings, each as large as its place.
 *
 * @param headings - of the columns
 */
export function sketchSheet(rows: readonly (readonly SheetSketch[])[], headings: readonly string[] = []): string {
  const columns = Math.max(...rows.map(({ length }) => length));
  const top = headings.length === 0 ? 0 : HEADING;
  const [width, height] = [columns * PLACE, top + rows.length * PLACE];
  const texts = headings.map(
    (text, i) =>
      `<text x="${(i + 0.5) * PLACE}" y="${HEADING - 8}" text-anchor="middle" font-size="12" fill="#52525b">${escapeHtml(text)}</text>`,
  );
  const drawings = rows.flatMap((row, i) =>
    row.map((drawn, column) => {
      const corner = [column * PLACE + (PLACE - PAPER) / 2, top + i * PLACE + (PLACE - PAPER) / 2];
      return `<g transform="translate(${corner.join()})">${paths(drawn)}</g>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">${[...texts, ...drawings].join("")}</svg>`;
}

function paths({ offsets, pens, given = 0 }: SheetSketch): string {
  const all = linesOf({ offsets, pens });
  const begun = linesOf({ offsets: offsets.slice(0, given), pens: pens.slice(0, given) });
  const place = fitted(all.flat());
  const path = (lines: readonly (readonly Point[])[], color: string): string =>
    lines.length === 0
      ? ""
      : `<path d="${lines.map((line) => `M${line.map(place).join("L")}`).join("")}" fill="none" stroke="${color}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
  return path(all, INK) + path(begun, GIVEN);
}

/** From places of a drawing to those on its paper, in the middle, as large as fits. */
function fitted(points: readonly Point[]): (point: Point) => string {
  const range = (axis: 0 | 1): [middle: number, extent: number] => {
    const values = points.map((point) => point[axis]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return [(least + most) / 2, most - least];
  };
  const [[x, width], [y, height]] = [range(0), range(1)];
  const scale = PAPER / Math.max(width, height, 1e-6);
  return (point) =>
    [PAPER / 2 + (point[0] - x) * scale, PAPER / 2 + (point[1] - y) * scale].map((at) => at.toFixed(1)).join(" ");
}
