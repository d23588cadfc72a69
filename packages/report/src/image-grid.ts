/** Gray images in rows and columns as SVG: frames of a clip, one clip below another. */
import { escapeHtml } from "./page.js";

/** `image[row][column]`: brightness from 0, black, to 1, white. */
export type GrayImage = readonly (readonly number[])[];

/** A row of images. */
export interface ImageRow {
  /** To the left of the images. */
  readonly name: string;
  /** Column by column; nothing is drawn where there is none. */
  readonly images: readonly (GrayImage | undefined)[];
  /** Lines of text under each image. */
  readonly captions?: readonly (readonly string[])[];
}

/** What a grid of images shows. */
export interface ImageGrid {
  /** From the top. */
  readonly rows: readonly ImageRow[];
  /** Over the images. */
  readonly columns?: readonly string[];
  /** Pixels of a point of an image, > 0. Default 4. */
  readonly scale?: number;
}

/** Grays that are told apart; more of them make the picture larger, not better. */
const GRAYS = 32;
/** Pixels between images, of a line of text, and of a letter at most. */
const [SPACE, LINE, LETTER] = [8, 16, 7];

/** Around images, so that white ones are seen. */
const FRAME = "#d4d4d8";

/**
 * Gray images in rows and columns as the text of an SVG. What is darker than black or brighter than white is drawn as these;
 * a point that is not finite is left out.
 *
 * @example
 * imageGrid({ rows: [{ name: "a", images: [[[0, 0.5], [0.5, 1]]] }] }).slice(0, 4); // → "<svg"
 */
export function imageGrid({ rows, columns = [], scale = 4 }: ImageGrid): string {
  const names = LETTER * longest(rows.map(({ name }) => name)) + SPACE;
  const count = Math.max(columns.length, ...rows.map(({ images }) => images.length));
  const texts = [...columns, ...rows.flatMap(({ captions = [] }) => captions.flat())];
  const points = Math.max(0, ...rows.flatMap(({ images }) => images.map((image) => image?.[0]?.length ?? 0)));
  const step = Math.max(scale * points, LETTER * longest(texts)) + SPACE;
  const parts = columns.map((text, i) => line(text, names + i * step, LINE));
  let top = columns.length === 0 ? 0 : LINE + SPACE;
  for (const { name, images, captions = [] } of rows) {
    const height = scale * Math.max(0, ...images.map((image) => image?.length ?? 0));
    parts.push(line(name, 0, top + Math.max(LINE, height / 2)));
    images.forEach((image, i) => {
      if (image !== undefined) parts.push(drawn(image, names + i * step, top, scale));
    });
    captions.forEach((lines, i) => {
      lines.forEach((text, at) => parts.push(line(text, names + i * step, top + height + (at + 1) * LINE)));
    });
    const below = LINE * Math.max(0, ...captions.map((lines) => lines.length));
    top += Math.max(height + below, LINE) + 2 * SPACE;
  }
  const size = `width="${names + count * step}" height="${top}" viewBox="0 0 ${names + count * step} ${top}"`;
  const style = `font-family="system-ui, sans-serif" font-size="12" fill="#18181b"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}>${parts.join("")}</svg>`;
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

function line(text: string, x: number, y: number): string {
  return text === "" ? "" : `<text x="${x}" y="${y}">${escapeHtml(text)}</text>`;
}

/** An image as strokes along its rows, those of one gray in one path. */
function drawn(image: GrayImage, left: number, top: number, scale: number): string {
  const strokes = new Map<number, string>();
  image.forEach((row, y) => {
    const grays = row.map(grayOf);
    for (let x = 0; x < grays.length;) {
      const gray = grays[x];
      let end = x + 1;
      while (end < grays.length && grays[end] === gray) end++;
      if (gray !== undefined) strokes.set(gray, `${strokes.get(gray) ?? ""}M${x} ${y}.5h${end - x}`);
      x = end;
    }
  });
  const paths = Array.from(strokes, ([gray, path]) => `<path d="${path}" stroke="${colorOf(gray)}"/>`).join("");
  const frame = `<path d="M0 0H${image[0]?.length ?? 0}V${image.length}H0z" stroke="${FRAME}" vector-effect="non-scaling-stroke"/>`;
  return `<g transform="translate(${left} ${top}) scale(${scale})" fill="none" shape-rendering="crispEdges">${paths}${frame}</g>`;
}

function grayOf(point: number): number | undefined {
  return Number.isFinite(point) ? Math.round(Math.min(Math.max(point, 0), 1) * (GRAYS - 1)) : undefined;
}

function colorOf(gray: number): string {
  const byte = Math.round((255 * gray) / (GRAYS - 1));
  return `#${byte.toString(16).padStart(2, "0").repeat(3)}`;
}
