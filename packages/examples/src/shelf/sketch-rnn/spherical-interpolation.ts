/** Codes between two codes. */

/**
 * The vector that is a share of the way from one vector to another along an arc: codes of a normal distribution lie about a
 * sphere, and a straight line between two of them would leave it.
 *
 * (sin((1 - t) Ω) a + sin(t Ω) b) / sin Ω, where Ω is the angle between a and b; a straight line if it has no sine
 *
 * @param share - t in [0, 1]
 * @source White 2016, "Sampling generative networks", section 2.1
 */
export function sphericalInterpolation(a: readonly number[], b: readonly number[], share: number): number[] {
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.min(Math.max(cosine, -1), 1));
  const sine = Math.sin(angle);
  const [ofA, ofB] =
    sine > 1e-6 ? [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine] : [1 - share, share];
  return a.map((value, i) => ofA * value + ofB * b[i]!);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
