/** The handwritten digits of the epoch that is timed, in an order that is always the same. */
import { DIGIT_SIZE, handwrittenDigits } from "../../src/handwritten-digits.js";
import { Draws } from "./draws.js";

/** Images of 28 × 28 points in [0, 1], and the digits they show. */
export interface Digits {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

let digits: Digits | undefined;

/** All digits in an order that is always the same; read once. */
export function readDigits(): Digits {
  digits ??= shuffled();
  return digits;
}

function shuffled(): Digits {
  const all = [...handwrittenDigits()];
  const draws = new Draws();
  for (let last = all.length - 1; last > 0; last--) {
    const chosen = Math.floor(draws.uniform() * (last + 1));
    [all[last], all[chosen]] = [all[chosen]!, all[last]!];
  }
  const images = new Float32Array(all.length * DIGIT_SIZE ** 2);
  all.forEach(({ image }, i) => {
    images.set(image, i * DIGIT_SIZE ** 2);
  });
  return { images, labels: Int32Array.from(all, ({ label }) => label) };
}
