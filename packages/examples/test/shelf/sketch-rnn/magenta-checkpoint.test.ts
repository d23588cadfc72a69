/** What is written for `@magenta/sketch`, against a decoder in plain numbers that knows only its format. */
import { createRuntime, ndArray, readLeaves, type NdArray } from "@unfold/rnn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareDecoders } from "../../../src/check-sketch/compare-decoders.js";
import { fromMagenta, leavesOf, toMagenta } from "../../../src/shelf/sketch-rnn/magenta-checkpoint.js";
import { sketchDecoder, type SketchDecoder } from "../../../src/shelf/sketch-rnn/networks.js";
import { PEN, type Point } from "../../../src/shelf/sketch-rnn/sketch.js";
import { PlainMagenta } from "./plain-magenta.js";

const about = { name: "test", longest: 24, scale: 50 };

function decoderOf(units: number, { latent = 0, isHyper = false } = {}): SketchDecoder {
  return sketchDecoder("decoder", { seed: 1, decoderUnits: units, isHyper, latent });
}

/** Weights of any size that the file can hold. */
function weightsOf(decoder: SketchDecoder, random: () => number): Map<string, NdArray> {
  return new Map(
    leavesOf(decoder).map(({ label, shape }) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      return [
        label!,
        ndArray(
          Float32Array.from({ length: size }, () => 2 * random() - 1),
          { shape: [...shape] },
        ),
      ];
    }),
  );
}

const weights = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })).map((stream) => () => {
  return stream.next().value as number;
});
const drawings = fc.array(
  fc.array(
    fc.record({
      offset: fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true })),
      pen: fc.constantFrom(...Object.values(PEN)),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  { minLength: 1, maxLength: 3 },
);

test("the format's decoder makes of the file what ours makes of it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), weights, drawings, async (units, random, moves) => {
      const decoder = decoderOf(units);
      const { checkpoint } = toMagenta(decoder, weightsOf(decoder, random), about);
      const plain = new PlainMagenta(checkpoint);
      expect(plain.units).toBe(units);
      const found = await compareDecoders(decoder, fromMagenta(decoder, checkpoint), plain, {
        drawings: moves.map((drawing) => ({
          offsets: drawing.map(({ offset }): Point => offset),
          pens: drawing.map(({ pen }) => pen),
        })),
        scale: about.scale,
        temperature: 0.65,
      });
      // 32 bits against 64.
      expect(Math.max(found.state, found.distribution)).toBeLessThan(2e-5);
      expect(found.steps).toBe(moves.reduce((steps, drawing) => steps + drawing.length + 1, 0));
    }),
    { numRuns: 8 },
  );
});

test("weights come back to half a step of the file, and what was read is written as it was", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), weights, (units, random) => {
      const decoder = decoderOf(units);
      const written = weightsOf(decoder, random);
      const { checkpoint, clipped } = toMagenta(decoder, written, about);
      expect(clipped).toBe(0);
      const read = fromMagenta(decoder, checkpoint);
      expect([...read.keys()].sort()).toEqual([...written.keys()].sort());
      for (const [name, { data }] of written)
        data.forEach((weight, i) => {
          // Besides, the forget bias is rounded to 32 bits.
          expect(Math.abs(weight - read.get(name)!.data[i]!)).toBeLessThan(10 / 32767 / 2 + 1e-6);
        });
      expect(toMagenta(decoder, read, about).checkpoint).toEqual(checkpoint);
    }),
    { numRuns: 20 },
  );
});

test("the file says what it is, and has the shapes of the weights in order", async () => {
  const decoder = decoderOf(3);
  const runtime = await createRuntime();
  const parameters = leavesOf(decoder);
  await runtime.compile({ outputs: Object.fromEntries(parameters.map((leaf) => [leaf.label!, leaf])) });
  const [description, shapes, texts] = toMagenta(decoder, readLeaves(runtime, parameters), about).checkpoint;
  expect(description).toEqual({ name: "test", mode: 2, version: 6, max_seq_len: 24, scale_factor: 50 });
  expect(shapes).toEqual([[3, 123], [123], [5, 12], [3, 12], [12]]);
  expect(texts.map((text) => atob(text).length)).toEqual([738, 246, 120, 72, 24]);
});

test("weights that the file cannot hold are counted", () => {
  const decoder = decoderOf(1);
  const large = weightsOf(decoder, () => 0.5);
  const [first] = leavesOf(decoder);
  large.set(first!.label!, ndArray(new Float32Array(20).fill(11).fill(-10.5, 18), { shape: [5, 4] }));
  const { checkpoint, clipped } = toMagenta(decoder, large, about);
  expect(clipped).toBe(20);
  expect([...fromMagenta(decoder, checkpoint).get(first!.label!)!.data]).toEqual(
    Array.from({ length: 20 }, (_, i) => (i < 18 ? 10 : -10)),
  );
});

test("refused: cells and decoders that the package does not have, and files of another size", () => {
  const hyper = decoderOf(2, { isHyper: true });
  expect(() => toMagenta(hyper, new Map(), about)).toThrow("must have weights and biases only");
  const coded = decoderOf(2, { latent: 3 });
  expectProblem(() => toMagenta(coded, new Map(), about), {
    name: "ValueError",
    code: "MAGENTA_CODES",
    message:
      '@magenta/sketch: a decoder for it must read strokes only, 5 numbers, got 8 in "decoder". Train one without an encoder.',
  });
  const [small, large] = [decoderOf(1), decoderOf(2)];
  const { checkpoint } = toMagenta(
    small,
    weightsOf(small, () => 0.5),
    about,
  );
  expect(() => fromMagenta(large, checkpoint)).toThrow(/f32\[5, 8\].*f32\[5, 4\]|f32\[5, 4\].*f32\[5, 8\]/s);
});
