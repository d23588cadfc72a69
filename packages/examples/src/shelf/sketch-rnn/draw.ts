/** A trained decoder that draws: from nothing, from codes, or on from what somebody has begun. */
import {
  broadcastTo,
  constant,
  foldIn,
  freeRunning,
  randomKey,
  reshape,
  sampleStroke,
  scan,
  slice,
  type Runtime,
} from "@unfold/rnn";
import { LONGEST } from "./characters.js";
import { FIRST_STROKE, strokesOf, type SketchDecoder } from "./networks.js";
import type { Point, Sketch } from "./sketch.js";

/** What to draw. */
export interface DrawOptions {
  readonly seed: number;
  /** τ ≥ 0: how daring. */
  readonly temperature: number;
  /** How many drawings. */
  readonly count: number;
  /** Of each drawing, for a decoder that was trained with an encoder. */
  readonly codes?: readonly (readonly number[])[];
  /** The first moves of all drawings. */
  readonly begun?: Sketch;
}

/** What all drawings begin with unless told otherwise. */
const NOTHING: Sketch = { offsets: [], pens: [] };

/** Drawings: what they were begun with, and what the decoder adds until it says that it is done. */
export async function draw(runtime: Runtime, decoder: SketchDecoder, options: DrawOptions): Promise<Sketch[]> {
  const { seed, temperature, count, codes, begun = NOTHING } = options;
  const key = randomKey(seed, "drawing");
  const given = begun.pens.length;
  const { cell, initial } = decoder.given(codes && constant(codes));
  const read = broadcastTo(reshape(constant(readOf(begun)), [given + 1, 1, 5]), [given + 1, count, 5]);
  // The last of what is given is read by the first step that draws.
  const states = given === 0 ? initial : cell.scan(slice(read, { axis: 0, stop: given }), initial).final;
  const drawing = freeRunning(cell.fold(count, states), {
    feed: ({ h }, step) => {
      const { offset, pen } = sampleStroke(decoder.say(h), foldIn(key, step), { temperature });
      return strokesOf(offset, pen);
    },
    initial: slice(read, { axis: 0, start: given }),
  });
  const strokes = scan(drawing, LONGEST + 1 - given).outputs.fed;
  const step = await runtime.compile({ outputs: { strokes } });
  const { data, shape } = step.run({}).strokes;
  return Array.from({ length: count }, (_, b) => {
    const added = Array.from({ length: shape[0]! }, (_, t) => {
      const at = (t * count + b) * 5;
      return { offset: [data[at]!, data[at + 1]!] as Point, pen: [2, 3, 4].findIndex((i) => data[at + i] === 1) };
    });
    return {
      offsets: [...begun.offsets, ...added.map(({ offset }) => offset)],
      pens: [...begun.pens, ...added.map(({ pen }) => pen)],
    };
  });
}

/** The strokes that a decoder reads of moves, from S_0 on. */
export function readOf({ offsets, pens }: Sketch): number[][] {
  const strokes = offsets.map(([dx, dy], i) => [dx, dy, ...[0, 1, 2].map((pen) => Number(pens[i] === pen))]);
  return [[...FIRST_STROKE], ...strokes];
}
