/**
 * Waibel's time-delay neural network tells b, d and g apart, whoever says them and wherever in the clip they begin.
 *
 * @source Waibel, Hanazawa, Hinton, Shikano & Lang 1989, "Phoneme recognition using time-delay neural networks", IEEE Transactions on Acoustics, Speech, and Signal Processing 37(3)
 */
import {
  adam,
  createRuntime,
  createTrainer,
  crossEntropy,
  Dataset,
  fit,
  foldedPicture,
  sizeOf,
  textTable,
  type FloatNode,
  type IntNode,
  type Runtime,
} from "@unfold/rnn";
import { figure, heatMap, lineChart, svgPicture } from "@unfold/report";
import { indexOfLargest, mean, percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { listener } from "./listener.js";
import { timeDelayNetwork, type Network } from "./network.js";
import { COEFFICIENTS, FRAMES } from "./stored-syllables.js";
import { consonants, syllables, type Syllable } from "./syllables.js";

/** Voices that say nothing in training: a man's and a woman's. */
const HELD_OUT = ["m3", "f4"];
/** Syllables per update. */
const BATCH = 60;
/** How far syllables are moved, in frames of 10 ms. */
const SHIFTS = [-2, -1, 0, 1, 2];

export const example = defineExample({
  title: "A time-delay network tells b, d and g apart",
  settings: {
    seed: SEED,
    epochs: { about: "through the syllables of four voices", value: 250, min: 1, max: 100_000 },
  },
  run: async ({ seed, epochs }, { update }) => {
    const training = syllables.filter(({ voice }) => !HELD_OUT.includes(voice));
    const heldOut = syllables.filter(({ voice }) => HELD_OUT.includes(voice));
    const network = timeDelayNetwork(seed);
    const runtime = await createRuntime();
    await train(runtime, network, training, {
      ...{ seed, epochs },
      onEpoch: (done, loss) => {
        update(done, epochs, `loss ${loss.toFixed(3)}`);
      },
    });
    const listen = await listener(runtime, network, heldOut.length);
    const accuracyOf = (part: readonly Syllable[], shift: number): number => {
      const { total } = listen(part.map(({ frames }) => moved(frames, shift)));
      return mean(part.map(({ consonant }, i) => (indexOfLargest(total[i]!) === consonant ? 1 : 0)));
    };
    const accuracies = SHIFTS.map((shift) => accuracyOf(heldOut, shift));
    const weights = network.weights.map((layer) => layer.reduce((count, { shape }) => count + sizeOf(shape), 0));
    const { each, total } = listen(heldOut.map(({ frames }) => frames));
    const said = heldOut.map((_, i) => indexOfLargest(total[i]!));
    const rows = SHIFTS.map((shift, i) => [`${10 * shift} ms`, percent(accuracies[i]!)]);
    return {
      figures: { accuracy: accuracies[SHIFTS.indexOf(0)], accuracies, weights, heldOut: heldOut.length },
      text: `${weights.join(" + ")} weights. ${heldOut.length} syllables of two voices that were never heard:\n${textTable([["moved by", "right"], ...rows], () => true)}`,
      parts: [
        figure(
          await svgPicture(foldedPicture(network.folded(1))),
          "The network, drawn once. Dashed edges are delays: the first layer sees three frames, the second what the first said at five. No way leads back, so what is older is forgotten for good.",
        ),
        figure(
          lineChart({
            x: { name: "syllables moved to later by ms" },
            y: { name: "share of right answers", min: 0, max: 1 },
            curves: [{ name: "voices never heard", points: SHIFTS.map((shift, i) => [10 * shift, accuracies[i]!]) }],
            levels: [{ y: 1 / consonants.length, text: "guessing" }],
          }),
          "Evidence is summed over all places, so it does not matter when a syllable begins, as long as its beginning is heard.",
        ),
        ...consonants.map((letter, consonant) => {
          const i = heldOut.findIndex((syllable, at) => syllable.consonant === consonant && said[at] === consonant);
          return picture(letter, heldOut[Math.max(i, 0)]!, each[Math.max(i, 0)]!);
        }),
      ],
    };
  },
});

/** Trains on all syllables in another order each epoch. */
async function train(
  runtime: Runtime,
  network: Network,
  training: readonly Syllable[],
  { seed, epochs, onEpoch }: { seed: number; epochs: number; onEpoch: (done: number, loss: number) => undefined },
): Promise<void> {
  const trainer = createTrainer(runtime, {
    build: ({ frames, consonant }: { frames: FloatNode; consonant: IntNode }) => ({
      loss: crossEntropy(network.over(frames).total, consonant),
    }),
    optimizer: adam({ learningRate: 0.005 }),
  });
  const examples = training.map(({ frames, consonant }) => ({ frames, consonant }));
  const settings = { axis: { frames: 1 }, dtypes: { consonant: "i32" }, dropLast: true } as const;
  const data = Dataset.from(examples).shuffle({ seed }).batch(BATCH, settings);
  await fit(trainer, {
    data,
    epochs,
    callbacks: [
      {
        onEpoch: ({ epoch, loss }) => {
          onEpoch(epoch + 1, loss);
        },
      },
    ],
  });
}

/** Later by some frames, or earlier; the first frame, or the last, stands for what is not known. */
function moved(frames: Syllable["frames"], shift: number): Syllable["frames"] {
  return frames.map((_, t) => frames[Math.min(Math.max(t - shift, 0), FRAMES - 1)]!);
}

function picture(letter: string, { frames, voice }: Syllable, each: readonly (readonly number[])[]): string {
  const spectrum = heatMap({
    rows: Array.from({ length: COEFFICIENTS }, (_, i) => String(COEFFICIENTS - i)),
    columns: frames.map((_, t) => `${10 * t} ms`),
    values: Array.from({ length: COEFFICIENTS }, (_, i) => frames.map((frame) => frame[COEFFICIENTS - 1 - i]!)),
    hasNumbers: false,
    height: 320,
  });
  const evidence = lineChart({
    x: { name: "place of the last layer's window" },
    y: { name: "evidence", min: 0, max: 1 },
    curves: consonants.map((name, consonant) => ({ name, points: each.map((now) => now[consonant]!) })),
  });
  return (
    `<h2>${letter}, said by ${voice}</h2>` +
    figure(spectrum, "What the network hears: energy from low (1) to high (16) over time.") +
    figure(evidence, "What its last layer finds at each place; squared and summed over the places, the largest wins.")
  );
}
