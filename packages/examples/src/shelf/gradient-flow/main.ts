/** Why Elman's network forgets and long short-term memory does not: both learn the adding problem. */
import { defineExample, SEED } from "../example.js";
import { compareMemories } from "./compare-memories.js";
import { comparisonParts } from "./comparison-parts.js";
import { asText } from "./comparison-text.js";
import { figuresOf } from "./memory-summary.js";

export const example = defineExample({
  title: "Why Elman's network forgets and long short-term memory does not",
  settings: {
    seed: SEED,
    steps: { about: "T, steps of a sequence", value: 50, min: 4, max: 1000 },
    units: { about: "hidden units of each network", value: 16, min: 1, max: 64 },
    updates: { about: "of the weights, per network", value: 2000, min: 0, max: 1_000_000 },
  },
  run: async (options, { say }) => {
    const comparison = await compareMemories(options, say);
    return {
      figures: figuresOf(comparison),
      text: asText(comparison, options),
      parts: comparisonParts(comparison, options),
    };
  },
});
