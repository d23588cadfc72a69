/** Vectors drawn from mixtures of Gaussians inside a graph. */
import {
  add,
  broadcastTo,
  checkKeys,
  concat,
  exp,
  foldIn,
  mul,
  randomNormal,
  reshape,
  slice,
  sqrt,
  square,
  sub,
  takeAlongAxis,
  tanh,
  type FloatNode,
  type IntNode,
} from "@unfold/core";
import type { GaussianMixture } from "@unfold/nn";
import { sampleTokens } from "./sample-tokens.js";
import type { SamplingOptions } from "./token-probabilities.js";

/** How daring a draw is. */
export type MixtureSamplingOptions = Pick<SamplingOptions, "temperature">;

/**
 * One vector per position, drawn from a mixture of Gaussians.
 *
 * With temperature τ: π = softmax(π̂ / τ) and variances σ² τ. τ = 0 gives the mean of the likeliest component.
 *
 * x = μ + σ √τ ε, of a correlated pair x_2 = μ_2 + σ_2 √τ (ρ ε_1 + √(1 - ρ²) ε_2), with ε normal
 *
 * @shapes logits: f32[...S, M], means: f32[...S, M, D], key: i32[2] -> f32[...S, D]
 * @param key - another one for each step: `foldIn(randomKey(seed), step)`; the same key draws the same vectors
 * @throws as `sampleTokens` does.
 * @example
 * const sure = gaussianMixture(constant([0, 1, 5, 7, 0, 0]), { components: 2 }); // means 5 and 7
 * evaluate(sampleMixture(sure, randomKey(1), { temperature: 0 })).data; // → [7]
 * @source Ha & Eck 2017, "A neural representation of sketch drawings", equation 8
 */
export function sampleMixture(mixture: GaussianMixture, key: IntNode, options: MixtureSamplingOptions = {}): FloatNode {
  checkKeys("sampleMixture(mixture, key, options)", "options", options, { temperature: true });
  const { logits, means, logDeviations, rawCorrelations } = mixture;
  const component = sampleTokens(logits, foldIn(key, 0), options);
  const shape = [...component.shape, means.shape.at(-1)!];
  const noise = randomNormal(foldIn(key, 1), shape);
  const related = rawCorrelations === undefined ? noise : relate(noise, tanh(chosen(rawCorrelations, component)));
  const { temperature = 1 } = options;
  const root = typeof temperature === "number" ? Math.sqrt(temperature) : sqrt(temperature);
  const spread = mul(exp(chosenVectors(logDeviations, component)), root);
  return add(chosenVectors(means, component), mul(spread, related));
}

/** Of each position the number of its component. @shapes numbers: f32[...S, M], component: i32[...S] -> f32[...S, 1] */
function chosen(numbers: FloatNode, component: IntNode): FloatNode {
  return takeAlongAxis(numbers, reshape(component, [...component.shape, 1]));
}

/** @shapes vectors: f32[...S, M, D], component: i32[...S] -> f32[...S, D] */
function chosenVectors(vectors: FloatNode, component: IntNode): FloatNode {
  const shape = [...component.shape, vectors.shape.at(-1)!];
  const single = [...component.shape, 1, vectors.shape.at(-1)!];
  const places = broadcastTo(reshape(component, [...component.shape, 1, 1]), single);
  return reshape(takeAlongAxis(vectors, places, -2), shape);
}

/** Independent pairs made correlated. */
function relate(noise: FloatNode, correlation: FloatNode): FloatNode {
  const first = slice(noise, { axis: -1, stop: 1 });
  const second = slice(noise, { axis: -1, start: 1 });
  const rest = sqrt(sub(1, square(correlation)));
  return concat([first, add(mul(correlation, first), mul(rest, second))], -1);
}
