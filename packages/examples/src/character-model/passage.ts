/** A passage to show what a network has learned. */
import type { Vocabulary } from "@unfold/rnn";
import type { Built } from "./build.js";
import { createGenerator, type GenerateOptions } from "./generate.js";

/** What it begins with. */
const PRIME = "Call me ";

/** The novel's first words, and how the network goes on. */
export async function writePassage(
  { runtime, network }: Pick<Built, "runtime" | "network">,
  vocabulary: Vocabulary,
  options: Omit<GenerateOptions, "prime">,
): Promise<string> {
  const generator = await createGenerator(runtime, network);
  const written = generator.generate({ ...options, prime: vocabulary.encode(PRIME) });
  return PRIME + vocabulary.decode(written).join("");
}
