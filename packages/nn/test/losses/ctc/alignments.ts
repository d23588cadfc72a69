/** Connectionist temporal classification by writing down every path. */

/** What a path of classes says: repetitions merged, then blanks removed. */
function collapse(path: readonly number[], blank: number): number[] {
  return path.filter((label, t) => label !== blank && label !== path[t - 1]);
}

/** All paths of some steps over classes 0 … V - 1. */
function allPaths(steps: number, classes: number): number[][] {
  return Array.from({ length: classes ** steps }, (_, number) =>
    Array.from({ length: steps }, (_, t) => Math.floor(number / classes ** t) % classes),
  );
}

/** The probability of everything that can be said, by what is said, its labels joined by commas. */
export function labelProbabilities(rows: readonly (readonly number[])[], blank: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const path of allPaths(rows.length, rows[0]?.length ?? 1)) {
    const said = collapse(path, blank).join();
    const probability = path.reduce((product, label, t) => product * rows[t]![label]!, 1);
    found.set(said, (found.get(said) ?? 0) + probability);
  }
  return found;
}

/** e^x_i / Σ e^x_j */
export function softmaxOf(logits: readonly number[]): number[] {
  const weights = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
