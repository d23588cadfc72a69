/** Syllables that begin with b, d or g, said by several voices: 15 frames of 16 mel coefficients each. */
import { readFileSync } from "node:fs";
import { COEFFICIENTS, FRAMES, type StoredSyllables } from "./stored-syllables.js";

/** A syllable. */
export interface Syllable {
  /** Number of the consonant. */
  readonly consonant: number;
  readonly voice: string;
  /** `frames[t][coefficient]` in [-1, 1]. */
  readonly frames: readonly (readonly number[])[];
}

const stored = JSON.parse(readFileSync(new URL("syllables.json", import.meta.url), "utf8")) as StoredSyllables;

/** b, d and g, in the order of their numbers. */
export const consonants = stored.consonants;

/** All syllables, each once. */
export const syllables: readonly Syllable[] = stored.clips.map(([consonant, voice], clip) => {
  const bytes = Buffer.from(stored.frames[clip]!, "base64");
  const frames = Array.from({ length: FRAMES }, (_, t) =>
    Array.from(bytes.subarray(t * COEFFICIENTS, (t + 1) * COEFFICIENTS), (byte) => (2 * byte) / 255 - 1),
  );
  return { consonant, voice: stored.voices[voice]!, frames };
});
