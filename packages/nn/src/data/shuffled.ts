/** Examples in random order, with bounded memory. */
import { uniformStream } from "../random/permutation.js";
import { notePlace } from "./place-before-shuffle.js";

/**
 * Each example drawn from a buffer that the next one fills up again; with a buffer for all, all orders are equally likely.
 */
export async function* shuffled<T>(
  examples: AsyncIterable<T>,
  { seed, buffer: size, epoch }: { readonly seed: number; readonly buffer: number; readonly epoch: number },
): AsyncIterable<T> {
  const uniform = uniformStream(seed, `shuffle/${epoch}`);
  const buffer: T[] = [];
  let drawn = 0;
  const draw = (): T => {
    const index = Math.floor(uniform(drawn++) * buffer.length);
    const last = buffer.pop()!;
    if (index === buffer.length) return last;
    const chosen = buffer[index]!;
    buffer[index] = last;
    return chosen;
  };
  let place = 0;
  for await (const example of examples) {
    notePlace(example, place++);
    buffer.push(example);
    if (buffer.length > size) yield draw();
  }
  while (buffer.length > 0) yield draw();
}
