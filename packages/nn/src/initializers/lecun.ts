/** LeCun's initializers: they keep the variance of activations where units are linear, or nearly so as tanh around 0. */
import type { Fans } from "./fans.js";
import type { Initializer } from "./initializer.js";
import { scaledNormal, scaledUniform } from "./scaled.js";

const fanIn = (fans: Fans): number => fans.fanIn;

/**
 * LeCun's uniform initializer: uniform in ±√(3 / fan in).
 *
 * @shapes [inputs, units]; axes before the last two multiply the fan, as in convolutions
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @example
 * dense({ inputs: 3, units: 2, weight: lecunUniform, seed: 1 }).parameters.weight.shape; // → [3, 2]
 * @source LeCun et al. 1998, "Efficient backprop", equation 16, as a uniform distribution
 */
export const lecunUniform: Initializer = scaledUniform("lecunUniform", 1, fanIn);

/**
 * LeCun's normal initializer, also that of networks of SELUs: normal with variance 1 / fan in.
 *
 * @shapes [inputs, units]; axes before the last two multiply the fan, as in convolutions
 * @throws ShapeError FAN_RANK if the shape has fewer than two axes.
 * @example
 * dense({ inputs: 3, units: 2, weight: lecunNormal, seed: 1 }).parameters.weight.shape; // → [3, 2]
 * @source LeCun et al. 1998, equation 16; with SELU: Klambauer et al. 2017, "Self-normalizing neural networks"
 */
export const lecunNormal: Initializer = scaledNormal("lecunNormal", 1, fanIn);
