/** Chinese characters as they are written: the strokes of a pen, in their order. */
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { randomPermutation, splitData, uniformStream } from "@unfold/rnn";
import simplify from "simplify-js";
import { mean } from "../../statistics.js";
import { sketchOf, type Point, type Sketch } from "./sketch.js";

/** A character and how it is drawn; moves are in units of their standard deviation over all characters. */
export interface Character extends Sketch {
  readonly name: string;
}

/** Characters to train on and to measure with. */
export interface Characters {
  readonly training: readonly Character[];
  readonly heldOut: readonly Character[];
  /** What offsets were divided by: the standard deviation of those to train on. */
  readonly scale: number;
}

/** Moves of the longest drawing: its characters have few strokes. */
export const LONGEST = 24;
/** How far lines may leave those of the package, whose paper is 1024 wide, to be drawn with fewer points. */
const TOLERANCE = 16;
/** So many there are of at most 24 moves. */
export const MOST_CHARACTERS = 1400;

const require = createRequire(import.meta.url);
const folder = path.dirname(require.resolve("hanzi-writer-data/package.json"));

/**
 * Characters of at most 24 moves, a tenth of them held out. Files are read until there are enough.
 *
 * @param count - of all of them, in [10, 1400]
 */
export function characters(seed: number, count: number): Characters {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".json") && file !== "package.json")
    .sort();
  const found: Character[] = [];
  for (const i of randomPermutation(files.length, uniformStream(seed, "characters"))) {
    if (found.length === count) break;
    const sketch = sketchOf(linesIn(files[i]!));
    if (sketch.pens.length <= LONGEST) found.push({ name: path.basename(files[i]!, ".json"), ...sketch });
  }
  const { training, heldOut } = splitData(found, { training: 0.9, heldOut: 0.1 }, { seed });
  const moves = training.flatMap(({ offsets }) => offsets.flat());
  const middle = mean(moves);
  const scale = Math.sqrt(mean(moves.map((move) => (move - middle) ** 2)));
  const scaled = (sketch: Character): Character => ({
    ...sketch,
    offsets: sketch.offsets.map(([dx, dy]) => [dx / scale, dy / scale]),
  });
  return { training: training.map(scaled), heldOut: heldOut.map(scaled), scale };
}

/** The middle lines of a character's strokes; the package has y upwards. */
function linesIn(file: string): Point[][] {
  const { medians } = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { medians: [number, number][][] };
  return medians.map((line) =>
    simplify(
      line.map(([x, y]) => ({ x, y: -y })),
      TOLERANCE,
      true,
    ).map(({ x, y }): Point => [x, y]),
  );
}
