/**
 * From spelling to phonemes: an encoder and a decoder with attention, against letters that say what they most often say.
 *
 * @source Bahdanau, Cho & Bengio 2015, "Neural machine translation by jointly learning to align and translate" (the network); Yao & Zweig 2015, "Sequence-to-sequence neural net models for grapheme-to-phoneme conversion" (the task)
 */
import { figure, heatMap, lineChart } from "@unfold/report";
import { createRuntime, textTable } from "@unfold/rnn";
import { mean, percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { align } from "./align-letters.js";
import { drawWords, type Entry } from "./dictionary.js";
import { letterByLetter } from "./letter-by-letter.js";
import { phonemeNetwork } from "./network.js";
import { qualityOf, type Quality } from "./quality.js";
import { BATCH, trainNetwork } from "./train-network.js";
import { createTranscriber, lookAt, type Said } from "./transcriber.js";

/** Words to watch training with. */
const WATCHED = 300;
/** Looks at the watched words while training goes on. */
const LOOKS = 20;
/** Words whose attention is drawn. */
const DRAWN = 4;

export const example = defineExample({
  title: "A network learns how English is said",
  settings: {
    seed: SEED,
    words: { about: "to train on", value: 100_000, min: 1000, max: 110_000 },
    measured: { about: "words to measure with", value: 2000, min: 100, max: 5000 },
    epochs: { about: "through these words", value: 2, min: 1, max: 1000 },
    units: { about: "of each of the three GRUs", value: 96, min: 1, max: 1000 },
    beams: { about: "pronunciations kept while the likeliest is searched", value: 4, min: 1, max: 20 },
  },
  run: async ({ words, measured, beams, ...settings }, { say, update }) => {
    const parts = drawWords(settings.seed, { training: words, watched: WATCHED, measured });
    say("Counting what letters say …");
    const aligned = align(parts.training);
    const counted = (reach: number) =>
      qualityOf(parts.measured, spellings(parts.measured).map(letterByLetter(aligned, reach)));

    const runtime = await createRuntime();
    const network = phonemeNetwork(settings.seed, settings.units);
    const glance = await createTranscriber(runtime, network, 1);
    const looks: Look[] = [];
    let losses: number[] = [];
    await trainNetwork(runtime, network, parts.training, {
      ...settings,
      onStep: (step, steps, loss) => {
        losses.push(loss);
        update(step, steps, `loss ${loss.toFixed(2)}`);
        if (step % Math.ceil(steps / LOOKS) !== 0) return;
        const { phonemeErrors } = qualityOf(parts.watched, glance(spellings(parts.watched)));
        looks.push({ words: step * BATCH, loss: mean(losses), phonemeErrors });
        losses = [];
      },
    });
    const transcribe = beams === 1 ? glance : await createTranscriber(runtime, network, beams);
    const said = transcribe(spellings(parts.measured));
    const qualities = {
      eachLetter: counted(0),
      sevenLetters: counted(3),
      greedy: qualityOf(parts.measured, glance(spellings(parts.measured))),
      network: qualityOf(parts.measured, said),
    };
    const drawn = telling(parts.measured, said);
    const maps = await lookAt(runtime, network, drawn);
    return {
      figures: qualities,
      text: `${measured} words that were not trained on:\n${table(qualities, beams)}`,
      parts: [
        figure(
          learning(looks, qualities),
          `Phonemes of ${WATCHED} words that are not trained on, and the loss, while the network learns.`,
        ),
        "<h2>Where the network looks</h2>",
        ...drawn.map((pair, i) => figure(attentionMap(pair, maps[i]!), `${pair.word}: ${pair.said.join(" ")}.`)),
      ],
    };
  },
});

type Qualities = Readonly<Record<"eachLetter" | "sevenLetters" | "greedy" | "network", Quality>>;

/** What is seen of training at one moment. */
interface Look {
  readonly words: number;
  /** Mean since the last look. */
  readonly loss: number;
  readonly phonemeErrors: number;
}

function spellings(entries: readonly Entry[]): string[] {
  return entries.map(({ word }) => word);
}

/** Words that were said right, those with the most silent letters first; others if there are too few. */
function telling(entries: readonly Entry[], said: readonly (readonly string[])[]): readonly Said[] {
  const silent = (pair: Said): number => pair.word.length - pair.said.length;
  return entries
    .map((entry, i) => ({ word: entry.word, said: said[i]!, isRight: qualityOf([entry], [said[i]!]).wordsRight }))
    .toSorted((a, b) => b.isRight - a.isRight || silent(b) - silent(a))
    .slice(0, DRAWN);
}

function table({ eachLetter, sevenLetters, greedy, network }: Qualities, beams: number): string {
  const rows = Object.entries({
    "what each letter most often says": eachLetter,
    "with three letters on each side": sevenLetters,
    "the network, the likeliest phoneme each time": greedy,
    ...(beams > 1 && { [`the network, the likeliest of ${beams} pronunciations`]: network }),
  }).map(([name, { phonemeErrors, wordsRight }]) => [name, percent(phonemeErrors), percent(wordsRight)]);
  return textTable([["", "phonemes wrong", "words right"], ...rows], (column) => column > 0);
}

function learning(looks: readonly Look[], { eachLetter, sevenLetters }: Qualities): string {
  return lineChart({
    x: { name: "words read" },
    y: { name: "phonemes wrong, and nats per phoneme", min: 0.05, max: 5, isLog: true },
    curves: [
      { name: "phonemes wrong", points: looks.map(({ words, phonemeErrors }) => [words, phonemeErrors] as const) },
      { name: "loss", points: looks.map(({ words, loss }) => [words, loss] as const), isDashed: true },
    ],
    levels: [
      { y: eachLetter.phonemeErrors, text: "each letter by itself" },
      { y: sevenLetters.phonemeErrors, text: "seven letters" },
    ],
  });
}

function attentionMap({ word, said }: Said, values: readonly (readonly number[])[]): string {
  const height = 110 + 26 * word.length;
  return heatMap({ rows: Array.from(word), columns: [...said, "end"], values, hasNumbers: false, width: 560, height });
}
