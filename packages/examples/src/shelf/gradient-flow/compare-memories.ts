/** Both networks before and after training, measured on the same sequences. */
import { addingProblem } from "./adding-problem.js";
import { flowPicture } from "./flow-picture.js";
import { measureMemory, type MemoryFigures } from "./memory-figures.js";
import { elmanNetwork, lstmNetwork, type Network } from "./networks.js";
import { trainable, type TrainingOptions } from "./train-network.js";

/** Sequences that figures are measured on. */
const MEASURED = 256;

/** What is known of one network. */
export interface NetworkFigures {
  readonly title: string;
  /** The label of the state that is to remember. */
  readonly memory: string;
  /** With its first weights. */
  readonly initial: MemoryFigures;
  readonly trained: MemoryFigures;
  /** The last steps of the trained network, with the gradient on the edges, as SVG. */
  readonly picture: string;
}

/** Both networks. */
export interface Comparison {
  readonly elman: NetworkFigures;
  readonly lstm: NetworkFigures;
}

/** Trains and measures both networks. @param say - told what is being done */
export async function compareMemories(
  options: TrainingOptions & { readonly units: number },
  say: (line: string) => void,
): Promise<Comparison> {
  const figuresOf = async (network: Network): Promise<NetworkFigures> => {
    const { runtime, train } = await trainable(network, options);
    const measured = addingProblem(options.seed, "measured", options.steps)(MEASURED);
    const initial = await measureMemory(runtime, network, measured, options.steps);
    say(`${network.title}: ${options.updates} updates …`);
    train();
    const trained = await measureMemory(runtime, network, measured, options.steps);
    const picture = await flowPicture(runtime, network, measured, options.steps);
    return { title: network.title, memory: network.memory, initial, trained, picture };
  };
  return { elman: await figuresOf(elmanNetwork(options)), lstm: await figuresOf(lstmNetwork(options)) };
}
