/** What costs nothing to learn: each letter says what it most often says, by itself or between its neighbors. */
import type { AlignedWord } from "./align-letters.js";
import { phonemes } from "./dictionary.js";

/**
 * A transcriber that looks at one letter after the other: of each it says what was most often said in the widest window
 * around it that was seen before.
 *
 * @param reach - letters to each side that a window has
 * @source Sejnowski & Rosenberg 1987, "Parallel networks that learn to pronounce English text": windows of seven letters
 */
export function letterByLetter(aligned: readonly AlignedWord[], reach: number): (word: string) => string[] {
  const counts = new Map<string, Map<number, number>>();
  for (const { word, chunks } of aligned) {
    chunks.forEach(([first, second], i) => {
      const chunk = first * phonemes.size + second;
      for (let width = 0; width <= reach; width++) {
        const window = windowOf(word, i, width);
        const ofWindow = counts.get(window) ?? new Map<number, number>();
        counts.set(window, ofWindow.set(chunk, (ofWindow.get(chunk) ?? 0) + 1));
      }
    });
  }
  const best = new Map(Array.from(counts, ([window, ofWindow]) => [window, mostFrequent(ofWindow)] as const));
  const saidAt = (word: string, i: number): number => {
    for (let width = reach; width >= 0; width--) {
      const chunk = best.get(windowOf(word, i, width));
      if (chunk !== undefined) return chunk;
    }
    return 0;
  };
  return (word) => {
    const chunks = Array.from(word, (_, i) => saidAt(word, i));
    const said = chunks.flatMap((chunk) => [Math.floor(chunk / phonemes.size), chunk % phonemes.size]);
    return phonemes.decode(said.filter((phoneme) => phoneme !== 0));
  };
}

/** A letter and its neighbors, also those beyond the edges of the word. */
function windowOf(word: string, at: number, width: number): string {
  const edge = " ".repeat(width);
  return `${edge}${word}${edge}`.slice(at, at + 2 * width + 1);
}

function mostFrequent(counts: ReadonlyMap<number, number>): number {
  return [...counts].reduce((best, other) => (other[1] > best[1] ? other : best))[0];
}
