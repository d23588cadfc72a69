/** Exact rules of movement: a view moves elements and computes nothing, so only their places have to be right. */
import type { Node } from "../../graph/node.js";
import { padOp, sliceOp } from "../../ops/slice-pad.js";
import { reshape, reshapeOp } from "../../ops/reshape.js";
import { reverse, reverseOp } from "../../ops/reverse.js";
import { broadcastTo, broadcastToOp } from "../../ops/sum-broadcast.js";
import { transpose, transposeOp } from "../../ops/transpose.js";
import { sameShape, sizeOf, stridesOf } from "../../tensor/shape.js";
import { sameType } from "../../tensor/tensor-type.js";
import { rangeOf, readRange, viewsBetween } from "../contiguous.js";
import { make } from "../pass.js";
import { any, attrsOf, named, op, rule, type Pattern, type Rule } from "../pattern.js";

/** A view whose input is in row-major order already. */
function movesNothing(node: Node): boolean {
  const [input] = node.inputs;
  if (node.op.kind !== "view" || input === undefined || !sameType(input.type, node.type)) return false;
  const { offset, strides } = node.op.view(input.type, node.type, node.attrs);
  const rowMajor = stridesOf(node.shape);
  return (
    sizeOf(node.shape) === 0 ||
    (offset === 0 && strides.every((stride, axis) => node.shape[axis] === 1 || stride === rowMajor[axis]))
  );
}

/** Whether a shape is the other with axes of size 1 in front. */
function addsLeadingOnes(shape: readonly number[], inner: readonly number[]): boolean {
  const added = shape.length - inner.length;
  return added >= 0 && shape.every((extent, axis) => extent === (axis < added ? 1 : inner[axis - added]));
}

/** Fewer nodes between source and node, if the node is a range of another. */
function shorten(node: Node): Node | undefined {
  const range = rangeOf(node);
  if (range.length < 2) return undefined;
  const next = readRange(range, node.shape);
  return next !== undefined && viewsBetween(range.source, next) < range.length ? next : undefined;
}

/** The part of what was broadcast that a slice of the broadcast reads. */
function sliceBroadcast(x: Node, node: Node): Node | undefined {
  const { start, size, step } = attrsOf(sliceOp, node);
  const added = node.shape.length - x.shape.length;
  const isStretched = (axis: number): boolean => x.shape[axis - added] === 1;
  const own = x.shape.map((_, axis) => axis + added);
  const part = make(sliceOp, [x], {
    start: own.map((axis) => (isStretched(axis) ? 0 : start[axis]!)),
    size: own.map((axis) => (isStretched(axis) ? 1 : size[axis]!)),
    step: own.map((axis) => (isStretched(axis) ? 1 : step[axis]!)),
  });
  return broadcastTo(sameShape(part.shape, x.shape) ? x : part, node.shape);
}

/** A slice of the last axis only, its rows read as rows of other leading axes. */
function reshapeRows(x: Node, inner: Node, node: Node): Node | undefined {
  const { start, size, step } = attrsOf(sliceOp, inner);
  const last = x.shape.length - 1;
  const isOfLast = size.every((extent, axis) => axis === last || extent === x.shape[axis]);
  const isContiguous = sizeOf(size) === 0 || rangeOf(inner).length > 0;
  if (last < 1 || !isOfLast || isContiguous || node.shape.at(-1) !== size[last]) return undefined;
  const rows = reshape(x, [...node.shape.slice(0, -1), x.shape[last]!]);
  const leading = node.shape.slice(0, -1);
  return make(sliceOp, [rows], {
    start: [...leading.map(() => 0), start[last]!],
    size: node.shape,
    step: [...leading.map(() => 1), step[last]!],
  });
}

const broadcast: Pattern<{ readonly x: Node; readonly inner: Node }> = named("inner", op(broadcastToOp, any("x")));

/** The rules, in the order in which they are tried. */
export const viewRules: readonly Rule[] = [
  rule({
    name: "a view that moves nothing → x",
    why: "its elements are those of x in the same order: reshape, slice, transpose or broadcast to what x is, and what only changed gradients",
    pattern: any("node"),
    replace: (_, node) => (movesNothing(node) ? node.inputs[0] : undefined),
  }),
  rule({
    name: "reshape(slice(reshape(x))) → slice(x)",
    why: "elements next to each other in row-major order, whatever the shapes between",
    pattern: op(reshapeOp),
    replace: (_, node) => shorten(node),
  }),
  rule({
    name: "slice(reshape(x)) → slice(x)",
    why: "elements next to each other in row-major order, whatever the shapes between",
    pattern: op(sliceOp),
    replace: (_, node) => shorten(node),
  }),
  rule({
    name: "slice(slice(x)) → slice(x)",
    why: "start + i step of start' + j step' is start' + start step' + i step step'",
    pattern: op(sliceOp, named("inner", op(sliceOp, any("x")))),
    replace: ({ x, inner }, node) => {
      const [first, second] = [attrsOf(sliceOp, inner), attrsOf(sliceOp, node)];
      return make(sliceOp, [x], {
        start: first.start.map((start, axis) => start + second.start[axis]! * first.step[axis]!),
        size: second.size,
        step: first.step.map((step, axis) => step * second.step[axis]!),
      });
    },
  }),
  rule({
    name: "reshape(columns of x) → columns of reshape(x)",
    why: "the last axis is cut as before; the axes before it follow each other in row-major order, cut or not",
    pattern: op(reshapeOp, named("inner", op(sliceOp, any("x")))),
    replace: ({ x, inner }, node) => reshapeRows(x, inner, node),
  }),
  rule({
    name: "transpose(transpose(x)) → transpose(x)",
    why: "axis k is axis q[k] of what has axis p[j] of x as axis j",
    pattern: op(transposeOp, named("inner", op(transposeOp, any("x")))),
    replace: ({ x, inner }, node) => {
      const { permutation } = attrsOf(transposeOp, inner);
      return transpose(
        x,
        attrsOf(transposeOp, node).permutation.map((axis) => permutation[axis]!),
      );
    },
  }),
  rule({
    name: "reverse(reverse(x)) → reverse(x)",
    why: "an axis turned twice is as it was",
    pattern: op(reverseOp, named("inner", op(reverseOp, any("x")))),
    replace: ({ x, inner }, node) => {
      const [first, second] = [attrsOf(reverseOp, inner).axes, attrsOf(reverseOp, node).axes];
      const once = x.shape.map((_, axis) => axis).filter((axis) => first.includes(axis) !== second.includes(axis));
      return once.length === 0 ? x : reverse(x, once);
    },
  }),
  rule({
    name: "broadcastTo(broadcastTo(x)) → broadcastTo(x)",
    why: "both align at the last axis and repeat the same elements",
    pattern: op(broadcastToOp, broadcast),
    replace: ({ x }, node) => broadcastTo(x, node.shape),
  }),
  rule({
    name: "broadcastTo(reshape(x)) → broadcastTo(x)",
    why: "axes of size 1 in front are what broadcasting adds itself",
    pattern: op(broadcastToOp, named("inner", op(reshapeOp, any("x")))),
    replace: ({ x, inner }, node) => (addsLeadingOnes(inner.shape, x.shape) ? broadcastTo(x, node.shape) : undefined),
  }),
  rule({
    name: "slice(broadcastTo(x)) → broadcastTo(slice(x))",
    why: "along a repeated axis all elements are the same, along the others they are those of x",
    pattern: op(sliceOp, broadcast),
    replace: ({ x }, node) => sliceBroadcast(x, node),
  }),
  rule({
    name: "a view of one repeated element → broadcastTo(x)",
    why: "all elements are the same, wherever they go",
    pattern: any("node"),
    replace: (_, node) => {
      const [input] = node.inputs;
      const isRepeated = node.op.kind === "view" && node.op !== broadcastToOp && input?.op === broadcastToOp;
      const x = isRepeated ? input.inputs[0] : undefined;
      return x !== undefined && sizeOf(x.shape) === 1 ? broadcastTo(reshape(x, []), node.shape) : undefined;
    },
  }),
  rule({
    name: "pad(x) with nothing → x",
    why: "no element is added",
    pattern: op(padOp, any("x")),
    replace: ({ x }, node) => (sameShape(x.shape, node.shape) ? x : undefined),
  }),
  rule({
    name: "slice(pad(x)) of what was padded → x",
    why: "the slice reads exactly the places where pad put the elements of x",
    pattern: op(sliceOp, named("inner", op(padOp, any("x")))),
    replace: ({ x, inner }, node) => {
      const { before, between } = attrsOf(padOp, inner);
      const { start, size, step } = attrsOf(sliceOp, node);
      const isWhole =
        sameShape(size, x.shape) &&
        x.shape.every(
          (extent, axis) => start[axis] === before[axis] && (extent <= 1 || step[axis] === between[axis]! + 1),
        );
      return isWhole ? x : undefined;
    },
  }),
];
