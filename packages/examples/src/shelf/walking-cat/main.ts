/**
 * What will the next frame be? Muybridge's cat, by a convolutional LSTM that says from where every point will come.
 *
 * @source Shi et al. 2015, "Convolutional LSTM network: a machine learning approach for precipitation nowcasting": the cell, frames as patches; Finn, Goodfellow & Levine 2016, "Unsupervised learning for physical interaction through video prediction": a kernel for every point (dynamic neural advection); Muybridge 1887, "Animal locomotion": the cat
 */
import { figure, lineChart } from "@unfold/report";
import { textTable } from "@unfold/rnn";
import { indexOfLargest } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { blurred, copied, extrapolated, type Baseline } from "./baselines.js";
import { catFrames, type Frame } from "./cat-frames.js";
import { clip, films } from "./films.js";
import { errorsAfter, errorsOf, NAMES, PARTS, titleOf, type Part } from "./parts.js";
import { trainPredictor } from "./train-predictor.js";

/** Frames given to the network that knows its training frames by heart, before it runs freely. */
const GIVEN = 9;
/** Updates between two looks. */
const EVERY = 4;

/** How wrong a network was at a look. */
type Errors = Readonly<Record<Part | "updates", number>>;

export const example = defineExample({
  title: "A walking cat: what will the next frame be?",
  settings: {
    seed: SEED,
    updates: { about: "of the weights, each by the first 15 frames", value: 300, min: 0, max: 100_000 },
  },
  run: async ({ seed, updates }, { update }) => {
    const frames = catFrames();
    const [given, end] = PARTS.test;
    const curve: Errors[] = [];
    let best: {
      readonly validation: number;
      readonly updates: number;
      readonly way: Baseline;
      readonly free: readonly Frame[];
    };
    best = { validation: Infinity, updates: 0, way: copied, free: [] };
    let byHeart: readonly Frame[] = [];
    await trainPredictor({
      ...{ frames, seed, updates, seen: PARTS.training[1], every: EVERY },
      onLook: (done, { predictions: predicted, runFreely }) => {
        const way: Baseline = (_, place) => predicted[place - 1]!;
        const errors = errorsOf(frames, way);
        curve.push({ updates: done, ...errors });
        if (errors.validation < best.validation)
          best = { validation: errors.validation, updates: done, way, free: runFreely(given, end - given) };
        if (done === updates) byHeart = runFreely(GIVEN, PARTS.training[1] - GIVEN);
        update(
          done,
          updates,
          `error ${errors.training.toFixed(4)}, of validation frames ${errors.validation.toFixed(4)}`,
        );
      },
    });
    const ways = { copied, extrapolated, "copied and blurred": bestBlur(frames), network: best.way };
    const errors = mapEntries(ways, (way) => errorsOf(frames, way));
    const still = mapEntries(ways, (way) => way(frames, given));
    const free = {
      "stands still": errorsAfter(
        frames,
        given,
        Array.from(best.free, () => still.copied),
      ),
      "stands still, blurred": errorsAfter(
        frames,
        given,
        Array.from(best.free, () => still["copied and blurred"]),
      ),
      "runs freely": errorsAfter(frames, given, best.free),
    };
    const heart = {
      "stands still": errorsAfter(
        frames,
        GIVEN,
        byHeart.map(() => copied(frames, GIVEN)),
      ),
      "runs freely": errorsAfter(frames, GIVEN, byHeart),
    };
    return {
      figures: { errors, best: best.updates, free, heart },
      text: [
        "Mean squared error of the next frame (0 for paper, 1 for the cat):",
        table(
          ["", ...NAMES.map(titleOf)],
          Object.entries(errors).map(([name, error]) => [name, ...NAMES.map((part) => error[part])]),
        ),
        `From frame ${given} on nothing more is given:`,
        freeTable(given, free),
        `After all ${updates} updates, from frame ${GIVEN} on, over frames that were trained on:`,
        freeTable(GIVEN, heart),
      ].join("\n"),
      parts: [
        `<h2>Frames that the network never saw</h2>`,
        figure(
          films(frames, given, { ways, free: best.free }),
          `Each frame predicted from the true ones before it; in the last row, after frame ${given}, from what was predicted before. Numbers are mean squared errors.`,
        ),
        `<h2>Frames that it knows by heart</h2>`,
        figure(
          films(frames, GIVEN, { ways: {}, free: byHeart }),
          `With the weights of the last update, over frames that were trained on: nothing is given after frame ${GIVEN}, and the walk goes on from memory.`,
        ),
        `<h2>Learning</h2>`,
        figure(
          learning(curve, errors),
          `Pairs of frames are few, and what is learned longer is learned by heart. The weights are those of update ${best.updates}, the best on the validation frames. Dashed: errors on the test frames.`,
        ),
        `<h2>The clip</h2>`,
        figure(
          clip(frames),
          "From walking to galloping, as the network reads it: photographs cut out of one plate, made small, and dark where there is cat.",
        ),
      ],
    };
  },
});

/** The blur that is best on what the network is trained on. */
function bestBlur(frames: readonly Frame[]): Baseline {
  const blurs = [1, 2, 3].map(blurred);
  return blurs[indexOfLargest(blurs.map((blur) => -errorsOf(frames, blur).training))]!;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toFixed(4) : cell)));
  return textTable([head, ...cells], (column) => column > 0);
}

function freeTable(given: number, errors: Readonly<Record<string, readonly number[]>>): string {
  const rows = Object.entries(errors).map(([name, own]) => [name, ...own]);
  return table(["", ...rows[0]!.slice(1).map((_, i) => `frame ${given + i + 1}`)], rows);
}

function learning(curve: readonly Errors[], errors: Readonly<Record<string, Record<Part, number>>>): string {
  return lineChart({
    x: { name: "update" },
    y: { name: "mean squared error", min: 0, max: 0.1 },
    curves: NAMES.map((part) => ({ name: titleOf(part), points: curve.map((at) => [at.updates, at[part]] as const) })),
    levels: ["copied", "copied and blurred"].map((name) => ({ y: errors[name]!.test, text: name })),
  });
}

function mapEntries<K extends string, V, W>(record: Readonly<Record<K, V>>, f: (value: V) => W): Record<K, W> {
  return Object.fromEntries(Object.entries<V>(record).map(([name, value]) => [name, f(value)])) as Record<K, W>;
}
