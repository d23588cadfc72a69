/** A run's network, its compiled update and its evaluator on one runtime, as new or as they were saved. */
import { createRuntime, type Runtime } from "@unfold/rnn";
import { writeLeaves } from "./leaf-values.js";
import type { SavedModel } from "./model-file.js";
import { characterNetwork, type Network } from "./network.js";
import type { Settings } from "./options.js";
import { createTrainer, type Trainer } from "./trainer.js";

/** Everything that training and writing work with. */
export interface Built {
  readonly runtime: Runtime;
  readonly network: Network;
  readonly trainer: Trainer;
}

/**
 * The network of some settings.
 *
 * @param characters - V, the size of the vocabulary
 * @param saved - the values to go on with; initial values unless given
 * @throws FormatError MODEL_LEAVES if the saved model is of another network.
 */
export async function build(settings: Settings, characters: number, saved?: SavedModel): Promise<Built> {
  const runtime = await createRuntime();
  const network = characterNetwork({ characters, units: settings.units, seed: settings.seed });
  const trainer = await createTrainer(runtime, network, settings);
  if (saved !== undefined) writeLeaves(runtime, trainer.leaves, saved.leaves);
  return { runtime, network, trainer };
}
