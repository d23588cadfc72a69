/**
 * Elman's third experiment: words that are written without spaces. The network reads letters and predicts the next; where a word
 * begins it cannot know, so the error says where words begin.
 *
 * @source Elman 1990, "Finding structure in time", section "Discovering the notion 'word'", figure 6
 */
import { figure, lineChart } from "@unfold/report";
import { meanSquaredError, randomPermutation, sigmoid, textTable, uniformStream } from "@unfold/rnn";
import { mean } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { squaredDistance, trainToPredictNext } from "../predict-next.js";

/** Fifteen, as in the paper, which shows some of them: many years ago a boy and girl lived by the sea they played happily. */
const WORDS = "many years ago a boy and girl lived by the sea they played happily once".split(" ");
/** The paper's 200 sentences have 1,270 words and 4,963 letters. */
const SENTENCES = 200;
const BITS = 5;
/** Letters of the chart. */
const SHOWN = 56;

export const example = defineExample({
  title: "Elman's network finds where words begin",
  settings: {
    seed: SEED,
    passes: { about: "through the letters of 200 sentences", value: 10, min: 1, max: 1_000_000 },
  },
  run: async ({ seed, passes }, { update }) => {
    const codes = codesOf(seed);
    const coded = (words: readonly string[]): (readonly number[])[] =>
      Array.from(words.join("")).map((letter) => codes.get(letter)!);
    const training = sentences(seed, "training");
    const read = await trainToPredictNext({
      series: coded(training),
      seed,
      units: 20,
      passes,
      learningRate: 0.02,
      loss: (scores, next) => meanSquaredError(sigmoid(scores), next),
      prediction: sigmoid,
      rows: 4,
      steps: 10,
      update,
    });
    const words = sentences(seed, "measured");
    const series = coded(words);
    const { predictions } = await read(series);
    const begins = words.flatMap((word) => Array.from(word).map((_, i) => i === 0));
    const letters = Array.from(words.join(""));
    // The first letter of all is predicted by nothing.
    const errors = series.map((came, t) =>
      t === 0 ? NaN : Math.sqrt(squaredDistance(predictions[t - 1]!, came) / BITS),
    );
    const atPlace = (place: number): number => {
      const found = words.flatMap((word, w) =>
        place < word.length && w > 0 ? [errors[startOf(words, w) + place]!] : [],
      );
      return mean(found);
    };
    const places = [0, 1, 2, 3, 4].map(atPlace);
    const inside = mean(errors.filter((_, t) => t > 0 && !begins[t]));
    const onsets = begins.flatMap((isOnset, t) => (isOnset && t > 0 && t + 1 < errors.length ? [t] : []));
    const peaks = onsets.filter(
      (t) => errors[t]! > errors[t - 1]! && errors[t]! > (begins[t + 1] === true ? 0 : errors[t + 1]!),
    );
    const from = startOf(words, 100);
    const shown = Array.from({ length: SHOWN }, (_, i) => from + i);
    return {
      figures: {
        letters: series.length,
        words: training.length,
        errorAtOnset: places[0]!,
        errorInside: inside,
        errorByPlace: places,
        peaksAtOnset: peaks.length / onsets.length,
      },
      text: [
        textTable(
          [
            ["letter of the word", "root mean squared error"],
            ...places.map((error, i) => [String(i + 1), error.toFixed(3)]),
          ],
          () => true,
        ),
        `First letters ${places[0]!.toFixed(3)}, all others ${inside.toFixed(3)}. The error peaks at ${(100 * (peaks.length / onsets.length)).toFixed(0)} % of the beginnings of words.`,
      ].join("\n"),
      parts: [
        figure(
          lineChart({
            x: {
              name: "letter that comes, capital where a word begins",
              labels: shown.map((t) => (begins[t] === true ? letters[t]!.toUpperCase() : letters[t]!)),
            },
            y: { name: "error", min: 0 },
            curves: [
              { name: "root mean squared error", points: shown.map((t) => errors[t]!) },
              {
                name: "first letter of a word",
                isScattered: true,
                points: shown.flatMap((t, i): [number, number][] => (begins[t] === true ? [[i, errors[t]!]] : [])),
              },
            ],
          }),
          "Elman's figure 6: the error is high where a word begins, and falls as more of it has been read. Nobody told the network of words.",
        ),
      ],
    };
  },
});

/** Sentences of four to nine words, one after the other. */
function sentences(seed: number, path: string): string[] {
  const uniform = uniformStream(seed, `elman-words/${path}`);
  let drawn = 0;
  const below = (count: number): number => Math.floor(count * uniform(drawn++));
  return Array.from({ length: SENTENCES }, () =>
    Array.from({ length: 4 + below(6) }, () => WORDS[below(WORDS.length)]!),
  ).flat();
}

/** A code of five random bits for each letter, all of them different. */
function codesOf(seed: number): ReadonlyMap<string, readonly number[]> {
  const letters = [...new Set(WORDS.join(""))];
  const numbers = randomPermutation(2 ** BITS, uniformStream(seed, "elman-words/codes"));
  return new Map(
    letters.map((letter, i) => [letter, Array.from({ length: BITS }, (_, bit) => (numbers[i]! >> bit) & 1)]),
  );
}

function startOf(words: readonly string[], word: number): number {
  return words.slice(0, word).join("").length;
}
