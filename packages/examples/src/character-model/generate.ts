/** Writing text: the network step by step, its hidden state carried from character to character. */
import { drawCategorical, input, stepByStep, tokenProbabilities, type Runtime, uniformStream } from "@unfold/rnn";
import type { Network } from "./network.js";

/** How to write. */
export interface GenerateOptions {
  /** Character numbers to read first, at least one. */
  readonly prime: Int32Array;
  /** How many to write after them. */
  readonly count: number;
  /** Divides the logits, > 0. */
  readonly temperature: number;
  /** The same seed writes the same text. */
  readonly seed: number;
}

/** Writes with a network. */
export interface Generator {
  /** @returns the numbers of the characters written, without the prime */
  generate(options: GenerateOptions): number[];
}

/** A generator that shares the network's parameters with everything else on the runtime. */
export async function createGenerator(runtime: Runtime, network: Network): Promise<Generator> {
  const character = input("character", [1], "i32");
  const temperature = input("temperature", []);
  const writer = await stepByStep(runtime, {
    inputs: { character, temperature },
    draw: (carry) => ({ probabilities: tokenProbabilities(network.step(character, carry), { temperature }) }),
    path: "generate",
  });
  return {
    generate: ({ prime, count, temperature, seed }) => {
      writer.reset();
      const uniform = uniformStream(seed, "generate");
      let { probabilities } = writer.prime({ character: prime }, { temperature });
      return Array.from({ length: count }, (_, i) => {
        const code = drawCategorical(probabilities.data, uniform(i));
        ({ probabilities } = writer.run({ character: [code], temperature }));
        return code;
      });
    },
  };
}
