/** Rules that must hold in every run: Hochreiter's factor, and the bold driver's steps. */
import { uniformStream } from "@unfold/rnn";
import { example as drive } from "../../shelf/bold-driver/main.js";
import { runQuietly } from "../../shelf/run-quietly.js";
import { logisticFactors } from "../../shelf/vanishing-gradient/unit.js";
import type { Row } from "../row.js";

/** Weights that are tried on each side of 4. */
const TRIED = 200;

/** |w| < 4. */
export const hochreiterFactor: Row = {
  name: "hochreiter-factor",
  published: "a logistic unit's factor is below 1 for every |w| < 4, and can be above it for |w| > 4",
  source: "Hochreiter 1991; Hochreiter & Schmidhuber 1997, section 3.1",
  run: (seed) => {
    const uniform = uniformStream(seed, "Hochreiter's factor");
    const largest = (weight: number): number => Math.max(...logisticFactors(weight, [-3, -1, 0, 1, 3]));
    const drawn = Array.from({ length: TRIED }, (_, i) => 8 * uniform(i) - 4);
    const below = drawn.map(largest);
    const above = drawn.map((weight) => largest(weight + 4 * Math.sign(weight)));
    return {
      obtained: `${TRIED} weights in (-4, 4): at most ${Math.max(...below).toFixed(3)}; ${TRIED} beyond: at least ${Math.min(...above).toFixed(3)}`,
      holds: below.every((factor) => factor < 1) && above.every((factor) => factor > 1),
    };
  },
};

/** Accepted steps only go down. */
export const boldDriverRule: Row = {
  name: "bold-driver",
  published: "the error never rises on accepted steps; the rate goes up by 5 %, down by half",
  source: "Vryniotis 2013 (datumbox), SoftMaxRegression",
  seeds: [1, 2, 3],
  run: async (seed) => {
    const { figures } = await runQuietly(drive, { seed });
    const { accepted, rejected, risesOnAccepted, otherFactors } = figures as Readonly<Record<string, number>>;
    return {
      obtained: `${risesOnAccepted!} rises on ${accepted!} accepted steps, ${rejected!} taken back; ${otherFactors!} other factors`,
      holds: risesOnAccepted === 0 && otherFactors === 0,
    };
  },
};
