/** Trains a decoder, writes it for `@magenta/sketch`, and compares what that package makes of the file with ours. */
import { createRuntime, readLeaves } from "@unfold/rnn";
import { characters, LONGEST } from "../shelf/sketch-rnn/characters.js";
import { fromMagenta, leavesOf, toMagenta } from "../shelf/sketch-rnn/magenta-checkpoint.js";
import { sketchDecoder } from "../shelf/sketch-rnn/networks.js";
import { train } from "../shelf/sketch-rnn/train.js";
import { compareDecoders, type Differences } from "./compare-decoders.js";
import type { MagentaDecoder } from "./magenta-decoder.js";

/** What a check is made with. */
export interface CheckOptions {
  readonly seed: number;
  readonly epochs: number;
  readonly characters: number;
  readonly units: number;
  /** Opens the text of a file. */
  readonly open: (text: string) => MagentaDecoder | Promise<MagentaDecoder>;
  readonly onEpoch?: (done: number) => void;
}

/** What was found. */
export interface CheckResult {
  /** L_R of the characters held out. */
  readonly reconstruction: number;
  /** Weights beyond what the file can hold. */
  readonly clipped: number;
  /** Of our decoder with the weights of the file: both round to 32 bits. */
  readonly sameWeights: Differences;
  /** Of our decoder as it was trained: the file has weights in steps of 10 / 32767. */
  readonly trainedWeights: Differences;
}

const TEMPERATURE = 0.65;

/** @returns the largest differences between what the opened file and our decoder say of the characters held out */
export async function checkSketch(options: CheckOptions): Promise<CheckResult> {
  const { seed, epochs, units, open, onEpoch } = options;
  const data = characters(seed, options.characters);
  const sizes = { seed, decoderUnits: units, isHyper: false, latent: 0 };
  const decoder = sketchDecoder("alone", sizes);
  const runtime = await createRuntime();
  const { heldOut, best } = await train(runtime, { name: "alone", decoder }, data, {
    ...{ seed, epochs },
    onEpoch: (epoch) => onEpoch?.(epoch + 1),
  });
  const about = { name: "characters", longest: LONGEST, scale: data.scale };
  const trained = readLeaves(runtime, leavesOf(decoder));
  const { checkpoint, clipped } = toMagenta(decoder, trained, about);
  const theirs = await open(JSON.stringify(checkpoint));
  const settings = { drawings: data.heldOut, scale: data.scale, temperature: TEMPERATURE };
  const trainedWeights = await compareDecoders(decoder, trained, theirs, settings);
  const sameWeights = await compareDecoders(decoder, fromMagenta(decoder, checkpoint), theirs, settings);
  return { reconstruction: heldOut[best]!.reconstruction, clipped, sameWeights, trainedWeights };
}
