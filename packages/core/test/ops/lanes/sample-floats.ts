/** Numbers to try a function of f32 at. */

/** A cheap generator: Marsaglia's xorshift32, in [0, 1). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) * 2 ** -32;
  };
}

/** ±0, ±∞, NaN, the smallest and largest, and numbers where functions change what they do. */
const SPECIAL = [
  0,
  1,
  0.5,
  2,
  Infinity,
  2 ** -149,
  2 ** -126,
  3.4028234663852886e38,
  88.72283,
  87.33655,
  103.97208,
].flatMap((x) => [x, -x]);

/**
 * Numbers of every sign and exponent with random mantissas, as many again evenly in [-spread, spread], and special ones;
 * all in [-limit, limit].
 */
export function sampleFloats(count: number, spread: number, limit: number = Infinity): Float32Array<ArrayBuffer> {
  const random = generator(1);
  const bits = Int32Array.from({ length: count / 2 }, (_, i) => ((i & 0x1ff) << 23) | (random() * 2 ** 23));
  const everywhere = new Float32Array(bits.buffer);
  const evenly = Float32Array.from({ length: count / 2 }, () => (2 * random() - 1) * spread);
  const all = [...SPECIAL, NaN, ...everywhere, ...evenly];
  return Float32Array.from(all.filter((x) => Number.isNaN(x) || Math.abs(x) <= limit));
}
