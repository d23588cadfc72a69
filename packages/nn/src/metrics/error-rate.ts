/** How far sequences are from those they should be. */

/**
 * The least number of tokens to insert, delete and replace to make one sequence another.
 *
 * @example
 * editDistance("kitten", "sitting"); // → 3
 * @source Levenshtein 1966; by rows: Wagner & Fischer 1974, "The string-to-string correction problem"
 */
export function editDistance<T>(from: Iterable<T>, to: Iterable<T>): number {
  const [source, target] = [[...from], [...to]];
  let row = Array.from({ length: target.length + 1 }, (_, j) => j);
  source.forEach((token, i) => {
    const next = [i + 1];
    target.forEach((other, j) => {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (token === other ? 0 : 1)));
    });
    row = next;
  });
  return row[target.length]!;
}

/**
 * The edit distance of all sequences together, per token of what they should be: a character, word or phoneme error rate by
 * what the tokens are. It can be above 1.
 *
 * @returns NaN if there are no tokens at all, ∞ if there should be none and some came
 * @example
 * errorRate(["abc", "d"], ["abd", "d"]); // → 0.25
 */
export function errorRate<T>(said: readonly Iterable<T>[], wanted: readonly Iterable<T>[]): number {
  let [distance, length] = [0, 0];
  wanted.forEach((sequence, i) => {
    const tokens = [...sequence];
    distance += editDistance(said[i] ?? [], tokens);
    length += tokens.length;
  });
  return distance / length;
}
