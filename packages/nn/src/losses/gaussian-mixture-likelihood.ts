/** The negative log-likelihood of mixtures of Gaussians: a regression with several answers. */
import {
  add,
  checkKeys,
  describe,
  exp,
  logSoftmax,
  logSumExp,
  mul,
  neg,
  reshape,
  ShapeError,
  softplus,
  split,
  square,
  sub,
  sum,
  type FloatNode,
} from "@unfold/core";
import type { GaussianMixture } from "./gaussian-mixture.js";
import type { LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

const WHERE = "gaussianMixtureLikelihood(mixture, target)";

/**
 * The negative log-likelihood of targets under mixtures of Gaussians, in nats. Never an overflow: the sum over components is
 * taken of logarithms, and no density is divided by.
 *
 * -ln Σ_m π_m Π_d N(x_d; μ_md, σ_md), or with a correlation -ln Σ_m π_m N(x; μ_m, σ_m, ρ_m), where with
 * z = (x - μ) / σ: N = e^(-(z_1² + z_2² - 2 ρ z_1 z_2) / 2 (1 - ρ²)) / 2π σ_1 σ_2 √(1 - ρ²)
 *
 * It has no lower bound: a component whose mean is a target gains without end by being surer of it.
 *
 * @shapes logits: f32[...S, M], means: f32[...S, M, D], target: f32[...S, D] -> f32[], or f32[...S] for reduction "none"
 * @throws ShapeError MIXTURE_SHAPE if the mixture is not over the targets' positions and elements. Also as reduceLoss.
 * @example
 * const one = gaussianMixture(constant([0, 2, 0]), { components: 1 }); // mean 2, deviation 1
 * evaluate(gaussianMixtureLikelihood(one, constant([2]))).item(); // → 0.9189385332046727
 * @source Bishop 1994, "Mixture density networks", equations 22 to 29; correlations: Graves 2013, "Generating sequences with recurrent neural networks", equations 24 to 26
 */
export function gaussianMixtureLikelihood(
  mixture: GaussianMixture,
  target: FloatNode,
  options: LossOptions = {},
): FloatNode {
  checkKeys("gaussianMixtureLikelihood(mixture, target, options)", "options", options, {
    reduction: true,
    weights: true,
    mask: true,
  });
  checkMixture(mixture, target);
  const { logits, means, logDeviations, rawCorrelations } = mixture;
  const dimensions = target.shape.at(-1)!;
  const each = reshape(target, [...target.shape.slice(0, -1), 1, dimensions]);
  const z = mul(sub(each, means), exp(neg(logDeviations)));
  const exponent =
    rawCorrelations === undefined ? mul(sum(square(z), { axes: -1 }), -0.5) : correlated(z, rawCorrelations);
  const scale = add(sum(logDeviations, { axes: -1 }), (dimensions / 2) * Math.log(2 * Math.PI));
  const joint = add(logSoftmax(logits), sub(exponent, scale));
  return reduceLoss(WHERE, neg(logSumExp(joint, { axes: -1 })), options);
}

/**
 * -(z_1² + z_2² - 2 ρ z_1 z_2) / 2 (1 - ρ²) - ½ ln (1 - ρ²) for ρ = tanh r, without 1 - ρ², which vanishes before ρ is 1:
 * the fraction is ((z_1 - z_2)² (1 + e^2r) + (z_1 + z_2)² (1 + e^-2r)) / 8, and -½ ln (1 - ρ²) = ln cosh r.
 */
function correlated(z: FloatNode, r: FloatNode): FloatNode {
  const [first, second] = split(z, 2, -1).map((part) => reshape(part, r.shape)) as [FloatNode, FloatNode];
  const apart = mul(square(sub(first, second)), add(1, exp(mul(r, 2))));
  const alike = mul(square(add(first, second)), add(1, exp(mul(r, -2))));
  const logCosh = sub(sub(softplus(mul(r, 2)), r), Math.LN2);
  return sub(logCosh, mul(add(apart, alike), 1 / 8));
}

function checkMixture({ logits, means, logDeviations, rawCorrelations }: GaussianMixture, target: FloatNode): void {
  const [positions, components, dimensions] = [target.shape.slice(0, -1), logits.shape.at(-1), target.shape.at(-1)];
  const isOf = (node: FloatNode, ...axes: unknown[]): boolean => node.shape.join() === [...positions, ...axes].join();
  const fits =
    target.shape.length >= 1 &&
    isOf(logits, components) &&
    [means, logDeviations].every((node) => isOf(node, components, dimensions)) &&
    (rawCorrelations === undefined || (dimensions === 2 && isOf(rawCorrelations, components)));
  if (fits) return;
  const nodes = { logits, means, logDeviations, ...(rawCorrelations && { rawCorrelations }), target };
  throw new ShapeError({
    code: "MIXTURE_SHAPE",
    where: WHERE,
    rule: "for targets […S, D] logits must be […S, M], means and logDeviations […S, M, D], and raw correlations, of D = 2, […S, M]",
    got: Object.entries(nodes)
      .map(([name, node]) => `${name} = ${describe(node)}`)
      .join(", "),
  });
}
