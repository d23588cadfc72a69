/** How syllables are stored. */

/** Of a syllable, 10 ms apart. */
export const FRAMES = 15;
/** Of a frame, from low to high. */
export const COEFFICIENTS = 16;

/** What `syllables.json` holds. */
export interface StoredSyllables {
  readonly consonants: readonly string[];
  readonly voices: readonly string[];
  /** Numbers of consonant and voice. */
  readonly clips: readonly (readonly [consonant: number, voice: number])[];
  /** Bytes in base64, frame after frame. */
  readonly frames: readonly string[];
}
