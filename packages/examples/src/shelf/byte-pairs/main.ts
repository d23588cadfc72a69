/**
 * The same novel in characters and in byte pairs, read by the same network: what a token is decides how far it sees.
 *
 * @source Sennrich, Haddow & Birch 2016, "Neural machine translation of rare words with subword units": byte-pair encoding
 */
import { figure, lineChart } from "@unfold/report";
import { encode, vocabularySize } from "gpt-tokenizer/encoding/r50k_base";
import { loadNovel } from "../../character-model/corpus.js";
import { textTable } from "@unfold/rnn";
import { mean } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { BATCH, trainReader, WINDOW, type TokenizedText } from "./reader.js";

/** Steps whose losses are averaged to a point of a curve. */
const SMOOTHED = 10;

export const example = defineExample({
  title: "Characters or byte pairs",
  settings: {
    seed: SEED,
    units: { about: "of the embedding and the GRU", value: 64, min: 1, max: 1000 },
    steps: { about: "of training, 16 windows of 32 tokens each", value: 500, min: 1, max: 100_000 },
  },
  run: async ({ seed, units, steps }, { update }) => {
    const results: Result[] = [];
    for (const text of texts()) {
      const { losses, heldOutBits } = await trainReader(text, { seed, units, steps }, (step, loss) => {
        update(results.length * steps + step, 2 * steps, `${text.name}: ${loss.toFixed(2)} nats per token`);
      });
      const tokensPerCharacter = text.heldOut.length / text.heldOutCharacters;
      results.push({
        name: text.name,
        tokens: text.training.length,
        classes: text.classes,
        charactersPerToken: 1 / tokensPerCharacter,
        counting: bitsOfCounting(text) * tokensPerCharacter,
        network: heldOutBits * tokensPerCharacter,
        curve: smoothed(losses).map((nats, i) => [
          ((i + 1) * SMOOTHED * BATCH * WINDOW) / tokensPerCharacter,
          (nats / Math.LN2) * tokensPerCharacter,
        ]),
      });
    }
    return {
      figures: Object.fromEntries(results.map(({ name, curve: _, ...figures }) => [name, figures])),
      text: tableOf(results),
      parts: [
        figure(
          lineChart({
            x: { name: "characters read" },
            y: { name: "bits per character", min: 0 },
            curves: results.map(({ name, curve }) => ({ name: wordsOf(name), points: curve })),
          }),
          "The same number of steps: tokens of several characters read more of the novel in each.",
        ),
      ],
    };
  },
});

interface Result {
  readonly name: string;
  readonly tokens: number;
  readonly classes: number;
  readonly charactersPerToken: number;
  /** Bits per character of what was held out: by how often each token occurs, and by the network. */
  readonly counting: number;
  readonly network: number;
  readonly curve: readonly (readonly [number, number])[];
}

/** The novel in characters, and in the byte pairs of GPT-2. */
function texts(): readonly TokenizedText[] {
  const { vocabulary, training, heldOut } = loadNovel();
  const [first, last] = [training, heldOut].map((numbers) => vocabulary.decode(numbers).join("")) as [string, string];
  const heldOutCharacters = last.length;
  return [
    { name: "characters", classes: vocabulary.size, training, heldOut, heldOutCharacters },
    {
      name: "bytePairs",
      classes: vocabularySize,
      training: Int32Array.from(encode(first)),
      heldOut: Int32Array.from(encode(last)),
      heldOutCharacters,
    },
  ];
}

/** Of tokens that were held out, by their share of the others; each is counted once more than it occurs. */
function bitsOfCounting({ classes, training, heldOut }: TokenizedText): number {
  const counts = new Float64Array(classes).fill(1);
  for (const token of training) counts[token]! += 1;
  return mean([...heldOut].map((token) => -Math.log2(counts[token]! / (training.length + classes))));
}

function smoothed(losses: readonly number[]): number[] {
  const count = Math.floor(losses.length / SMOOTHED);
  return Array.from({ length: count }, (_, i) => mean(losses.slice(i * SMOOTHED, (i + 1) * SMOOTHED)));
}

function tableOf(results: readonly Result[]): string {
  const head = [
    "",
    "tokens to train on",
    "different ones",
    "characters each",
    "bits per character: counting",
    "network",
  ];
  const rows = results.map(({ name, tokens, classes, charactersPerToken, counting, network }) => [
    wordsOf(name),
    ...[tokens, classes].map((count) => count.toLocaleString("en")),
    ...[charactersPerToken, counting, network].map((figure) => figure.toFixed(2)),
  ]);
  return textTable([head, ...rows], (column) => column > 0);
}

function wordsOf(name: string): string {
  return name === "bytePairs" ? "byte pairs" : name;
}
