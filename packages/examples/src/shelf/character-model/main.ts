/**
 * A network learns to write like a novel, character by character, against models that count. It is the network behind
 * `npm start`, which also saves it, goes on with it and writes with it.
 *
 * @source Mikolov, Karafiát, Burget, Černocký & Khudanpur 2010, "Recurrent neural network based language model"; Karpathy 2015, "The unreasonable effectiveness of recurrent neural networks"
 */
import { barChart, figure } from "@unfold/report";
import { textTable } from "@unfold/rnn";
import { baselines } from "../../character-model/baselines.js";
import { build } from "../../character-model/build.js";
import { loadNovel } from "../../character-model/corpus.js";
import { createEvaluator } from "../../character-model/evaluate.js";
import { minibatches } from "../../character-model/minibatches.js";
import { DEFAULT_SETTINGS } from "../../character-model/options.js";
import { writePassage } from "../../character-model/passage.js";
import { reportParts, REPORT_TITLE } from "../../character-model/report/report.js";
import { train, type History } from "../../character-model/training.js";
import { defineExample, SEED } from "../example.js";
import { nGramBits } from "./n-grams.js";

/** Of the passage that is written. */
const PASSAGE = { count: 500, temperature: 0.7 };

export const example = defineExample({
  title: REPORT_TITLE,
  settings: {
    seed: SEED,
    updates: { about: "of the weights", value: 1300, min: 1, max: 1_000_000 },
    units: { about: "hidden units", value: DEFAULT_SETTINGS.units, min: 1, max: 2048 },
    length: { about: "characters of a sequence", value: DEFAULT_SETTINGS.length, min: 1, max: 1000 },
    batch: { about: "sequences per update", value: DEFAULT_SETTINGS.batch, min: 1, max: 1000 },
    context: { about: "characters that counting looks back on, at most", value: 5, min: 1, max: 6 },
  },
  run: async ({ updates, context, ...sizes }, { say, update }) => {
    const settings = { ...DEFAULT_SETTINGS, ...sizes };
    const corpus = loadNovel();
    const { training, heldOut, vocabulary } = corpus;
    say("Counting …");
    const counted = nGramBits(training, heldOut, vocabulary.size, context);

    const built = await build(settings, vocabulary.size);
    const evaluator = await createEvaluator(built.runtime, built.network);
    const history: History = { step: 0, losses: [], heldOut: [] };
    const started = performance.now();
    const onUpdate = (step: number, bits: number): void => {
      update(step, updates, `${bits.toFixed(2)} bits per character`);
    };
    const minibatchOf = minibatches(training, settings);
    await train({ trainer: built.trainer, minibatchOf, evaluator, heldOut, steps: updates, onUpdate }, history);
    const seconds = (performance.now() - started) / 1000;
    const network = evaluator.bitsPerCharacter(heldOut);
    const sample = await writePassage(built, vocabulary, { ...PASSAGE, seed: settings.seed });

    const known = baselines(training, heldOut, vocabulary.size);
    const result = {
      heldOutBitsPerCharacter: network,
      unigramBitsPerCharacter: known.unigram,
      bigramBitsPerCharacter: known.bigram,
      seconds,
      charactersPerSecond: (updates * settings.batch * settings.length) / seconds,
      backend: built.runtime.report().backend,
    };
    const ways = [
      ...counted.map((bits, before) => [contextName(before), bits] as const),
      ["the network", network] as const,
    ];
    return {
      figures: { network, counting: counted, characters: training.length, heldOut: heldOut.length },
      text: `${sample}\n\n${textTable([["on text never seen", "bits per character"], ...ways.map(([name, bits]) => [name, bits.toFixed(3)])], (column) => column > 0)}`,
      parts: [
        ...(await reportParts({ corpus, settings, history, baselines: known, result, sample, network: built.network })),
        "<h2>Against counting</h2>",
        figure(
          barChart({
            x: { name: "what is looked at", categories: ways.map(([name]) => name) },
            y: { name: "bits per character" },
            bars: [{ name: "on text never seen", heights: ways.map(([, bits]) => bits) }],
          }),
          "Models that count which character follows the last ones, and the network, which decides itself what it remembers.",
        ),
      ],
    };
  },
});

function contextName(before: number): string {
  return before === 0 ? "counting characters" : `the last ${before === 1 ? "one" : before}`;
}
