/** Waibel's time-delay network: its sizes, and that it hears a sound later as it hears it now. */
import { evaluateAll, input, sizeOf, uniformStream } from "@unfold/rnn";
import { timeDelayNetwork } from "../../shelf/tdnn/network.js";
import { COEFFICIENTS, FRAMES } from "../../shelf/tdnn/stored-syllables.js";
import type { Row } from "../row.js";

const PUBLISHED = "8 × 13 and 3 × 9 units of 392 and 123 weights";
/** A sound of one frame, and two frames later: all windows that hear it lie inside the 15 frames. */
const [NOW, LATER] = [6, 8];

/** What can be reproduced without the recordings. */
export const timeDelay: Row = {
  name: "tdnn",
  published: `${PUBLISHED}; a sound is the same whenever it comes`,
  source: "Waibel et al. 1989, figure 1 and section II",
  seeds: [1, 2, 3],
  run: (seed) => {
    const network = timeDelayNetwork(seed);
    const x = input("x", [FRAMES, 2, COEFFICIENTS]);
    const { each, total } = evaluateAll(network.over(x), { x: soundTwice(seed) });
    const [firstRows, firstUnits] = network.weights[0]![0]!.shape as [number, number];
    const [places, , consonants] = each.shape as [number, number, number];
    const weights = network.weights.map((layer) => layer.reduce((count, { shape }) => count + sizeOf(shape), 0));
    const sizes = `${firstUnits} × ${FRAMES - firstRows / COEFFICIENTS + 1} and ${consonants} × ${places} units of ${weights.join(" and ")} weights`;
    const [now, later] = [total.data.subarray(0, consonants), total.data.subarray(consonants)];
    const apart = Math.max(...Array.from(now, (evidence, i) => Math.abs(evidence - later[i]!)));
    return {
      obtained: `${sizes}; evidence for a sound and for the same sound 20 ms later ${apart.toExponential(0)} apart`,
      // Sums of the same nine squares in another order, in double precision.
      holds: sizes === PUBLISHED && apart < 1e-12,
      remark:
        "98.5 % of three speakers' syllables cannot be reproduced, for the recordings are not to be had; `npm run example -- tdnn` counts how many synthetic syllables of voices it never heard the network gets right",
    };
  },
};

/** Silence around one frame of noise, in two recordings. */
function soundTwice(seed: number): Float32Array {
  const uniform = uniformStream(seed, "sound");
  const x = new Float32Array(FRAMES * 2 * COEFFICIENTS);
  for (let i = 0; i < COEFFICIENTS; i++)
    for (const [recording, frame] of [NOW, LATER].entries())
      x[(frame * 2 + recording) * COEFFICIENTS + i] = 2 * uniform(i) - 1;
  return x;
}
