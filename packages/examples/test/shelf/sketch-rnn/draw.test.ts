/** Drawing is what the decoder says, one move after the other, whoever drew the first ones. */
import { constant, createRuntime, evaluate } from "@unfold/rnn";
import { describe, expect, test } from "vitest";
import { LONGEST } from "../../../src/shelf/sketch-rnn/characters.js";
import { draw } from "../../../src/shelf/sketch-rnn/draw.js";
import { COMPONENTS, predict, sketchDecoder, strokesOf } from "../../../src/shelf/sketch-rnn/networks.js";

const sizes = { seed: 4, decoderUnits: 6 };

describe.each([
  ["LSTM", false],
  ["HyperLSTM", true],
])("%s", (_, isHyper) => {
  const decoder = sketchDecoder("decoder", { ...sizes, isHyper, latent: 2 });
  const codes = [
    [0.5, -1],
    [2, 0.1],
  ];

  test("at temperature 0 each move is the mean of the likeliest Gaussian, and the likeliest state of the pen", async () => {
    const drawn = await draw(await createRuntime(), decoder, { seed: 1, temperature: 0, count: 2, codes });
    expect(drawn.map(({ pens }) => pens.length)).toEqual([LONGEST + 1, LONGEST + 1]);
    const steps = Array.from({ length: LONGEST + 1 }, (__, t) => t);
    const offsets = constant(steps.map((t) => drawn.map((sketch) => [...sketch.offsets[t]!])));
    const pens = constant(
      steps.map((t) => drawn.map((sketch) => sketch.pens[t]!)),
      "i32",
    );
    const { offset, pen } = predict(decoder, strokesOf(offsets, pens), constant(codes));
    const [logits, means, states] = [offset.logits, offset.means, pen].map((node) => evaluate(node).data);
    for (const [b, sketch] of drawn.entries())
      for (const t of steps) {
        const at = t * 2 + b;
        const likeliest = indexOfMost(logits!.slice(at * COMPONENTS, (at + 1) * COMPONENTS));
        const mean = 2 * (at * COMPONENTS + likeliest);
        expect(sketch.offsets[t]![0]).toBeCloseTo(means![mean]!, 4);
        expect(sketch.offsets[t]![1]).toBeCloseTo(means![mean + 1]!, 4);
        expect(sketch.pens[t]).toBe(indexOfMost(states!.slice(at * 3, (at + 1) * 3)));
      }
  });

  test("on from its own first moves it draws what it drew", async () => {
    const runtime = await createRuntime();
    const options = { seed: 1, temperature: 0, count: 1, codes: codes.slice(1) };
    const [whole] = await draw(runtime, decoder, options);
    for (const given of [1, 7, LONGEST]) {
      const begun = { offsets: whole!.offsets.slice(0, given), pens: whole!.pens.slice(0, given) };
      const [again] = await draw(runtime, decoder, { ...options, begun });
      expect(again!.pens).toEqual(whole!.pens);
      again!.offsets.flat().forEach((value, i) => {
        expect(value).toBeCloseTo(whole!.offsets.flat()[i]!, 4);
      });
    }
  });

  test("drawings with noise differ from each other, and not from those of the same seed", async () => {
    const alone = sketchDecoder("alone", { ...sizes, isHyper, latent: 0 });
    const some = async (seed: number) => draw(await createRuntime(), alone, { seed, temperature: 0.5, count: 2 });
    const [first, second] = await some(1);
    expect(first).not.toEqual(second);
    expect(await some(1)).toEqual([first, second]);
    expect((await some(2))[0]).not.toEqual(first);
  });
});

function indexOfMost(values: ArrayLike<number>): number {
  const list = Array.from(values);
  return list.indexOf(Math.max(...list));
}
