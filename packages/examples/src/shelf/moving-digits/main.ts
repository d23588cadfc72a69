/**
 * What moves, and where to? Convolutions look at each frame, a recurrent network at what they saw; the same network that sees one
 * frame only cannot know.
 *
 * @source Srivastava, Mansimov & Salakhutdinov 2015, "Unsupervised learning of video representations using LSTMs": moving digits; Donahue et al. 2015, "Long-term recurrent convolutional networks for visual recognition and description": convolutions per frame, then a recurrent network
 */
import { figure, lineChart } from "@unfold/report";
import { textTable } from "@unfold/rnn";
import { mean, percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { clipsOf, DIRECTIONS, FRAMES, smallDigits } from "./clips.js";
import { films } from "./films.js";
import { frameByFrame, videoNetwork } from "./network.js";
import { trainAndAsk, type PerTask, type Said } from "./train-and-ask.js";

/** Test clips in the picture: the first ones. */
const DRAWN = 4;
/** Points of a learning curve. */
const POINTS = 50;
const TASKS = ["digit", "direction"] as const;
const CHANCE = 1 / DIRECTIONS.length;

/** A network's answers and how it learned. */
interface Run {
  readonly name: string;
  readonly said: Said;
  readonly losses: readonly PerTask[];
}

export const example = defineExample({
  title: "Moving digits: what moves, and where to?",
  settings: {
    seed: SEED,
    updates: { about: "of the weights of each network", value: 1500, min: 4, max: 1_000_000 },
    clips: { about: "to measure with, of digits that are never trained on", value: 1000, min: DRAWN, max: 10_000 },
  },
  run: async ({ seed, updates, clips }, { say, update }) => {
    const digits = smallDigits(seed);
    say(`${digits.training.length} digits to train on, ${digits.test.length} others to measure with.`);
    const test = clipsOf(digits.test, seed, "test")(clips);
    const network = videoNetwork(seed);
    const runs: Run[] = [];
    for (const [name, sees] of [
      ["whole clips", network],
      ["single frames", frameByFrame(network)],
    ] as const) {
      const losses: PerTask[] = [];
      const said = await trainAndAsk(sees, {
        // Both networks learn from the same clips, and as many frames.
        next: clipsOf(digits.training, seed, "training"),
        updates,
        onUpdate: (now) => {
          losses.push(now);
          update(
            losses.length,
            updates,
            `${name}: loss of digits ${now.digit.toFixed(2)}, of directions ${now.direction.toFixed(2)}`,
          );
        },
        ...{ test, count: clips },
      });
      runs.push({ name, said, losses });
    }
    const byFrame = runs.map(({ said }) => ({
      digit: accuracies(said, test, "digit"),
      direction: accuracies(said, test, "direction"),
    }));
    const [whole, single] = byFrame.map((shares) => ({
      digit: shares.digit.at(-1)!,
      direction: shares.direction.at(-1)!,
    }));
    const rows = runs.map(({ name }, i) => [name, ...TASKS.map((task) => percent(byFrame[i]![task].at(-1)!))]);
    return {
      figures: { whole, single, byFrame: byFrame[0], chance: CHANCE },
      text: `Right of ${clips} clips of digits never seen before, after the last frame:\n${textTable([["sees", "digit", "direction"], ...rows], (column) => column > 0)}\nGuessing the direction: ${percent(CHANCE)}.`,
      parts: [
        `<h2>The first test clips</h2>`,
        figure(
          films(test, DRAWN, { clip: runs[0]!.said, frame: runs[1]!.said }),
          "Under each frame: the digit and where it moves now, what the network says that has seen the clip so far, and what the one says that sees this frame only. × where it is wrong.",
        ),
        `<h2>Frame after frame</h2>`,
        figure(
          accuracyChart(runs, byFrame),
          `Of ${clips} test clips. The more frames the network has seen, the more it knows of both; in the first it cannot know the direction either.`,
        ),
        `<h2>Learning</h2>`,
        figure(
          lossChart(runs),
          "Cross-entropy of the training clips, which are new ones at every update. No single frame tells a direction: that loss stays at ln 8 = 2.08.",
        ),
      ],
    };
  },
});

/** The share of clips that are right after each frame. */
function accuracies(said: Said, truth: Said, task: keyof Said): readonly number[] {
  const clips = truth[task].length / FRAMES;
  return Array.from({ length: FRAMES }, (_, t) => {
    const rights = truth[task].subarray(t * clips, (t + 1) * clips);
    return mean(Array.from(rights, (right, clip) => (said[task][t * clips + clip] === right ? 1 : 0)));
  });
}

function accuracyChart(
  runs: readonly Run[],
  byFrame: readonly Readonly<Record<keyof Said, readonly number[]>>[],
): string {
  return lineChart({
    x: { name: "frames of the clip so far", min: 1, max: FRAMES },
    y: { name: "share of right answers", min: 0, max: 1 },
    curves: runs.flatMap(({ name }, i) =>
      TASKS.map((task) => ({
        name: `${task}, sees ${name}`,
        points: byFrame[i]![task].map((share, t) => [t + 1, share] as const),
        isDashed: i > 0,
      })),
    ),
    levels: [{ y: CHANCE, text: "guessing" }],
  });
}

function lossChart(runs: readonly Run[]): string {
  return lineChart({
    x: { name: "update" },
    y: { name: "cross-entropy, nats", min: 0 },
    curves: runs.flatMap(({ name, losses }, i) =>
      TASKS.map((task) => ({
        name: `${task}, sees ${name}`,
        points: smoothed(losses.map((loss) => loss[task])),
        isDashed: i > 0,
      })),
    ),
  });
}

/** Means of updates that follow each other, where the last of them stands. */
function smoothed(losses: readonly number[]): readonly (readonly [number, number])[] {
  const width = Math.ceil(losses.length / POINTS);
  return Array.from({ length: Math.ceil(losses.length / width) }, (_, i) => {
    const part = losses.slice(i * width, (i + 1) * width);
    return [i * width + part.length, mean(part)];
  });
}
