/** Elman's exclusive or in time. */
import { runQuietly } from "../../shelf/run-quietly.js";
import { example } from "../../shelf/elman-xor/main.js";
import type { Row } from "../row.js";

/** Elman 1990, figure 3. */
export const elmanXor: Row = {
  name: "elman-xor",
  published: "after 600 passes the error is low at every third bit only",
  source: "Elman 1990, Exclusive-OR, figure 3",
  seeds: [1, 2, 3],
  run: async (seed) => {
    const { figures } = await runQuietly(example, { seed });
    const errors = figures["errorByPosition"] as readonly number[];
    const xors = errors.filter((_, position) => position % 3 === 2);
    const others = errors.filter((_, position) => position % 3 !== 2);
    const [highest, lowest] = [Math.max(...xors), Math.min(...others)];
    return {
      obtained: `every third bit at most ${highest.toFixed(3)}, others at least ${lowest.toFixed(3)}`,
      // Who knows the XOR but cannot count to three has a ratio of 0.4; one who knows nothing, of 1.
      holds: highest < 0.5 * lowest,
      remark: "the gradient reaches back 60 steps instead of one, and Adam uses it",
    };
  },
};
