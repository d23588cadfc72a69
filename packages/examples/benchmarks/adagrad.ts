/** Adagrad, which W1 is trained with: an optimizer written outside the framework, from updates of states. */
import { add, div, gradient, mul, ndArray, sizeOf, sqrt, square, state, sub } from "@unfold/rnn";
import type { FloatNode, Update } from "@unfold/rnn";

/** Keeps the first step finite where a gradient is zero. */
const EPSILON = 1e-8;

/**
 * The updates of one training step.
 *
 * s ← s + g²; w ← w - η g / √(s + ε)
 *
 * @source Duchi et al. 2011, "Adaptive subgradient methods for online learning and stochastic optimization"
 */
export function adagrad(loss: FloatNode, parameters: readonly FloatNode[], learningRate: number): Update[] {
  const gradients = gradient(loss, parameters);
  return parameters.flatMap((parameter, i): Update[] => {
    const slope = gradients[i];
    if (slope === undefined) return [];
    const zeros = ndArray(new Float32Array(sizeOf(parameter.shape)), { shape: parameter.shape });
    const total = state(`adagrad/${parameter.label ?? i}`, zeros);
    const next = add(total, square(slope));
    return [
      [total, next],
      [parameter, sub(parameter, mul(learningRate, div(slope, sqrt(add(next, EPSILON)))))],
    ];
  });
}
