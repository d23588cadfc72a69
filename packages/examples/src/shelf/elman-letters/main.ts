/**
 * Elman's second experiment: letters. Consonants in random order, each followed by a vowel that it chooses, once, twice or three
 * times: ba, dii, guuu. Which consonant comes cannot be known; which vowel, how often, and that a consonant comes then, can.
 *
 * @source Elman 1990, "Finding structure in time", section "Structure in letter sequences", table 1, figures 4 and 5
 */
import { figure, lineChart } from "@unfold/report";
import { meanSquaredError, sigmoid, textTable, uniformStream } from "@unfold/rnn";
import { mean, percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { squaredDistance, trainToPredictNext } from "../predict-next.js";

/** Consonant, vowel, interrupted, high, back, voiced. */
const CODES: Readonly<Record<string, readonly number[]>> = {
  b: [1, 0, 1, 0, 0, 1],
  d: [1, 0, 1, 1, 0, 1],
  g: [1, 0, 1, 0, 1, 1],
  a: [0, 1, 0, 0, 1, 1],
  i: [0, 1, 0, 1, 0, 1],
  u: [0, 1, 0, 1, 1, 1],
};
const SYLLABLES = ["ba", "dii", "guuu"];
const [CONSONANT, HIGH] = [0, 3];
/** Letters of the charts. */
const SHOWN = 40;

export const example = defineExample({
  title: "Elman's network reads ba, dii, guuu",
  settings: {
    seed: SEED,
    passes: { about: "through the letters of 1,000 syllables", value: 200, min: 1, max: 1_000_000 },
  },
  run: async ({ seed, passes }, { update }) => {
    const read = await trainToPredictNext({
      series: coded(letters(seed, "training")),
      seed,
      units: 20,
      passes,
      learningRate: 0.005,
      loss: (scores, next) => meanSquaredError(sigmoid(scores), next),
      prediction: sigmoid,
      rows: 20,
      steps: 20,
      update,
    });
    const text = letters(seed, "measured");
    const { predictions } = await read(coded(text));
    const heard = Array.from(text)
      .slice(1)
      .map((letter, i) => {
        const [said, came] = [predictions[i]!, CODES[letter]!];
        return {
          letter,
          isVowel: came[CONSONANT] === 0,
          isRight: nearest(said) === letter,
          saysConsonant: said[CONSONANT]! > 0.5,
          error: Math.sqrt(squaredDistance(said, came) / came.length),
          ofConsonant: Math.abs(said[CONSONANT]! - came[CONSONANT]!),
          ofHigh: Math.abs(said[HIGH]! - came[HIGH]!),
        };
      });
    const [vowels, consonants] = [heard.filter(({ isVowel }) => isVowel), heard.filter(({ isVowel }) => !isVowel)];
    const share = (list: typeof heard, of: (one: (typeof heard)[number]) => boolean): number =>
      list.filter(of).length / list.length;
    const figures = {
      vowelsRight: share(vowels, ({ isRight }) => isRight),
      consonantsRight: share(consonants, ({ isRight }) => isRight),
      consonantForeseen: share(consonants, ({ saysConsonant }) => saysConsonant),
      errorAtVowels: mean(vowels.map(({ error }) => error)),
      errorAtConsonants: mean(consonants.map(({ error }) => error)),
      consonantBitAtConsonants: mean(consonants.map(({ ofConsonant }) => ofConsonant)),
      highBitAtConsonants: mean(consonants.map(({ ofHigh }) => ofHigh)),
    };
    const shown = heard.slice(100, 100 + SHOWN);
    return {
      figures,
      text: [
        textTable(
          [
            ["", "right letter", "root mean squared error"],
            ["vowels", percent(figures.vowelsRight), figures.errorAtVowels.toFixed(3)],
            ["consonants (at best 33.3 %)", percent(figures.consonantsRight), figures.errorAtConsonants.toFixed(3)],
          ],
          (column) => column > 0,
        ),
        `That a consonant comes is foreseen in ${percent(figures.consonantForeseen)} of the cases.`,
        `Error at consonants: ${figures.consonantBitAtConsonants.toFixed(3)} of the bit Consonant, ${figures.highBitAtConsonants.toFixed(3)} of the bit High.`,
      ].join("\n"),
      parts: [
        figure(
          lineChart({
            x: { name: "letter that comes", labels: shown.map(({ letter }) => letter) },
            y: { name: "error", min: 0 },
            curves: [{ name: "root mean squared error", points: shown.map(({ error }) => error) }],
          }),
          "Elman's figure 4: the error of the prediction of each letter. It is high where a consonant comes, low at the vowels.",
        ),
        figure(
          lineChart({
            x: { name: "letter that comes", labels: shown.map(({ letter }) => letter) },
            y: { name: "error", min: 0 },
            curves: [
              { name: "bit Consonant", points: shown.map(({ ofConsonant }) => ofConsonant) },
              { name: "bit High", points: shown.map(({ ofHigh }) => ofHigh) },
            ],
          }),
          "Elman's figure 5: of the six bits, the one that says consonant is known also at consonants; the one that says high tells d from b and g, and is not.",
        ),
      ],
    };
  },
});

/** The letters of 1,000 syllables in random order. */
function letters(seed: number, path: string): string {
  const uniform = uniformStream(seed, `elman-letters/${path}`);
  return Array.from({ length: 1000 }, (_, i) => SYLLABLES[Math.floor(3 * uniform(i))]!).join("");
}

function coded(text: string): (readonly number[])[] {
  return Array.from(text).map((letter) => CODES[letter]!);
}

/** The letter whose code is closest. */
function nearest(said: readonly number[]): string {
  const known = Object.entries(CODES).map(([letter, code]) => ({ letter, distance: squaredDistance(said, code) }));
  return known.reduce((best, one) => (one.distance < best.distance ? one : best)).letter;
}
