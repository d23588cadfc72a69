/** How likely a network says given sequences are. */
import { describe, mul, neg, ShapeError, sum, type FloatNode, type IntNode } from "@unfold/core";
import { crossEntropy } from "@unfold/nn";

/** Logarithms of probabilities, in nats. */
export interface LogLikelihood {
  /** Of each token given those before it, `[T, …S]`; 0 where the mask is 0. */
  readonly perToken: FloatNode;
  /** Of each sequence, `[…S]`. */
  readonly total: FloatNode;
}

/**
 * The logarithm of the probability of sequences under a network: minus the training loss.
 *
 * ln P(y) = Σ_t ln softmax(logits_t)[y_t], where logits_t have read what comes before y_t
 *
 * @shapes logits: f32[T, ...S, V], tokens: i32[T, ...S], mask: f32[T, ...S] -> perToken: f32[T, ...S], total: f32[...S]
 * @param mask - 1 where a token counts, 0 at padding; all count unless given
 * @throws ShapeError LOSS_SHAPE if tokens do not have the shape of logits without its last axis; LIKELIHOOD_SHAPE if the mask does not have the shape of tokens, or there is no time.
 * @example
 * const { total } = logLikelihood(constant([[0, 0], [0, 0]]), constant([1, 0], "i32"));
 * Math.exp(evaluate(total).item()); // → 0.25
 * @source Graves 2013, "Generating sequences with recurrent neural networks", section 2: the negative of its sequence loss
 */
export function logLikelihood(logits: FloatNode, tokens: IntNode, mask?: FloatNode): LogLikelihood {
  if (tokens.shape.length === 0 || (mask !== undefined && mask.shape.join() !== tokens.shape.join())) {
    throw new ShapeError({
      code: "LIKELIHOOD_SHAPE",
      where: "logLikelihood(logits, tokens, mask)",
      rule: "tokens must be [T, …], and the mask have their shape",
      got: `tokens = ${describe(tokens)}${mask === undefined ? "" : ` and mask = ${describe(mask)}`}`,
    });
  }
  const each = neg(crossEntropy(logits, tokens, { reduction: "none" }));
  const perToken = mask === undefined ? each : mul(each, mask);
  return { perToken, total: sum(perToken, { axes: 0 }) };
}
