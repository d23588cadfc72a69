/** The sequences that a beam search keeps, and what it keeps of all that may follow them. */
import { ValueError } from "@unfold/core";

/** A sequence that a beam search has found. */
export interface Hypothesis {
  /** Without the prompt; the end token included. */
  readonly tokens: readonly number[];
  /** ln P(tokens), in nats. */
  readonly logProbability: number;
  /** What hypotheses are ranked by: logProbability / ((5 + n) / 6)^α for n tokens. */
  readonly score: number;
  /** Whether the last token is the end token; else the sequence was cut off. */
  readonly isEnded: boolean;
}

/** How a beam is kept. */
export interface BeamRules {
  /** W. */
  readonly beams: number;
  readonly end: number | undefined;
  readonly maxLength: number;
  /** α. */
  readonly alpha: number;
}

/** A hypothesis that goes on. */
interface LiveHypothesis {
  readonly tokens: readonly number[];
  readonly logProbability: number;
  /** Where among the beam's rows what follows it is computed. */
  readonly row: number;
}

/** What is known of one sequence's search. */
export interface Beam {
  readonly live: readonly LiveHypothesis[];
  readonly done: readonly Hypothesis[];
}

/** The beam before the first token: one hypothesis, computed in every row. */
export const startingBeam: Beam = { live: [{ tokens: [], logProbability: 0, row: 0 }], done: [] };

/**
 * The beam one token later: of all that may follow, the W likeliest, less those that have ended before.
 *
 * @param following - ln P of each token after what row i has read
 * @returns live hypotheses, best first, with the rows they went on from
 * @throws ValueError BEAM_LOGITS if a logarithm is NaN.
 */
export function advanceBeam(beam: Beam, following: (row: number) => ArrayLike<number>, rules: BeamRules): Beam {
  const { beams, end, maxLength, alpha } = rules;
  const grown = bestContinuations(beam.live, following, beams - beam.done.length);
  const isDone = ({ tokens }: LiveHypothesis): boolean => tokens.at(-1) === end || tokens.length === maxLength;
  const done = grown.filter(isDone).map(({ tokens, logProbability }): Hypothesis => {
    const score = logProbability / lengthPenalty(tokens.length, alpha);
    return { tokens, logProbability, score, isEnded: tokens.at(-1) === end };
  });
  return { live: grown.filter((hypothesis) => !isDone(hypothesis)), done: [...beam.done, ...done] };
}

/** The hypotheses that have ended, best first. */
export function ranked({ done }: Beam): Hypothesis[] {
  return [...done].sort((a, b) => b.score - a.score);
}

/** lp(n) = ((5 + n) / 6)^α. Source: Wu et al. 2016, equation 14. */
function lengthPenalty(length: number, alpha: number): number {
  return ((5 + length) / 6) ** alpha;
}

/** At most `count`, best first; of ties the earlier hypothesis and the smaller token. Impossible ones are left out. */
function bestContinuations(
  live: readonly LiveHypothesis[],
  following: (row: number) => ArrayLike<number>,
  count: number,
): LiveHypothesis[] {
  const best: { parent: LiveHypothesis; token: number; logProbability: number }[] = [];
  for (const parent of live) {
    const logarithms = following(parent.row);
    for (let token = 0; token < logarithms.length; token++) {
      const logProbability = parent.logProbability + logarithms[token]!;
      if (Number.isNaN(logProbability)) throw badLogits(parent.row);
      const worst = best.length < count ? -Infinity : best.at(-1)!.logProbability;
      if (!(logProbability > worst)) continue;
      // Insertion from the end: nearly all that come are refused by the comparison above.
      let place = best.length < count ? best.length : count - 1;
      for (; place > 0 && best[place - 1]!.logProbability < logProbability; place--) best[place] = best[place - 1]!;
      best[place] = { parent, token, logProbability };
    }
  }
  return best.map(({ parent: { tokens, row }, token, logProbability }) => ({
    tokens: [...tokens, token],
    logProbability,
    row,
  }));
}

function badLogits(row: number): ValueError {
  return new ValueError({
    code: "BEAM_LOGITS",
    where: "beamSearch",
    rule: "the logits of every hypothesis must be numbers or -∞, and not all -∞",
    got: `others after hypothesis ${row}`,
  });
}
