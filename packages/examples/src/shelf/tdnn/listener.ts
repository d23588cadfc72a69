/** Runs a network on syllables. */
import { input, padSequences, type Runtime } from "@unfold/rnn";
import type { Network } from "./network.js";
import { COEFFICIENTS, FRAMES } from "./stored-syllables.js";
import type { Syllable } from "./syllables.js";

/** The evidence for each of some syllables: `total[b]`, and `each[b][place]`, both with a number per consonant. */
export async function listener(runtime: Runtime, network: Network, batch: number) {
  const x = input("x", [FRAMES, batch, COEFFICIENTS]);
  const look = await runtime.compile({ inputs: { x }, outputs: network.over(x) });
  return (clips: readonly Syllable["frames"][]) => {
    const { each, total } = look.run({ x: padSequences(clips).values });
    const [places] = each.shape;
    const at = (data: typeof each.data, row: number) => [...data.subarray(3 * row, 3 * row + 3)];
    return {
      total: clips.map((_, b) => at(total.data, b)),
      each: clips.map((_, b) => Array.from({ length: places! }, (__, t) => at(each.data, t * batch + b))),
    };
  };
}
