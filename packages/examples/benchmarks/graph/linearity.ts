/** Whether graph work grows as the length of the unfolding: not faster, and fast enough at the longest. */
import { graphWork } from "./long-unfolding.js";
import { measurementOf, type Measurement } from "./measurement.js";

const NAME = "W8";
const LENGTHS = [200, 400, 800, 1600];

/** Milliseconds within which the longest unfolding must be made and differentiated. */
const LIMIT_MILLISECONDS = 2000;
/** Largest factor by which a step may become dearer when the number of steps doubles. */
const LIMIT_GROWTH = 1.2;
const LONGEST = 1600;
const HALF = 800;

/** The times, and how they compare with the limits. */
export interface Linearity {
  readonly measurements: readonly Measurement[];
  /** The figures, in one line. */
  readonly verdict: string;
  /** What is wrong, in one line; undefined if nothing is. */
  readonly violation: string | undefined;
}

/** Times unfolding and gradient at all lengths in turn, so that a slow spell of the machine meets them all. */
export function measureLinearity(isQuick: boolean): Linearity {
  const work = graphWork();
  const times = new Map<number, number[]>(LENGTHS.map((steps) => [steps, []]));
  const repeat = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      for (const [steps, list] of times) list.push(timeOf(work, steps));
    }
  };
  repeat(WARM_UP);
  for (const list of times.values()) list.length = 0;
  const rounds = isQuick ? 20 : 40;
  repeat(rounds);
  // Minima of a noisy machine settle late; growth that is real stays however long one measures.
  for (let more = 0; more < 2 && judge(times).violation !== undefined; more++) repeat(rounds);
  return judge(times);
}

/** Rounds before those that count, in which the code is compiled. */
const WARM_UP = 2;

/**
 * Milliseconds per graph. Every measurement builds LONGEST steps in all and keeps them: with less in memory at the end,
 * garbage collection would cost shorter graphs less per step.
 */
function timeOf(work: ReturnType<typeof graphWork>, steps: number): number {
  const graphs = Math.floor(LONGEST / steps);
  const kept: unknown[] = [];
  const start = performance.now();
  for (let i = 0; i < graphs; i++) kept.push(...work(steps));
  return (performance.now() - start) / (kept.length === 0 ? 0 : graphs);
}

function judge(times: ReadonlyMap<number, readonly number[]>): Linearity {
  const measurements = [...times].map(([steps, list]) => measurementOf(NAME, caseOf(steps), list));
  const minimum = (steps: number): number => Math.min(...(times.get(steps) ?? []));
  const longest = minimum(LONGEST);
  const growth = longest / minimum(HALF) / 2;
  const figures = `T = ${LONGEST} in ${longest.toFixed(1)} ms, growth ${growth.toFixed(3)}`;
  const limits = `must be below ${LIMIT_MILLISECONDS} ms and at most ${LIMIT_GROWTH}`;
  const isFine = longest < LIMIT_MILLISECONDS && growth <= LIMIT_GROWTH;
  return {
    measurements,
    verdict: `${NAME}: ${figures} (time(${LONGEST}) / time(${HALF}) / 2); ${limits}`,
    violation: isFine ? undefined : `${NAME} violated: ${figures}; ${limits}`,
  };
}

function caseOf(steps: number): string {
  return `unfold and gradient, T = ${steps}`;
}
