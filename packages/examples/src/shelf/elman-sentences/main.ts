/**
 * Elman's fourth experiment: sentences of two and three words. The network reads words, of whose meaning it knows nothing, and
 * predicts the next. The mean hidden state of each word then says what kind of word it is.
 *
 * @source Elman 1990, "Finding structure in time", section "Discovering lexical classes from word order", figure 7
 */
import { meanSquaredError, sigmoid, textTable } from "@unfold/rnn";
import { figure } from "@unfold/report";
import { agnes } from "ml-hclust";

import { mean } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { squaredDistance, trainToPredictNext } from "../predict-next.js";
import { dendrogram, leavesOf } from "./dendrogram.js";
import { kindOf, likelihoods, sentences, WORDS } from "./grammar.js";

/** Sentences to measure on. */
const MEASURED = 1000;

export const example = defineExample({
  title: "Elman's network sorts words into kinds",
  settings: {
    seed: SEED,
    sentences: { about: "to learn from", value: 10_000, min: 100, max: 1_000_000 },
    units: { about: "hidden units", value: 150, min: 1, max: 1000 },
    passes: { about: "through the sentences", value: 6, min: 1, max: 10_000 },
  },
  run: async ({ seed, sentences: count, units, passes }, { update }) => {
    const coded = (words: readonly string[]): number[][] =>
      words.map((word) => WORDS.map((known) => Number(known === word)));
    const read = await trainToPredictNext({
      series: coded(sentences(seed, "training", count).flat()),
      seed,
      units,
      passes,
      learningRate: 0.001,
      isFalling: true,
      loss: (scores, next) => meanSquaredError(sigmoid(scores), next),
      prediction: sigmoid,
      rows: 8,
      steps: 5,
      update,
    });
    const heard = sentences(seed, "measured", MEASURED);
    const words = heard.flat();
    const series = coded(words);
    const { predictions, hidden } = await read(series);
    const expected = heard.flatMap((sentence) => sentence.map((_, i) => likelihoods(sentence.slice(0, i + 1))));
    const places = series.slice(0, -1).map((_, t) => t);
    const againstTargets = mean(places.map((t) => Math.sqrt(squaredDistance(predictions[t]!, series[t + 1]!))));
    const ofExpected = mean(places.map((t) => Math.sqrt(squaredDistance(expected[t]!, series[t + 1]!))));
    const againstLikelihoods = mean(places.map((t) => Math.sqrt(squaredDistance(predictions[t]!, expected[t]!))));
    const cosine = mean(places.map((t) => cosineOf(predictions[t]!, expected[t]!)));
    const states = WORDS.map((word) => meanOf(hidden.filter((_, t) => words[t] === word)));
    const tree = agnes(states, { method: "average" });
    const [first, second] = tree.children.map((child) => leavesOf(child).map((i) => WORDS[i]!));
    const nouns = nounsAndVerbs(first!, second!);
    return {
      figures: { words: WORDS.length, againstTargets, ofExpected, againstLikelihoods, cosine, nounsAndVerbs: nouns },
      text: [
        textTable(
          [
            ["error (length of the difference)", ""],
            ["of the predictions, to the word that came", againstTargets.toFixed(3)],
            ["of who knows the grammar, to the word that came", ofExpected.toFixed(3)],
            ["of the predictions, to what the grammar expects", againstLikelihoods.toFixed(3)],
          ],
          (column) => column > 0,
        ),
        `Cosine of predictions and what the grammar expects: ${cosine.toFixed(3)}.`,
        `The tree's first branches: ${first!.join(" ")} | ${second!.join(" ")}.`,
        `${(100 * nouns).toFixed(0)} % of the words stand with their own: nouns or verbs.`,
      ].join("\n"),
      parts: [
        figure(
          dendrogram(
            tree,
            WORDS.map((word) => ({ name: word, color: COLORS[kindOf.get(word)!] })),
          ),
          "Elman's figure 7: words whose mean hidden states are close are joined first. Verbs are orange, animate nouns blue, inanimate ones green. Nobody told the network of kinds.",
        ),
      ],
    };
  },
});

const COLORS = { animate: "#2563eb", inanimate: "#16a34a", verb: "#ea580c" };

/** The share of words that stand on the side of the tree on which most of their own are, nouns or verbs. */
function nounsAndVerbs(one: readonly string[], other: readonly string[]): number {
  const verbs = (list: readonly string[]): number => list.filter((word) => kindOf.get(word) === "verb").length;
  const right = verbs(one) + other.length - verbs(other);
  return Math.max(right, WORDS.length - right) / WORDS.length;
}

function meanOf(vectors: readonly (readonly number[])[]): number[] {
  return vectors[0]!.map((_, i) => mean(vectors.map((vector) => vector[i]!)));
}

function cosineOf(a: readonly number[], b: readonly number[]): number {
  const dot = (u: readonly number[], v: readonly number[]): number =>
    u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
