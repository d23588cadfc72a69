/** Writing text: a one-step unfolding that shares the trained parameters, its hidden state carried from character to character. */
import { input, mul, NdArray, softmax, state, type Runtime } from "@unfold/rnn";
import { uniformStream } from "../random.js";
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
  const start = new NdArray({ dtype: "f32", shape: [1, 1, network.units] }, new Float32Array(network.units));
  const character = input("character", [1, 1], "i32");
  const sharpness = input("sharpness", []);
  const hidden = state("generate/h", start);
  const { logits, final } = network.over(character, hidden);
  const probabilities = softmax(mul(logits, sharpness));
  const step = await runtime.compile({
    inputs: { character, sharpness },
    outputs: { probabilities },
    updates: [[hidden, final]],
  });
  const read = (code: number, temperature: number): ArrayLike<number> =>
    step.run({ character: [code], sharpness: 1 / temperature }).probabilities.data;
  return {
    generate: ({ prime, count, temperature, seed }) => {
      runtime.write(hidden, start);
      const uniform = uniformStream(seed, "generate");
      let following: ArrayLike<number> = [];
      for (const code of prime) following = read(code, temperature);
      return Array.from({ length: count }, (_, i) => {
        const code = draw(following, uniform(i));
        following = read(code, temperature);
        return code;
      });
    },
  };
}

/**
 * The class whose share of [0, 1) holds a number.
 *
 * @param weights - at least one above 0; each class has the share weight / sum, so that rounding in a softmax does not matter
 * @param uniform - in [0, 1)
 */
export function draw(weights: ArrayLike<number>, uniform: number): number {
  const values = Array.from(weights);
  const mark = uniform * values.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  return values.findIndex((weight) => mark < (below += weight));
}
