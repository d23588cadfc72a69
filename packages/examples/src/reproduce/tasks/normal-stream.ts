/** Normal random numbers on the host. */
import { uniformStream } from "@unfold/rnn";

/**
 * A function that gives number `i` of a stream, normal with mean 0 and deviation 1.
 *
 * @source Box & Muller 1958, "A note on the generation of random normal deviates"
 */
export function normalStream(seed: number, path: string): (i: number) => number {
  const uniform = uniformStream(seed, path);
  return (i) => Math.sqrt(-2 * Math.log(1 - uniform(2 * i))) * Math.cos(2 * Math.PI * uniform(2 * i + 1));
}
