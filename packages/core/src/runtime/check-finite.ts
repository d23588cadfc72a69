/** Check mode: which elements of a value are not finite through no fault of what it was computed from, and the error about it. */
import { RuntimeError } from "../errors.js";
import { describe, type Node } from "../graph/node.js";
import { nodeAtRunTime } from "../graph/index-range.js";
import { indexOf, sizeOf, type Shape } from "../tensor/shape.js";
import { stridedWalk } from "../tensor/strided-walk.js";

/** A value where it lies: its elements are those of `data` at offset + Σ index(axis) · stride(axis). */
export interface LyingValue {
  readonly data: ArrayLike<number>;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A scan around a node, and the element of its sequences that it is at. */
export interface RunningScan {
  readonly scan: Node;
  readonly t: number;
}

/**
 * Throws if the node's value has NaN although no operand has, or ±∞ although no operand has. So the first node that
 * is asked about is the one that made it, and what is computed from a constant with infinities, a mask, may be infinite.
 *
 * @param operands - the values of the node's inputs
 * @param around - outermost first
 * @param mayBeInfinite - whether only NaN counts
 * @throws RuntimeError NOT_FINITE
 */
export function checkFinite(
  node: Node,
  value: LyingValue,
  operands: readonly LyingValue[],
  around: readonly RunningScan[],
  mayBeInfinite = false,
): void {
  const own = survey(node.shape, value);
  if (own.nan.count === 0 && own.infinite.count === 0) return;
  const read = node.inputs.map(({ dtype, shape }, i) => (dtype === "f32" ? survey(shape, operands[i]!) : undefined));
  const isGiven = (kind: "nan" | "infinite"): boolean =>
    (kind === "infinite" && mayBeInfinite) || read.some((one) => one !== undefined && one[kind].count > 0);
  const made = (["nan", "infinite"] as const).filter((kind) => !isGiven(kind)).map((kind) => own[kind]);
  const count = made.reduce((sum, { count: some }) => sum + some, 0);
  const first = Math.min(...made.filter(({ count: some }) => some > 0).map(({ first: at }) => at));
  if (count > 0) throw notFinite(node, { value, operands, around, count, first });
}

interface Found {
  readonly value: LyingValue;
  readonly operands: readonly LyingValue[];
  readonly around: readonly RunningScan[];
  readonly count: number;
  /** Row-major. */
  readonly first: number;
}

function notFinite(node: Node, { value, operands, around, count, first }: Found): RuntimeError {
  const index = indexOf(first, node.shape);
  const element = elementAt(value, index);
  const steps = around.map(({ t }) => t);
  const read = node.op.kind === "elementwise" ? operands.map((operand) => elementAt(operand, index)) : [];
  const names = node.op.parameters.map((name, i) => `${name} = ${String(read[i])}`);
  return new RuntimeError({
    code: "NOT_FINITE",
    where: node.op.kind === "leaf" ? `${node.op.name} ${describe(node)}` : nodeAtRunTime(node),
    rule: "every element must be finite",
    got: [
      `${element} at [${index.join(", ")}]${read.length > 0 ? ` from ${names.join(", ")}` : ""}`,
      `the first of ${count} such elements of ${sizeOf(node.shape)}`,
      ...(steps.length === 1 ? [`in step ${steps.join()} of the scan around it`] : []),
      ...(steps.length > 1 ? [`in steps ${steps.join(", ")} of the scans around it, outermost first`] : []),
    ].join(", "),
    fix: "Parameters and states have kept their values",
    details: { op: node.op.name, label: node.label, type: node.type, element, index, count, steps, operands: read },
  });
}

interface Elements {
  readonly count: number;
  readonly first: number;
}

/** How many elements are NaN and how many infinite, and the first of each, row-major. */
function survey(shape: Shape, { data, offset, strides }: LyingValue): { readonly nan: Elements; infinite: Elements } {
  const nan = { count: 0, first: -1 };
  const infinite = { count: 0, first: -1 };
  stridedWalk(shape, offset, strides, (index, position) => {
    const element = data[position]!;
    if (Number.isFinite(element)) return;
    const kind = Number.isNaN(element) ? nan : infinite;
    if (kind.count++ === 0) kind.first = index;
  });
  return { nan, infinite };
}

function elementAt({ data, offset, strides }: LyingValue, index: readonly number[]): number {
  return data[strides.reduce((sum, stride, axis) => sum + stride * index[axis]!, offset)]!;
}
