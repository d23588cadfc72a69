/** Clipping what flows back along delay edges, at every step: gradients cannot explode on their way through time. */
import {
  checkKeys,
  clipGradient,
  customGradient,
  div,
  GraphError,
  maximum,
  sqrt,
  square,
  sum,
  ValueError,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import { memoriesOf } from "../folded/memories-of.js";
import type { FoldedGraph } from "../folded/recurrence.js";
import { rewriteStep } from "../folded/rewrite-step.js";

/** How what flows back along a delay is clipped. */
export interface ClipDelayOptions {
  /** The largest absolute value of an element, or the largest norm, > 0. */
  readonly limit: number;
  /**
   * "value" (default): element by element. "norm": each sequence's by its Euclidean norm, so that its direction stays; the
   * norm is over all axes but the first, which counts sequences, or over all of a delay with less than two axes.
   */
  readonly by?: "value" | "norm";
  /** The names of the delays; all memories unless given. */
  readonly delays?: readonly string[];
}

const CLIPS = { value: clipGradient, norm: clipGradientNorm };

/**
 * The folded graph with the same values, whose delays pass back clipped cotangents: at every step, before they flow on to
 * the step before.
 *
 * by value: c ← min(max(c, -limit), limit); by norm: c ← c min(1, limit / ‖c‖)
 *
 * Forward mode does not exist for it: a clipped cotangent belongs to no Jacobian.
 *
 * @throws ValueError CLIP_LIMIT if the limit is not above 0; CLIP_BY. GraphError DELAY_UNKNOWN if a name is not that of a memory; GradientError NO_FORWARD_MODE in jvp.
 * @example
 * const doubling = foldedGraph("doubling", ({ delay }) => {
 *   const h = delay("h", [], { initial: input("h0", []) });
 *   return { next: { h: mul(h, 2) }, outputs: {} };
 * });
 * const { final } = scan(clipDelayGradients(doubling, { limit: 3 }), 10);
 * const [h0] = leavesOf([final["h"]], "input");
 * evaluate(gradient(sum(final["h"]), [h0])[0], { h0: 1 }).item(); // → 3
 * @source Graves 2013, "Generating sequences with recurrent neural networks", section 2.1; by norm: Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1, here at every step
 */
export function clipDelayGradients<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  options: ClipDelayOptions,
): FoldedGraph<O> {
  checkFolded("clipDelayGradients(folded, options)", folded);
  checkKeys("clipDelayGradients(folded, options)", "options", options, { limit: true, by: true, delays: true });
  const memories = memoriesOf(folded).map(({ name }) => name);
  const { limit, by = "value", delays = memories } = options;
  checkOptions(`clipDelayGradients("${folded.name}", options)`, { limit, by, delays }, memories);
  const clipped = delays.map((name) => {
    const { placeholder } = folded.delays[name]!;
    return [placeholder, CLIPS[by](placeholder as FloatNode, limit)] as const;
  });
  return rewriteStep(folded, new Map<Node, Node>(clipped));
}

/** x, with the cotangent of each sequence scaled down to the norm. */
function clipGradientNorm(x: FloatNode, limit: number): FloatNode {
  const axes = [...x.shape.keys()].slice(x.shape.length < 2 ? 0 : 1);
  return customGradient([x], x, {
    vjp: ({ cotangent }) => {
      // Divided by the limit before it is squared, and never the root of zero: no overflow, and it can be differentiated.
      const excess = sum(square(div(cotangent, limit)), { axes, keepDims: true });
      return [div(cotangent, sqrt(maximum(excess, 1)))];
    },
  });
}

function checkOptions(
  where: string,
  { limit, by, delays }: Required<ClipDelayOptions>,
  memories: readonly string[],
): void {
  if (!(typeof (limit as unknown) === "number" && limit > 0)) {
    throw new ValueError({ code: "CLIP_LIMIT", where, rule: "the limit must be above 0", got: String(limit) });
  }
  if (!Object.hasOwn(CLIPS, by)) {
    throw new ValueError({ code: "CLIP_BY", where, rule: 'by must be "value" or "norm"', got: JSON.stringify(by) });
  }
  const unknown = delays.find((name) => !memories.includes(name));
  if (unknown === undefined) return;
  throw new GraphError({
    code: "DELAY_UNKNOWN",
    where,
    rule: "delays must be names of delays of the folded graph that are memories",
    got: `"${unknown}"`,
    fix: `Its memories: ${memories.join(", ") || "none"}`,
  });
}
