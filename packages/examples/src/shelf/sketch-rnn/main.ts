/**
 * Sketch-RNN: a network learns to draw from how others drew, stroke by stroke; here Chinese characters.
 *
 * @source Ha & Eck 2018, "A neural representation of sketch drawings", International Conference on Learning Representations
 */
import { figure } from "@unfold/report";
import { createRuntime, readLeaves } from "@unfold/rnn";
import { mean, percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";
import { characters, LONGEST, MOST_CHARACTERS } from "./characters.js";
import { draw } from "./draw.js";
import { encode } from "./encode.js";
import { learningCurves, learningTable } from "./learning-curves.js";
import type { Networks } from "./losses.js";
import { leavesOf, toMagenta, type MagentaCheckpoint } from "./magenta-checkpoint.js";
import { sketchDecoder, sketchEncoder } from "./networks.js";
import { sketchSheet } from "./sketch-sheet.js";
import { beginningOf, PEN, type Sketch } from "./sketch.js";
import { sphericalInterpolation } from "./spherical-interpolation.js";
import { train } from "./train.js";

/** Drawings beside each other, and characters held out that are shown. */
const [COLUMNS, SHOWN] = [10, 4];
/** τ of drawings of one code. */
const TEMPERATURES = [0.1, 0.2, 0.4, 0.6, 0.8, 1];
/** τ of drawings between two codes: only the code should change. */
const CALM = 0.1;

export const example = defineExample({
  title: "A network learns to draw",
  settings: {
    seed: SEED,
    characters: { about: "to learn from, a tenth of them held out", value: 1400, min: 50, max: MOST_CHARACTERS },
    epochs: { about: "of training; more draw better", value: 36, min: 1, max: 100_000 },
    encoderUnits: { about: "of the encoder's LSTM, in each direction", value: 64, min: 1, max: 1024 },
    decoderUnits: { about: "of the decoder", value: 128, min: 1, max: 2048 },
    latent: { about: "numbers in a code", value: 32, min: 2, max: 1024 },
    hyper: { about: "1: the decoder is a HyperLSTM; 0: an LSTM", value: 0, min: 0, max: 1 },
    temperature: { about: "of drawings from nothing", value: 0.4, min: 0, max: 10, isWhole: false },
  },
  run: async ({ seed, characters: count, epochs, hyper, temperature, ...units }, { update }) => {
    const data = characters(seed, count);
    const sizes = { ...units, seed, isHyper: hyper === 1 };
    const runtime = await createRuntime();
    const learn = (networks: Networks, before: number) =>
      train(runtime, networks, data, {
        ...{ seed, epochs },
        onEpoch: (epoch, { reconstruction, divergence }) => {
          const losses = `L_R ${reconstruction.toFixed(3)}, L_KL ${divergence.toFixed(3)}`;
          update(before + epoch + 1, 2 * epochs, `${networks.name}: ${losses} of characters held out`);
        },
      });
    const decoder = sketchDecoder("alone", { ...sizes, latent: 0 });
    const alone = await learn({ name: "alone", decoder }, 0);
    const coder = { encoder: sketchEncoder(sizes), decoder: sketchDecoder("coded", sizes) };
    const coded = await learn({ name: "coded", ...coder }, epochs);

    const drawn = await draw(runtime, decoder, { seed, temperature, count: 3 * COLUMNS });
    const shown = data.heldOut.slice(0, SHOWN);
    const completed: Sketch[][] = [];
    for (const written of shown)
      completed.push(await draw(runtime, decoder, { seed, temperature, count: COLUMNS, begun: beginningOf(written) }));
    const codes = await encode(runtime, coder.encoder, shown);
    const again: Sketch[][] = [];
    for (const degree of TEMPERATURES)
      again.push(await draw(runtime, coder.decoder, { seed, temperature: degree, count: SHOWN, codes }));
    const between = await draw(runtime, coder.decoder, {
      ...{ seed, temperature: CALM, count: (SHOWN - 1) * COLUMNS },
      codes: codes
        .slice(1)
        .flatMap((code, i) =>
          Array.from({ length: COLUMNS }, (_, k) => sphericalInterpolation(codes[i]!, code, k / (COLUMNS - 1))),
        ),
    });

    const finished = mean(drawn.map(({ pens }) => Number(pens.includes(PEN.isDone))));
    const about = { name: "characters", longest: LONGEST, scale: data.scale };
    const file = hyper === 1 ? undefined : toMagenta(decoder, readLeaves(runtime, leavesOf(decoder)), about);
    const rowsOf = (sketches: readonly Sketch[]) =>
      Array.from({ length: sketches.length / COLUMNS }, (_, i) => sketches.slice(i * COLUMNS, (i + 1) * COLUMNS));
    return {
      figures: {
        ...{ training: data.training.length, heldOut: data.heldOut.length, finished },
        alone: { bestEpoch: alone.best + 1, ...alone.heldOut[alone.best] },
        coded: { bestEpoch: coded.best + 1, ...coded.heldOut[coded.best] },
        losses: { alone: alone.heldOut, coded: coded.heldOut },
        ...(file && { clipped: file.clipped }),
      },
      text: [
        `${data.training.length} characters to learn from; losses of ${data.heldOut.length} others, in nats:`,
        learningTable({ alone, coded }),
        `${percent(finished)} of the drawings from nothing came to an end.`,
        ...(file === undefined || file.clipped === 0
          ? []
          : [`${file.clipped} weights beyond ±10 are ±10 in the file.`]),
      ].join("\n"),
      parts: [
        "<h2>Learning</h2>",
        learningCurves({ alone, coded }),
        "<h2>From nothing</h2>",
        figure(sketchSheet(rowsOf(drawn)), "What the decoder that knows no codes draws."),
        "<h2>Somebody begins</h2>",
        figure(
          sketchSheet(
            shown.map((written, i) => [
              written,
              ...completed[i]!.map((sketch) => ({ ...sketch, given: beginningOf(written).pens.length })),
            ]),
            ["written"],
          ),
          "The orange strokes were given, half of a character the network never saw; it draws the rest, each time another.",
        ),
        "<h2>From a code</h2>",
        figure(
          sketchSheet(
            shown.map((written, i) => [written, ...again.map((drawings) => drawings[i]!)]),
            ["written", ...TEMPERATURES.map((degree) => `τ = ${degree}`)],
          ),
          "Characters that the network never saw, and what it draws of their codes alone: daring grows with τ.",
        ),
        "<h2>Between two codes</h2>",
        figure(sketchSheet(rowsOf(between)), "From the code of one character to that of the next, along an arc."),
        ...(file === undefined ? [] : [download(file.checkpoint)]),
      ],
    };
  },
});

/** The decoder without codes as a file for `@magenta/sketch`, in the page itself. */
function download(checkpoint: MagentaCheckpoint): string {
  const data = encodeURIComponent(JSON.stringify(checkpoint));
  return `<h2>Elsewhere</h2><p><a download="characters.gen.json" href="data:application/json,${data}">characters.gen.json</a>: the decoder that knows no codes, for <code>@magenta/sketch</code>.</p>`;
}
