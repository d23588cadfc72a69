/** How a nest is run: the order of its loops, which of them runs in vectors, how many at a time. */
import type { LaneExpression } from "../lane-expression.js";
import type { LoopNest } from "../loop-nest.js";
import type { Target } from "../wasm/target.js";
import { loopAxes, type LoopAxis } from "./loop-axes.js";
import { expressionsOf } from "./nest-expressions.js";
import { orderLoops } from "./loop-order.js";
import { chooseVectorLoop } from "./vector-axis.js";
import { expressionFacts, type Fact } from "./expression-facts.js";

/** A plan of a nest that is not empty. */
export interface NestPlan {
  readonly nest: LoopNest;
  /** Outermost first. */
  readonly loops: readonly LoopAxis[];
  /** Position of the loop that takes `width` elements at a time, `unroll` times per turn. */
  readonly vector: number;
  readonly width: 1 | 4;
  readonly unroll: number;
  /** Position from which on partial results are kept in registers; behind the last loop if nothing is reduced. */
  readonly reduced: number;
  /** Whether results are combined with what is in memory, which starts with the identities. */
  readonly isPartial: boolean;
  /** Whether the vectors of a turn are computed side by side, for engines that join two to one of eight. */
  readonly isPaired: boolean;
  /** After so many turns of the loop at this position, partial sums are added to totals. */
  readonly flush: { readonly position: number; readonly turns: number } | undefined;
  /** Operands first. */
  readonly expressions: readonly LaneExpression[];
  readonly facts: ReadonlyMap<LaneExpression, Fact>;
}

/** The loop of a nest with one iteration. */
const ONCE: LoopAxis = { extent: 1, axis: undefined, step: 1, isReduced: false };
/** Additions to one accumulator before it is added to its total. */
const LONGEST_SUM = 256;

/** Operations and stores up to which two vectors are computed side by side. */
const LARGEST_PAIR = 400;

/** The plan for a target. */
export function planNest(nest: LoopNest, target: Target): NestPlan {
  const width = target.simd ? 4 : 1;
  const axes = loopAxes(nest);
  const order =
    axes.length === 0
      ? { loops: [ONCE], vector: 0, reduced: 1, isPartial: false }
      : orderLoops(nest, axes, chooseVectorLoop(nest, axes, width), width);
  const { loops, vector } = order;
  const expressions = expressionsOf(nest);
  const facts = expressionFacts(nest, expressions, loops, vector);
  const isPaired = target.tiles === "paired" && nest.stores.every(({ mode }) => mode.kind === "set");
  const plan = { ...order, nest, width, unroll: 1, isPaired, flush: undefined, expressions, facts } as const;
  const vectors = Math.ceil(loops[vector]!.extent / width);
  const unroll = Math.min(unrolling(plan), vectors);
  return { ...plan, unroll, flush: flushing(nest, loops, plan.reduced, vector, unroll * width) };
}

/** Vectors per turn: as many as pay for the turn, no more than the registers hold. */
function unrolling({ nest, facts, loops, width, isPaired }: NestPlan): number {
  let operations = 0;
  for (const [{ kind }, { level }] of facts)
    if (level === loops.length - 1) operations += kind === "host" ? 10 : kind === "constant" ? 0 : 1;
  const { stores } = nest;
  if (stores[0]!.mode.kind === "reduce")
    return operations > 24 ? 1 : Math.max(1, Math.floor((operations > 8 ? 2 : 4) / stores.length));
  const size = operations + stores.length;
  if (width === 1) return 1;
  return size <= 6 ? 4 : size <= (isPaired ? LARGEST_PAIR : 14) ? 2 : 1;
}

/** Long sums of floats are made in parts. */
function flushing(
  { stores }: LoopNest,
  loops: readonly LoopAxis[],
  reduced: number,
  vector: number,
  step: number,
): NestPlan["flush"] {
  if (!stores.some(({ mode, value }) => mode.kind === "reduce" && mode.combine === "add" && value.dtype === "f32"))
    return undefined;
  let inside = 1;
  for (let position = loops.length - 1; position >= reduced; position--) {
    const { extent } = loops[position]!;
    const turns = position === vector ? Math.floor(extent / step) : extent;
    if (inside * turns > 2 * LONGEST_SUM) return { position, turns: Math.max(1, Math.floor(LONGEST_SUM / inside)) };
    inside *= Math.max(1, turns);
  }
  return undefined;
}
