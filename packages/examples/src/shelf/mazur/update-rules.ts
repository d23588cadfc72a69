/** Ways to update Mazur's network that are easily taken for each other: the trap of his page. */
import { add, gradient, mul, sgd, stopGradient, type FloatNode, type Update } from "@unfold/rnn";
import { mazurNetwork, weightedSum, type MazurNetwork } from "./network.js";

/** η. */
export const LEARNING_RATE = 0.5;

/** A network and how it is updated. */
export interface UpdateRule {
  readonly title: string;
  readonly network: MazurNetwork;
  readonly updates: readonly Update[];
}

/** The rules by name. */
export type RuleName = "together" | "outputFirst" | "sharedBiases" | "ownBiases";

/** The rules. */
export function updateRules(): Readonly<Record<RuleName, UpdateRule>> {
  const ruleOf = (title: string, network: MazurNetwork): UpdateRule => ({
    title,
    network,
    updates: sgd({ learningRate: LEARNING_RATE }).minimize(network.error),
  });
  const outputFirst = mazurNetwork("fixed");
  return {
    together: ruleOf("all weights from one gradient", mazurNetwork("fixed")),
    outputFirst: {
      title: "hidden layer through the new w5 to w8",
      network: outputFirst,
      updates: outputLayerFirst(outputFirst),
    },
    sharedBiases: ruleOf("biases too, one per layer", mazurNetwork("shared")),
    ownBiases: ruleOf("biases too, one per unit", mazurNetwork("own")),
  };
}

/** The output layer is updated first, and what flows back to the hidden layer goes through its new weights. */
function outputLayerFirst({ error, weights, hidden, output }: MazurNetwork): Update[] {
  const [hiddenWeights, outputWeights] = [weights.slice(0, 4), weights.slice(4)];
  const descent = sgd({ learningRate: LEARNING_RATE });
  const outputUpdates = descent.apply(outputWeights, gradient(error, outputWeights));
  // Numbers by then: no derivative flows into how they were made.
  const fixed = (node: FloatNode): FloatNode => stopGradient(node);
  const newWeights = outputUpdates.map(([, value]) => fixed(value as FloatNode));
  const deltas = gradient(
    error,
    output.map(({ net }) => net),
  ).map(fixed);
  const outs = hidden.map(({ out }) => out);
  const [net1, net2] = [weightedSum(outs, newWeights.slice(0, 2)), weightedSum(outs, newWeights.slice(2))];
  const passedBack = add(mul(deltas[0]!, net1), mul(deltas[1]!, net2));
  return [...outputUpdates, ...descent.apply(hiddenWeights, gradient(passedBack, hiddenWeights))];
}
