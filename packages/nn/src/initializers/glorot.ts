/** Glorot's initializers: they keep the variance of activations and gradients alike from layer to layer. */
import type { Fans } from "./fans.js";
import type { Initializer } from "./initializer.js";
import { scaledNormal, scaledUniform } from "./scaled.js";

const both = ({ fanIn, fanOut }: Fans): number => fanIn + fanOut;

/**
 * Glorot's uniform initializer, also called Xavier: uniform in ±√(6 / (fan in + fan out)).
 *
 * @shapes [inputs, units]; axes before the last two multiply both fans, as in convolutions
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @example
 * dense({ inputs: 3, units: 2, weight: glorotUniform, seed: 1 }).parameters.weight.shape; // → [3, 2]
 * @source Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", equation 16
 */
export const glorotUniform: Initializer = scaledUniform("glorotUniform", 2, both);

/**
 * Glorot's normal initializer: normal with variance 2 / (fan in + fan out).
 *
 * @shapes [inputs, units]; axes before the last two multiply both fans, as in convolutions
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @example
 * dense({ inputs: 3, units: 2, weight: glorotNormal, seed: 1 }).parameters.weight.shape; // → [3, 2]
 * @source Glorot & Bengio 2010, equation 12
 */
export const glorotNormal: Initializer = scaledNormal("glorotNormal", 2, both);
