/**
 * From which language a surname comes, letter by letter, against counting pairs of letters.
 *
 * @source Robertson, "NLP from scratch: classifying names with a character-level RNN", tutorials of PyTorch (the task; its data are others)
 */
import { figure, heatMap, lineChart } from "@unfold/report";
import { textTable } from "@unfold/rnn";
import { indexOfLargest, mean, percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { trainClassifier } from "./classifier.js";
import { languages, surnames, type Surname } from "./names.js";
import { pairsOfLetters } from "./pairs-of-letters.js";

/** Names of the test part whose reading is drawn. */
const DRAWN = 4;

export const example = defineExample({
  title: "A network says from which language a surname comes",
  settings: {
    seed: SEED,
    units: { about: "of the GRU", value: 128, min: 1, max: 1000 },
    epochs: { about: "at most; training ends when the validation names get no better", value: 40, min: 1, max: 1000 },
  },
  run: async ({ seed, units, epochs }, { update }) => {
    const names = surnames(seed);
    const { training, measure, read } = await trainClassifier(names, {
      ...{ seed, units, epochs },
      onEpoch: ({ epoch, validation }) => {
        update(epoch + 1, epochs, `${percent(validation["accuracy"]!)} of the validation names`);
      },
    });
    const { accuracy, confusion } = await measure(names.test);
    const readings = await read(names.test.map(({ name }) => name));
    const said = readings.map((reading) => indexOfLargest(reading.at(-1)!));
    const count = pairsOfLetters(names.training, languages.length);
    const accuracies = {
      largestLanguage: share(names.test, () => indexOfLargest(sizes(names.training))),
      pairsOfLetters: share(names.test, ({ name }) => count(name)),
      network: accuracy,
    };
    const rows = [
      ["always the largest language", percent(accuracies.largestLanguage)],
      ["counting pairs of letters", percent(accuracies.pairsOfLetters)],
      ["the network", percent(accuracies.network)],
    ];
    const drawn = names.test.flatMap(({ name, language }, i) =>
      said[i] === language && isLate(readings[i]!, language) ? [{ name, language, reading: readings[i]! }] : [],
    );
    return {
      figures: { ...accuracies, epochs: training.history.length, best: training.best, names: names.training.length },
      text: `${names.training.length} surnames of ${languages.length} languages to train on, ${names.test.length} others to measure with:\n${textTable([["", "right"], ...rows], (column) => column > 0)}`,
      parts: [
        figure(
          heatMap({ rows: languages, columns: languages, values: confusion }),
          "Rows are the languages of the test names, columns what the network said. Neighbours are taken for each other.",
        ),
        ...onePerLanguage(drawn).map(({ name, language, reading }) =>
          figure(readingChart(name, reading), readingCaption(name, language)),
        ),
      ],
    };
  },
});

/** Whether a name was taken for another language when half of it was read: such names tell most. */
function isLate(reading: readonly (readonly number[])[], language: number): boolean {
  return indexOfLargest(reading[reading.length >> 1]!) !== language;
}

function onePerLanguage<T extends { readonly language: number }>(names: readonly T[]): readonly T[] {
  return languages.flatMap((_, language) => names.find((name) => name.language === language) ?? []).slice(-DRAWN);
}

function readingChart(name: string, reading: readonly (readonly number[])[]): string {
  const shown = languages
    .map((_, language) => language)
    .filter((language) => reading.some((now) => now[language]! > 0.2));
  return lineChart({
    x: { name: `letters of "${name}" read`, min: 1, max: reading.length },
    y: { name: "probability", min: 0, max: 1 },
    curves: shown.map((language) => ({
      name: languages[language]!,
      points: reading.map((now, t) => [t + 1, now[language]!] as const),
    })),
  });
}

function readingCaption(name: string, language: number): string {
  return `"${name}" is ${languages[language]!}: what the network thinks after each letter.`;
}

function sizes(names: readonly Surname[]): number[] {
  return languages.map((_, language) => names.filter((surname) => surname.language === language).length);
}

function share(names: readonly Surname[], guess: (surname: Surname) => number): number {
  return mean(names.map((surname) => (guess(surname) === surname.language ? 1 : 0)));
}
