/** Clips of handwritten digits that move through snow and bounce off the edges. */
import { splitData, uniformStream } from "@unfold/rnn";
import { DIGIT_SIZE, handwrittenDigits } from "../../handwritten-digits.js";

/** T, frames of a clip. */
export const FRAMES = 8;
/** Rows of a frame, and columns. */
export const SIZE = 20;
/** Digits are drawn at half their size. */
const DIGIT = DIGIT_SIZE / 2;
/** How far a digit can move, in points. */
const ROOM = SIZE - DIGIT;
/** Points per frame along each axis, the least and the most. */
const SPEEDS = [1, 2.5] as const;
/** The share of points that show snow instead, other points in each frame. */
const SNOW = 0.2;

/** Where a digit can be on its way to. */
export const DIRECTIONS = [
  { name: "→", down: 0, right: 1 },
  { name: "↘", down: 1, right: 1 },
  { name: "↓", down: 1, right: 0 },
  { name: "↙", down: 1, right: -1 },
  { name: "←", down: 0, right: -1 },
  { name: "↖", down: -1, right: -1 },
  { name: "↑", down: -1, right: 0 },
  { name: "↗", down: -1, right: 1 },
];

/** A digit at the size at which it is drawn. */
export interface SmallDigit {
  readonly image: readonly number[];
  readonly label: number;
}

/** Some clips: frames `[T, B, rows, columns, 1]`, and for each frame `[T, B]` the digit and the number of its direction then. */
export interface Clips {
  readonly frames: Float32Array;
  readonly digit: Int32Array;
  readonly direction: Int32Array;
}

/** Digits to train on and others to measure with. */
export function smallDigits(seed: number): Record<"training" | "test", readonly SmallDigit[]> {
  const parts = splitData(handwrittenDigits(), { training: 0.8, test: 0.2 }, { seed });
  const smaller = (part: typeof parts.test) => part.map(({ image, label }) => ({ image: halved(image), label }));
  return { training: smaller(parts.training), test: smaller(parts.test) };
}

/** The mean of every two by two points. */
function halved(image: readonly number[]): readonly number[] {
  return Array.from({ length: DIGIT ** 2 }, (_, i) => {
    const corner = 2 * DIGIT_SIZE * Math.floor(i / DIGIT) + 2 * (i % DIGIT);
    const [below, beside] = [corner + DIGIT_SIZE, corner + 1];
    return (image[corner]! + image[beside]! + image[below]! + image[below + 1]!) / 4;
  });
}

/** Draws clips of some digits, new ones with each call. */
export function clipsOf(digits: readonly SmallDigit[], seed: number, path: string): (count: number) => Clips {
  const uniform = uniformStream(seed, `moving-digits/${path}`);
  let drawn = 0;
  const random = (): number => uniform(drawn++);
  const below = (count: number): number => Math.floor(random() * count);
  return (count) => {
    const frames = Float32Array.from({ length: FRAMES * count * SIZE ** 2 }, () => (random() < SNOW ? random() : 0));
    const [digit, direction] = [new Int32Array(FRAMES * count), new Int32Array(FRAMES * count)];
    for (let clip = 0; clip < count; clip++) {
      const { image, label } = digits[below(digits.length)]!;
      const { down, right } = DIRECTIONS[below(DIRECTIONS.length)]!;
      const speed = SPEEDS[0] + (SPEEDS[1] - SPEEDS[0]) * random();
      const [top, left] = [ROOM * random(), ROOM * random()];
      for (let t = 0; t < FRAMES; t++) {
        const [vertical, horizontal] = [bounced(top, t * speed * down), bounced(left, t * speed * right)];
        const at = t * count + clip;
        digit[at] = label;
        direction[at] = DIRECTIONS.findIndex(
          (now) => now.down === vertical.sign * down && now.right === horizontal.sign * right,
        );
        draw(image, frames.subarray(at * SIZE ** 2), { row: vertical.place, column: horizontal.place });
      }
    }
    return { frames, digit, direction };
  };
}

/** A place between the edges, where what goes beyond one comes back, and whether the way is still the same (1) or back (-1). */
function bounced(start: number, way: number): { readonly place: number; readonly sign: 1 | -1 } {
  const round = (((start + way) % (2 * ROOM)) + 2 * ROOM) % (2 * ROOM);
  return round <= ROOM ? { place: Math.round(round), sign: 1 } : { place: Math.round(2 * ROOM - round), sign: -1 };
}

/** Where there is snow, it hides the digit. */
function draw(image: readonly number[], frame: Float32Array, { row, column }: Record<"row" | "column", number>): void {
  image.forEach((point, i) => {
    const at = (row + Math.floor(i / DIGIT)) * SIZE + column + (i % DIGIT);
    if (frame[at] === 0) frame[at] = point;
  });
}
