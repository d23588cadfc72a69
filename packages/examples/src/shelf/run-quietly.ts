/** Runs an example from a program. */
import type { Chosen, Example, Outcome, Progress, Settings } from "./example.js";

const QUIET: Progress = { say: () => undefined, update: () => undefined };

/** What an example obtains, with some settings other than usual. */
export async function runQuietly<S extends Settings>(
  example: Example<S>,
  settings: Partial<Chosen<S>> = {},
): Promise<Outcome> {
  const defaults = Object.entries(example.settings).map(([name, { value }]) => [name, value] as const);
  return example.run({ ...Object.fromEntries(defaults), ...settings }, QUIET);
}
