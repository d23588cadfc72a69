/** He's initializers: they keep the variance of activations through layers of rectifiers, which halve it. */
import type { Fans } from "./fans.js";
import type { Initializer } from "./initializer.js";
import { scaledNormal, scaledUniform } from "./scaled.js";

const fanIn = (fans: Fans): number => fans.fanIn;

/**
 * He's uniform initializer, also called Kaiming, for layers before a ReLU: uniform in ±√(6 / fan in).
 *
 * @shapes [inputs, units]; axes before the last two multiply the fan, as in convolutions
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @example
 * dense({ inputs: 3, units: 2, weight: heUniform, seed: 1 }).parameters.weight.shape; // → [3, 2]
 * @source He et al. 2015, "Delving deep into rectifiers: surpassing human-level performance on ImageNet classification", equation 10, as a uniform distribution
 */
export const heUniform: Initializer = scaledUniform("heUniform", 2, fanIn);

/**
 * He's normal initializer, also called Kaiming, for layers before a ReLU: normal with variance 2 / fan in.
 *
 * @shapes [inputs, units]; axes before the last two multiply the fan, as in convolutions
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @example
 * dense({ inputs: 3, units: 2, weight: heNormal, seed: 1 }).parameters.weight.shape; // → [3, 2]
 * @source He et al. 2015, equation 10
 */
export const heNormal: Initializer = scaledNormal("heNormal", 2, fanIn);
