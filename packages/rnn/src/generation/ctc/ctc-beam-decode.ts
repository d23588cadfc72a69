/** The likeliest labels, over all paths that say them, as far as the best prefixes lead to them. */
import { checkKeys, ValueError, type TensorValue } from "@unfold/core";
import type { CtcDecoding } from "./ctc-greedy-decode.js";
import { ctcRows, type CtcDecodeOptions, type CtcRow } from "./ctc-rows.js";

/** How a beam of prefixes is kept. */
export interface CtcBeamOptions extends CtcDecodeOptions {
  /** W, prefixes kept at each step, ≥ 1. Default 16. */
  readonly beams?: number;
  /**
   * The logarithm of a factor for going on from labels with another one, such as α ln P(label | labels) + β of a language
   * model. None unless given.
   */
  readonly extend?: (labels: readonly number[], label: number) => number;
}

/** Labels that a path can begin with: a branch of the tree of all of them. */
interface Prefix {
  readonly parent: Prefix | undefined;
  /** The last label. */
  readonly last: number | undefined;
  readonly children: Map<number, Prefix>;
  now: Ends;
  /** One step later. */
  next: Ends;
}

/** ln P of the paths that say the labels, by what they end in: a blank, or the last label. */
interface Ends {
  blank: number;
  label: number;
}

/**
 * The likeliest labels of each sequence, at most W, best first, by prefix beam search. Unlike the likeliest path it adds up
 * all paths that say the same.
 *
 * At each step the labels ℓ are kept by P(ℓ; b) + P(ℓ; n), over paths that end in a blank and in a label, where
 * P'(ℓ; b) = p_blank (P(ℓ; b) + P(ℓ; n)) and P'(ℓ; n) = p_last P(ℓ; n) + p_last (P(parent; b) + P(parent; n) unless the
 * parent ends in the same label).
 *
 * @shapes logits: f32[T, B, V]
 * @param logits - values that a network trained with `ctcLoss` gave, or log-probabilities
 * @returns for each of B sequences, its decodings
 * @throws ValueError BEAM_OPTION if beams is no whole number ≥ 1; CTC_EXTEND if a factor is NaN or ∞. Also as `ctcGreedyDecode`.
 * @example
 * const row = [[Math.log(0.6), Math.log(0.4)]]; // a blank is likelier than 1
 * ctcGreedyDecode([row, row])[0]!.labels; // → []
 * ctcBeamDecode([row, row])[0]![0]!.labels; // → [1]
 * @source Hannun, Maas, Jurafsky & Ng 2014, "First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs", algorithm 1
 */
export function ctcBeamDecode(logits: TensorValue, options: CtcBeamOptions = {}): CtcDecoding[][] {
  checkKeys("ctcBeamDecode(logits, options)", "options", options, {
    beams: true,
    extend: true,
    inputLengths: true,
    blank: true,
  });
  const where = "ctcBeamDecode(logits, options)";
  const { beams = 16, blank = 0, extend = () => 0 } = options;
  if (!(Number.isInteger(beams) && beams >= 1)) {
    throw new ValueError({
      code: "BEAM_OPTION",
      where,
      rule: "beams must be a whole number ≥ 1",
      got: String(beams),
      fix: "A beam of 1 keeps the likeliest prefix; leave it out for 16",
    });
  }
  const factor = (labels: readonly number[], label: number): number => {
    const logarithm = extend(labels, label);
    if (logarithm < Infinity) return logarithm;
    const got = `${logarithm} for ${label} after [${labels.join(", ")}]`;
    throw new ValueError({ code: "CTC_EXTEND", where, rule: "extend must give a number or -∞", got });
  };
  return ctcRows(where, logits, options).map((rows) => {
    let kept: readonly Prefix[] = [{ ...prefixOf(undefined, undefined), now: { blank: 0, label: -Infinity } }];
    for (const row of rows) kept = advance(kept, row, { beams, blank, factor });
    return kept.map((prefix) => ({ labels: labelsOf(prefix), logProbability: total(prefix) }));
  });
}

interface BeamRules {
  readonly beams: number;
  readonly blank: number;
  readonly factor: (labels: readonly number[], label: number) => number;
}

/** The prefixes kept one step later, best first. */
function advance(kept: readonly Prefix[], row: CtcRow, { beams, blank, factor }: BeamRules): readonly Prefix[] {
  const reached = new Set<Prefix>();
  const reach = (prefix: Prefix, end: keyof Ends, logarithm: number): void => {
    reached.add(prefix);
    prefix.next[end] = logAddExp(prefix.next[end], logarithm);
  };
  for (const prefix of kept) {
    const labels = labelsOf(prefix);
    reach(prefix, "blank", total(prefix) + row[blank]!);
    for (let label = 0; label < row.length; label++) {
      if (label === blank) continue;
      const isLast = label === prefix.last;
      if (isLast) reach(prefix, "label", prefix.now.label + row[label]!);
      const before = (isLast ? prefix.now.blank : total(prefix)) + row[label]!;
      if (before > -Infinity) reach(childOf(prefix, label), "label", before + factor(labels, label));
    }
  }
  for (const prefix of new Set([...kept, ...reached])) {
    prefix.now = prefix.next;
    prefix.next = nowhere();
  }
  const ranked = [...reached]
    .map((prefix) => ({ prefix, score: total(prefix) }))
    .filter(({ score }) => score > -Infinity)
    .sort((a, b) => b.score - a.score);
  const best = ranked.slice(0, beams).map(({ prefix }) => prefix);
  prune(reached, new Set(best));
  return best;
}

/** Takes off what was reached and not kept, unless something grows on it. */
function prune(reached: Iterable<Prefix>, kept: ReadonlySet<Prefix>): void {
  for (const prefix of reached) {
    if (!kept.has(prefix) && prefix.children.size === 0) prefix.parent?.children.delete(prefix.last!);
  }
}

/** What was dropped may come back from its parent: the same branch, if something that was kept grows on it. */
function childOf(parent: Prefix, label: number): Prefix {
  const known = parent.children.get(label);
  if (known !== undefined) return known;
  const child = prefixOf(parent, label);
  parent.children.set(label, child);
  return child;
}

function prefixOf(parent: Prefix | undefined, last: number | undefined): Prefix {
  return { parent, last, children: new Map(), now: nowhere(), next: nowhere() };
}

function nowhere(): Ends {
  return { blank: -Infinity, label: -Infinity };
}

function labelsOf(prefix: Prefix): number[] {
  const labels: number[] = [];
  for (let at = prefix; at.parent !== undefined; at = at.parent) labels.push(at.last!);
  return labels.reverse();
}

function total({ now }: Prefix): number {
  return logAddExp(now.blank, now.label);
}

/** ln (e^a + e^b) */
function logAddExp(a: number, b: number): number {
  const largest = Math.max(a, b);
  return largest === -Infinity ? largest : largest + Math.log1p(Math.exp(Math.min(a, b) - largest));
}
