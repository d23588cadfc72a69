/** Clips as pictures, with what is said of every frame. */
import { imageGrid, type GrayImage } from "@unfold/report";
import { DIRECTIONS, FRAMES, SIZE, type Clips } from "./clips.js";
import type { Said } from "./train-and-ask.js";

/**
 * The first clips, frame by frame.
 *
 * @param drawn - how many of them
 * @param said - of all clips, by who said it
 */
export function films(clips: Clips, drawn: number, said: Readonly<Record<string, Said>>): string {
  const count = clips.digit.length / FRAMES;
  const words = ({ digit, direction }: Said, at: number): string => {
    const mark = (isRight: boolean): string => (isRight ? "" : "×");
    const [what, where] = [digit[at]!, DIRECTIONS[direction[at]!]!.name];
    return `${what}${mark(what === clips.digit[at])} ${where}${mark(direction[at] === clips.direction[at])}`;
  };
  const rows = Array.from({ length: drawn }, (_, clip) => {
    const places = Array.from({ length: FRAMES }, (__, t) => t * count + clip);
    return {
      name: "",
      images: places.map((at) => imageOf(clips.frames.subarray(at * SIZE ** 2, (at + 1) * SIZE ** 2))),
      captions: places.map((at) => [
        `is ${words(clips, at)}`,
        ...Object.entries(said).map(([who, by]) => `${who}: ${words(by, at)}`),
      ]),
    };
  });
  return imageGrid({ rows, columns: rows[0]!.images.map((_, t) => `frame ${t + 1}`), scale: 5 });
}

function imageOf(points: Float32Array): GrayImage {
  return Array.from({ length: SIZE }, (_, row) => [...points.subarray(row * SIZE, (row + 1) * SIZE)]);
}
