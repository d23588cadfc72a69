/** `npm run check:sketch -- [--epochs 20] [--json]`: does `@magenta/sketch` make of our file what we make of our weights? */
import { terminalBar } from "@unfold/report/node";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { printProblem, readNumber, refusal } from "../command-line.js";
import { installPackages } from "../install-packages.js";
import { MOST_CHARACTERS } from "../shelf/sketch-rnn/characters.js";
import { checkSketch, type CheckResult } from "./check-sketch.js";
import type { MagentaDecoder } from "./magenta-decoder.js";

const COMMAND = "npm run check:sketch";
const PACKAGE = "@magenta/sketch@0.2.0";

/** Of 32-bit arithmetic in another order, over a drawing. */
const ROUNDING = 1e-5;
/** Of weights rounded to multiples of 10 / 32767: some hundred of them add up at each step. */
const QUANTIZATION = 0.02;

/** What is used of the package. */
interface MagentaSketch {
  readonly SketchRNN: new (address: string) => MagentaDecoder & {
    instantiateFromJSON(description: unknown, shapes: unknown, weights: unknown): void;
    setPixelFactor(factor: number): void;
  };
}

async function main(): Promise<number> {
  const { epochs: text, json } = readOptions();
  const epochs = readNumber(text, { option: "--epochs", isWhole: true, min: 1, max: 100_000 });
  const folder = await mkdtemp(path.join(tmpdir(), "unfold-sketch-"));
  try {
    await installPackages(COMMAND, folder, [PACKAGE]);
    const { SketchRNN } = createRequire(path.join(folder, "from-here.js"))("@magenta/sketch") as MagentaSketch;
    const bar = terminalBar({ format: "[{bar}] {value}/{total} epochs | {eta_formatted} left", to: epochs });
    const result = await checkSketch({
      ...{ seed: 1, epochs, characters: MOST_CHARACTERS, units: 128 },
      open: (file) => {
        const [description, shapes, weights] = JSON.parse(file) as unknown[];
        const model = new SketchRNN("");
        model.instantiateFromJSON(description, shapes, weights);
        model.setPixelFactor(1);
        return model;
      },
      onEpoch: (done) => {
        bar.update(done);
      },
    });
    bar.stop();
    process.stdout.write(`${json ? JSON.stringify(result) : wordsOf(result)}\n`);
    return isSame(result) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isSame({ clipped, sameWeights, trainedWeights }: CheckResult): boolean {
  const largest = ({ state, distribution }: CheckResult["sameWeights"]): number => Math.max(state, distribution);
  return clipped === 0 && largest(sameWeights) <= ROUNDING && largest(trainedWeights) <= QUANTIZATION;
}

function wordsOf({ sameWeights, trainedWeights }: CheckResult): string {
  const line = (of: string, { steps, state, distribution }: CheckResult["sameWeights"], bound: number): string =>
    `${of}: over ${steps} steps, state within ${state.toExponential(1)}, distribution within ${distribution.toExponential(1)} (at most ${bound})`;
  return [
    line("our decoder with the file's weights", sameWeights, ROUNDING),
    line("our decoder as it was trained", trainedWeights, QUANTIZATION),
  ].join("\n");
}

function readOptions(): { epochs: string; json: boolean } {
  try {
    const options = { epochs: { type: "string", default: "20" }, json: { type: "boolean", default: false } } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    throw refusal(COMMAND, error);
  }
}

process.exitCode = await main().catch(printProblem);
