/** Connectionist temporal classification by writing down every path of classes. */

/**
 * The probability of everything that can be said, by what is said, its labels joined by commas: the sum over all paths that
 * say it once repetitions are merged and blanks removed.
 *
 * @param rows - the probabilities of classes 0 … V - 1 at each step
 */
export function ctcLabelProbabilities(rows: readonly (readonly number[])[], blank: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const path of allPaths(rows.length, rows[0]?.length ?? 1)) {
    const said = path.filter((label, t) => label !== blank && label !== path[t - 1]).join();
    const probability = path.reduce((product, label, t) => product * rows[t]![label]!, 1);
    found.set(said, (found.get(said) ?? 0) + probability);
  }
  return found;
}

function allPaths(steps: number, classes: number): number[][] {
  return Array.from({ length: classes ** steps }, (_, number) =>
    Array.from({ length: steps }, (_, t) => Math.floor(number / classes ** t) % classes),
  );
}
