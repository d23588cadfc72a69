/** The optimizers of the workloads, as every implementation has them. */
import { adam, add, div, makeOptimizer, mul, pathOf, sgd, sqrt, square, stateLeaves, sub } from "@unfold/rnn";
import type { Optimizer, Update } from "@unfold/rnn";
import type { Training } from "../workloads/setting.js";

/** The optimizer of a workload. */
export function optimizerOf({ optimizer, learningRate }: Training): Optimizer {
  if (optimizer === "adam") return adam({ learningRate });
  return optimizer === "sgd" ? sgd({ learningRate }) : adagradInside(learningRate);
}

const EPSILON = 1e-8;

/**
 * Adagrad with ε inside the root, as min-char-rnn has it; the one of the library has it outside.
 *
 * s ← s + g²; w ← w - η g / √(s + ε)
 *
 * @source Karpathy 2015, "Minimal character-level language model with a vanilla recurrent neural network"
 */
function adagradInside(learningRate: number): Optimizer {
  const stateLeaf = stateLeaves("adagrad");
  return makeOptimizer((parameters, gradients) =>
    parameters.flatMap((parameter, i): Update[] => {
      const total = stateLeaf(`sum/${pathOf(parameter)}`, parameter.shape);
      const next = add(total, square(gradients[i]!));
      const step = div(mul(learningRate, gradients[i]!), sqrt(add(next, EPSILON)));
      return [
        [total, next],
        [parameter, sub(parameter, step)],
      ];
    }),
  );
}
