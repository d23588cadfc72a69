/** Writing with a saved model. */
import { Vocabulary } from "@unfold/rnn";
import { CommandLineError } from "../command-line.js";
import { foldToAscii } from "../ascii.js";
import { build } from "./build.js";
import { createGenerator } from "./generate.js";
import { loadModel, modelPath } from "./model-file.js";
import type { Options } from "./options.js";

/**
 * The text, continued by the model saved in the options' folder.
 *
 * @throws CommandLineError MODEL_MISSING if there is no model. ValueError TOKEN_UNKNOWN if it does not know a character of the text.
 */
export async function sampleRun(options: Options, text: string): Promise<string> {
  const saved = await loadModel(options.out);
  if (saved === undefined) {
    throw new CommandLineError({
      code: "MODEL_MISSING",
      where: "--sample",
      rule: "there must be a saved model",
      got: `none at ${modelPath(options.out)}`,
      fix: "Train one first: npm start",
    });
  }
  const vocabulary = new Vocabulary(saved.vocabulary);
  const folded = foldToAscii(text);
  if (folded === "") {
    throw new CommandLineError({
      code: "OPTION_VALUE",
      where: "--sample",
      rule: "the text must have at least one character that ASCII has",
      got: JSON.stringify(text),
    });
  }
  const prime = vocabulary.encode(folded);
  const { runtime, network } = await build(saved.settings, vocabulary.size, saved);
  const generator = await createGenerator(runtime, network);
  const seed = options.given.seed ?? saved.settings.seed;
  const { characters: count, temperature } = options;
  return folded + vocabulary.decode(generator.generate({ prime, count, temperature, seed })).join("");
}
