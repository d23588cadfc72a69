/** What counting knows of the next character, the more the further it looks back. */

/**
 * The cost of text under models that count which character follows which others, in bits per character, for contexts of 0 to
 * `longest` characters. A context that is rare believes little of itself and much of the next shorter one.
 *
 * p(c | ctx) = (n(ctx c) + d(ctx) p(c | shorter ctx)) / (n(ctx) + d(ctx)), d the number of different characters that follow;
 * p(c) = (n(c) + 1) / (N + V)
 *
 * @param size - V
 * @source Witten & Bell 1991, "The zero-frequency problem", method C; interpolated: Chen & Goodman 1998, "An empirical study of smoothing techniques for language modeling", section 2.5
 */
export function nGramBits(training: Int32Array, heldOut: Int32Array, size: number, longest: number): number[] {
  const probabilities = new Float64Array(heldOut.length).fill(1 / size);
  return Array.from({ length: longest + 1 }, (_, context) => {
    const { followers, totals, kinds } = count(training, size, context);
    let bits = 0;
    forEachContext(heldOut, size, context, (key, i) => {
      const character = heldOut[i]!;
      // By itself a character is counted once more than it occurs, as if all had been seen.
      const doubt = context === 0 ? size : (kinds.get(key) ?? 0);
      const seen = followers.get(key * size + character) ?? 0;
      if (doubt > 0) probabilities[i] = (seen + doubt * probabilities[i]!) / ((totals.get(key) ?? 0) + doubt);
    });
    for (const probability of probabilities.subarray(1)) bits -= Math.log2(probability);
    return bits / (heldOut.length - 1);
  });
}

/** How often each context comes, with each character after it, and how many different ones follow it. */
function count(text: Int32Array, size: number, context: number) {
  const followers = new Map<number, number>();
  const totals = new Map<number, number>();
  const kinds = new Map<number, number>();
  forEachContext(text, size, context, (key, i) => {
    const both = key * size + text[i]!;
    const before = followers.get(both);
    followers.set(both, (before ?? 0) + 1);
    totals.set(key, (totals.get(key) ?? 0) + 1);
    if (before === undefined) kinds.set(key, (kinds.get(key) ?? 0) + 1);
  });
  return { followers, totals, kinds };
}

/** Calls with the number of the last characters before each one that has so many before it. */
function forEachContext(
  text: Int32Array,
  size: number,
  context: number,
  visit: (key: number, position: number) => void,
): void {
  const wrap = size ** context;
  let key = 0;
  text.forEach((character, i) => {
    if (i >= context) visit(key, i);
    key = (key * size + character) % wrap;
  });
}
