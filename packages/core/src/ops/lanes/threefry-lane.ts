/** The generator threefry2x32 on lanes: the same words as the one on numbers, bit for bit. */
import type { Lane, LaneEmitter } from "../../graph/emitter.js";
import { PARITY, ROTATIONS, ROUNDS } from "../../random/threefry.js";

/** Two words. */
export type LanePair = readonly [Lane, Lane];

/**
 * The block of the generator for one key and counter, all of them i32.
 *
 * @source Salmon et al. 2011, section 3.2
 */
export function threefryLane(e: LaneEmitter, key: LanePair, counter: LanePair): LanePair {
  const schedule = [key[0], key[1], e.xor(e.xor(e.constant(PARITY, "i32"), key[0]), key[1])] as const;
  let a = e.add(counter[0], schedule[0]);
  let b = e.add(counter[1], schedule[1]);
  for (let round = 0; round < ROUNDS; round++) {
    const distance = ROTATIONS[round % ROTATIONS.length]!;
    a = e.add(a, b);
    b = e.xor(e.or(e.shiftLeft(b, distance), e.shiftRightUnsigned(b, 32 - distance)), a);
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = e.add(a, schedule[injection % 3]!);
      b = e.add(b, e.add(schedule[(injection + 1) % 3]!, e.constant(injection, "i32")));
    }
  }
  return [a, b];
}
