/** Random numbers that every program can draw alike. */

/**
 * Numbers from a linear congruential generator, always the same.
 *
 * @source Press et al. 1992, "Numerical recipes in C", section 7.1: the constants
 */
export class Draws {
  #state = 12345;

  /** The next number in [0, 1). */
  uniform(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  /** Normal numbers with a standard deviation. */
  normals(count: number, deviation = 1): Float32Array {
    return Float32Array.from(
      { length: count },
      () => deviation * Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(6.283185307 * this.uniform()),
    );
  }

  /** Whole numbers in [0, below). */
  integers(count: number, below: number): Int32Array {
    return Int32Array.from({ length: count }, () => Math.floor(this.uniform() * below));
  }
}
