/** Mixtures of Gaussians as the outputs of a network: what mixture-density networks say. */
import { checkKeys, clamp, describe, reshape, ShapeError, split, type FloatNode } from "@unfold/core";
import { checkSettings, COUNT } from "../settings/check-setting.js";

/** M Gaussians over vectors of D elements at every position, by parameters that may be any real numbers. */
export interface GaussianMixture {
  /** π̂, f32[...S, M]: the components' shares are π = softmax(π̂). */
  readonly logits: FloatNode;
  /** μ, f32[...S, M, D]. */
  readonly means: FloatNode;
  /** σ̂, f32[...S, M, D]: the standard deviations are σ = e^σ̂. */
  readonly logDeviations: FloatNode;
  /** ρ̂, f32[...S, M], for D = 2: the two elements' correlations are ρ = tanh ρ̂. Elements are independent unless given. */
  readonly rawCorrelations?: FloatNode;
}

/** How many Gaussians there are, and over what. */
export interface GaussianMixtureOptions {
  /** M ≥ 1. */
  readonly components: number;
  /** D ≥ 1. Default 1. */
  readonly dimensions?: number;
  /** Whether the two elements of D = 2 are correlated. Default false. */
  readonly isCorrelated?: boolean;
}

/** Beyond it ρ is ±1 to 17 digits, and e^σ̂ leaves what can be squared in 32 bits. */
const LIMIT = 20;

/**
 * The mixture that a network's outputs are read as: M logits, then M · D means and M · D logarithms of deviations, component
 * by component, then M raw correlations if there are any. σ̂ and ρ̂ beyond ±20 are taken as ±20.
 *
 * @shapes outputs: f32[...S, M (1 + 2 D)], or f32[...S, 6 M] if correlated -> logits: f32[...S, M], means: f32[...S, M, D], logDeviations: f32[...S, M, D], rawCorrelations: f32[...S, M]
 * @param outputs - any real
 * @throws ValueError SETTING_RANGE if components or dimensions is no whole number ≥ 1. ShapeError MIXTURE_SHAPE if the last axis has another size, or a correlated mixture not 2 dimensions.
 * @example
 * const mixture = gaussianMixture(input("outputs", [32, 15]), { components: 3, dimensions: 2 });
 * mixture.means.shape; // → [32, 3, 2]
 * @source Bishop 1994, "Mixture density networks"; correlations: Graves 2013, "Generating sequences with recurrent neural networks", equations 18 to 22
 */
export function gaussianMixture(outputs: FloatNode, options: GaussianMixtureOptions): GaussianMixture {
  checkKeys("gaussianMixture(outputs, options)", "options", options, {
    components: true,
    dimensions: true,
    isCorrelated: true,
  });
  const where = "gaussianMixture(outputs, options)";
  const { components: M, dimensions: D = 1, isCorrelated = false } = options;
  checkSettings(where, { components: [M, COUNT], dimensions: [D, COUNT] });
  const sizes = [M, M * D, M * D, ...(isCorrelated ? [M] : [])];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (outputs.shape.at(-1) !== total || (isCorrelated && D !== 2)) {
    const rule =
      isCorrelated && D !== 2 ? "a correlated mixture must have 2 dimensions" : `outputs must be […, ${total}]`;
    const got = `outputs = ${describe(outputs)}, ${M} components and ${D} dimensions`;
    throw new ShapeError({ code: "MIXTURE_SHAPE", where, rule, got });
  }
  const [logits, means, deviations, correlations] = split(outputs, sizes, -1);
  const vectors = (node: FloatNode): FloatNode => reshape(node, [...outputs.shape.slice(0, -1), M, D]);
  return {
    logits: logits!,
    means: vectors(means!),
    logDeviations: vectors(clamp(deviations!, -LIMIT, LIMIT)),
    ...(correlations !== undefined && { rawCorrelations: clamp(correlations, -LIMIT, LIMIT) }),
  };
}
