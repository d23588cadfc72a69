/** What initializers share whose variance is a number divided by fans of the weight. */
import { fansOf, type Fans } from "./fans.js";
import { fill, type Initializer } from "./initializer.js";

/** Which fans divide the variance. */
type Size = (fans: Fans) => number;

/** Uniform with mean 0 and variance gain / size. */
export function scaledUniform(name: string, gain: number, size: Size): Initializer {
  return (shape, random) => {
    const limit = Math.sqrt((3 * gain) / size(fansOf(name, shape)));
    return fill(shape, (i) => limit * (2 * random.uniform(i) - 1));
  };
}

/** Normal with mean 0 and variance gain / size. */
export function scaledNormal(name: string, gain: number, size: Size): Initializer {
  return (shape, random) => {
    const deviation = Math.sqrt(gain / size(fansOf(name, shape)));
    return fill(shape, (i) => deviation * random.normal(i));
  };
}
