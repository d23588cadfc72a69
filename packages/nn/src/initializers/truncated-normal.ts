/** Normal numbers without the ones far out. */
import { checkSetting, NOT_NEGATIVE } from "../settings/check-setting.js";
import { inverseNormal } from "../random/normal.js";
import { fill, type Initializer } from "./initializer.js";

/** How likely a standard normal variable lies below -2, and between -2 and 2. */
const BELOW = 0.02275013194817921;
const BETWEEN = 0.9544997361036416;

/**
 * Normal numbers within two standard deviations of the mean; those beyond are drawn anew, in effect. Their own standard
 * deviation is 0.8796 times the given one.
 *
 * @param mean - default 0
 * @param deviation - standard deviation before what lies outside is cut off, ≥ 0; default 1
 * @throws ValueError SETTING_RANGE if the deviation is not a finite number ≥ 0.
 * @example
 * initializedParam("w", [2, 3], truncatedNormal(0, 0.02), 1).shape; // → [2, 3]
 */
export function truncatedNormal(mean = 0, deviation = 1): Initializer {
  checkSetting("truncatedNormal(mean, deviation)", "deviation", deviation, NOT_NEGATIVE);
  return (shape, random) => fill(shape, (i) => mean + deviation * inverseNormal(BELOW + BETWEEN * random.uniform(i)));
}
