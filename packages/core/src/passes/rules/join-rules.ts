/** Exact rules of joining and cutting: what is cut out of a concatenation, and what is put together again. */
import type { Node } from "../../graph/node.js";
import { concat, concatOp } from "../../ops/concat.js";
import { sliceOp } from "../../ops/slice-pad.js";
import { rangeOf, readRange } from "../contiguous.js";
import { make } from "../pass.js";
import { attrsOf, named, op, rule, type Rule } from "../pattern.js";

const starts = new WeakMap<Node, readonly number[]>();

/** Where each part of a concatenation begins along its axis. Kept, since every step of an unfolded network asks. */
function startsOf(concatenation: Node): readonly number[] {
  const known = starts.get(concatenation);
  if (known !== undefined) return known;
  const { axis } = attrsOf(concatOp, concatenation);
  const found: number[] = [];
  let start = 0;
  for (const part of concatenation.inputs) {
    found.push(start);
    start += part.shape[axis]!;
  }
  starts.set(concatenation, found);
  return found;
}

/** The number of the last part that begins at or before the index; parts without elements are passed over. */
function partAt(begins: readonly number[], index: number): number {
  let [low, high] = [0, begins.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (begins[middle]! <= index) low = middle;
    else high = middle;
  }
  return low;
}

/** The same slice of the only part it reads. */
function sliceOfPart(joined: Node, node: Node): Node | undefined {
  const { axis } = attrsOf(concatOp, joined);
  const attrs = attrsOf(sliceOp, node);
  const begins = startsOf(joined);
  const first = attrs.start[axis]!;
  const count = attrs.size[axis]!;
  if (count === 0) return undefined;
  const number = partAt(begins, first);
  const part = joined.inputs[number]!;
  const last = first + (count - 1) * attrs.step[axis]!;
  if (last >= begins[number]! + part.shape[axis]!) return undefined;
  return make(sliceOp, [part], {
    ...attrs,
    start: attrs.start.map((start, i) => (i === axis ? start - begins[number]! : start)),
  });
}

/** Two neighbors as one part, or undefined if they are not neighbors in a common source. */
type Join = (a: Node, b: Node) => Node | undefined;

/** Neighbors cut from one node along the axis. */
function joinSlices(axis: number): Join {
  return (a, b) => {
    const [x] = a.inputs;
    if (a.op !== sliceOp || b.op !== sliceOp || x === undefined || x !== b.inputs[0]) return undefined;
    const [p, q] = [attrsOf(sliceOp, a), attrsOf(sliceOp, b)];
    const fits = p.start.every(
      (start, i) =>
        p.step[i] === q.step[i] &&
        (i === axis
          ? p.step[i] === 1 && start + p.size[i]! === q.start[i]
          : start === q.start[i] && p.size[i] === q.size[i]),
    );
    return fits
      ? make(sliceOp, [x], { ...p, size: p.size.map((size, i) => (i === axis ? size + q.size[i]! : size)) })
      : undefined;
  };
}

/** The parts with runs of neighbors joined; the very same list if there are none. */
function joinNeighbors(parts: readonly Node[], join: Join): readonly Node[] {
  const joined: Node[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const both = last && join(last, part);
    if (both === undefined) joined.push(part);
    else joined[joined.length - 1] = both;
  }
  return joined.length === parts.length ? parts : joined;
}

/** Parts that follow each other in one source, row-major, read as one range; for an axis with nothing outside it. */
function joinRanges(node: Node, axis: number): Node | undefined {
  if (node.shape.slice(0, axis).some((extent) => extent !== 1)) return undefined;
  const ranges = node.inputs.map(rangeOf);
  const [{ source, offset } = { source: node, offset: 0 }] = ranges;
  let end = offset;
  for (const range of ranges) {
    if (range.source !== source || range.offset !== end) return undefined;
    end += range.size;
  }
  return readRange({ source, offset, size: end - offset }, node.shape);
}

/** The rules, in the order in which they are tried. */
export const joinRules: readonly Rule[] = [
  rule({
    name: "slice(concat(a, b)) in a → slice(a)",
    why: "the same elements, counted from the beginning of the part",
    pattern: op(sliceOp, named("joined", op(concatOp))),
    replace: ({ joined }, node) => sliceOfPart(joined, node),
  }),
  rule({
    name: "concat(a, nothing) → a",
    why: "a part without elements adds none",
    pattern: op(concatOp),
    replace: (_, node) => {
      const { axis } = attrsOf(concatOp, node);
      const parts = node.inputs.filter(({ shape }) => shape[axis] !== 0);
      return parts.length === node.inputs.length
        ? undefined
        : concat(parts.length === 0 ? [node.inputs[0]!] : parts, axis);
    },
  }),
  rule({
    name: "concat(concat(a, b), c) → concat(a, b, c)",
    why: "the same parts one after the other",
    pattern: op(concatOp),
    replace: (_, node) => {
      const { axis } = attrsOf(concatOp, node);
      const isJoin = (part: Node): boolean => part.op === concatOp && attrsOf(concatOp, part).axis === axis;
      if (!node.inputs.some(isJoin)) return undefined;
      return concat(
        node.inputs.flatMap((part) => (isJoin(part) ? part.inputs : [part])),
        axis,
      );
    },
  }),
  rule({
    name: "concat of everything in order → reshape(x)",
    why: "the parts follow each other in x, row-major, as they do in the concatenation",
    pattern: op(concatOp),
    replace: (_, node) => joinRanges(node, attrsOf(concatOp, node).axis),
  }),
  rule({
    name: "concat(slice(x), next slice(x)) → slice(x)",
    why: "the parts follow each other in x as they do in the concatenation",
    pattern: op(concatOp),
    replace: (_, node) => {
      const { axis } = attrsOf(concatOp, node);
      const parts = joinNeighbors(node.inputs, joinSlices(axis));
      return parts === node.inputs ? undefined : concat(parts, axis);
    },
  }),
];
