/** The sum of the contributions to one cotangent. Contributions from disjoint slices of a node become one concat: reading a sequence step by step stays linear in its length. */
import type { FloatNode } from "../graph/node.js";
import { add } from "../ops/add.js";
import { concat } from "../ops/concat.js";
import { padOp, type PadAttrs } from "../ops/slice-pad.js";
import { zeros } from "../ops/composite/zeros.js";

/** A piece of a tensor along one axis, zeros elsewhere. */
interface Piece {
  readonly axis: number;
  readonly start: number;
  readonly stop: number;
  readonly value: FloatNode;
}

/** Σ contributions; there must be at least one, all of one shape. */
export function accumulate(contributions: readonly FloatNode[]): FloatNode {
  return concatOfPieces(contributions) ?? contributions.reduce((total, contribution) => add(total, contribution));
}

/** One concat for disjoint pieces along one axis; undefined if the contributions are anything else. */
function concatOfPieces(contributions: readonly FloatNode[]): FloatNode | undefined {
  if (contributions.length < 2) return undefined;
  const pieces = contributions.map(asPiece).filter((piece) => piece !== undefined);
  pieces.sort((a, b) => a.start - b.start);
  const axis = pieces[0]?.axis;
  const disjoint = pieces.every((piece, i) => piece.axis === axis && piece.start >= (pieces[i - 1]?.stop ?? 0));
  if (axis === undefined || pieces.length < contributions.length || !disjoint) return undefined;

  const { shape } = contributions[0]!;
  const gap = (count: number): FloatNode[] =>
    count === 0 ? [] : [zeros(shape.map((extent, i) => (i === axis ? count : extent)))];
  const parts = pieces.flatMap((piece, i) => [...gap(piece.start - (pieces[i - 1]?.stop ?? 0)), piece.value]);
  return concat([...parts, ...gap(shape[axis]! - pieces.at(-1)!.stop)], axis);
}

/** The adjoint of a slice is a pad: what it pads, if along one axis and without gaps. */
function asPiece(contribution: FloatNode): Piece | undefined {
  if (contribution.op !== padOp) return undefined;
  const { before, after, between, value } = contribution.attrs as PadAttrs;
  const axes = before.flatMap((count, axis) => (count > 0 || after[axis]! > 0 ? [axis] : []));
  const [axis] = axes;
  if (axis === undefined || axes.length > 1 || value !== 0 || between.some((count) => count > 0)) return undefined;
  const padded = contribution.inputs[0] as FloatNode;
  return { axis, start: before[axis]!, stop: before[axis]! + padded.shape[axis]!, value: padded };
}
