/** How well text is told. */
import type { BoolNode, FloatNode, IntNode } from "@unfold/core";
import { crossEntropy } from "../losses/cross-entropy.js";
import { counts, ratio, type Metric } from "./metric.js";

/**
 * Perplexity: e to the mean cross-entropy, the number of equally likely tokens that would surprise as much.
 *
 * @shapes logits: f32[...S, V], labels: i32[...S], mask: [...S]
 * @throws as crossEntropy
 * @example
 * const [logits, labels] = [input("logits", [1, 4]), input("labels", [1], "i32")];
 * measure(perplexity(logits, labels), [{ logits: [[0, 0, 0, 0]], labels: [2] }]); // → 4
 */
export function perplexity(logits: FloatNode, labels: IntNode, mask?: FloatNode | BoolNode): Metric {
  return ratio(natsOf(logits, labels, mask), mask, Math.exp);
}

/**
 * The mean cross-entropy in bits: per character if the labels are characters.
 *
 * @shapes logits: f32[...S, V], labels: i32[...S], mask: [...S]
 * @throws as crossEntropy
 * @example
 * const [logits, labels] = [input("logits", [1, 4]), input("labels", [1], "i32")];
 * measure(bitsPerCharacter(logits, labels), [{ logits: [[0, 0, 0, 0]], labels: [2] }]); // → 2
 */
export function bitsPerCharacter(logits: FloatNode, labels: IntNode, mask?: FloatNode | BoolNode): Metric {
  return ratio(natsOf(logits, labels, mask), mask, (nats) => nats / Math.LN2);
}

/** The cross-entropy of each position; labels that do not count may be any. */
function natsOf(logits: FloatNode, labels: IntNode, mask: FloatNode | BoolNode | undefined): FloatNode {
  const counted = counts(mask);
  return crossEntropy(logits, labels, { reduction: "none", ...(counted !== undefined && { mask: counted }) });
}
