/** What every loss can be told: how positions are joined, how much each counts, and which do not. */
import { describe, DTypeError, formatType, NdArray, ShapeError, ValueError } from "@unfold/core";
import type { BoolNode, DType, FloatNode, Node, Shape } from "@unfold/core";
import type { SettingRange } from "../settings/check-setting.js";

/** The mean over all positions that count, their sum, or each by itself. */
export type LossReduction = "mean" | "sum" | "none";

/** How the losses of all positions become one. */
export interface LossOptions {
  /** "mean" (default) divides by the sum of the weights, or by the number of positions that count; "sum"; or "none". */
  readonly reduction?: LossReduction;
  /** How much each position counts, ≥ 0: the axes of the losses, each of its size or 1. All count 1 unless given. */
  readonly weights?: FloatNode;
  /**
   * Where it is true a position counts: the axes of the losses, each of its size or 1. Elsewhere the loss is 0, whatever finite
   * numbers it was made of, and labels may be any. All count unless given.
   */
  readonly mask?: BoolNode;
}

const REDUCTIONS: readonly unknown[] = ["mean", "sum", "none"];

/**
 * Checks what a loss was told against the shape of its positions.
 *
 * @throws ValueError LOSS_REDUCTION, LOSS_VALUE. DTypeError LOSS_DTYPE. ShapeError LOSS_SHAPE
 */
export function checkLossOptions(where: string, positions: Shape, options: LossOptions): void {
  // A bare "sum" from callers that TypeScript does not watch would be taken for no options, and the mean be returned.
  const isRecord = typeof options === "object" && (options as LossOptions | null) !== null;
  if (!isRecord || !REDUCTIONS.includes(options.reduction ?? "mean")) {
    throw new ValueError({
      code: "LOSS_REDUCTION",
      where,
      rule: 'options must be a record whose reduction is "mean", "sum" or "none"',
      got: JSON.stringify(options),
      fix: 'Write { reduction: "sum" }',
    });
  }
  const { weights, mask } = options;
  if (mask !== undefined) {
    checkDType(where, "mask", mask, "bool", "Compare numbers: notEqual(mask, 0)");
    checkPositions(where, "mask", mask, positions);
  }
  if (weights === undefined) return;
  checkDType(where, "weights", weights, "f32", 'Convert them: cast(weights, "f32")');
  checkPositions(where, "weights", weights, positions);
  checkKnownValues(where, "weights", weights, WEIGHT);
}

const WEIGHT: SettingRange = {
  words: "finite numbers ≥ 0",
  holds: (value) => value >= 0 && Number.isFinite(value),
};

/** Checks the values of a constant; those of other nodes are not known yet. @throws ValueError LOSS_VALUE */
export function checkKnownValues(where: string, name: string, node: Node, { words, holds }: SettingRange): void {
  const value = node.op.kind === "leaf" && node.op.role === "constant" ? node.attrs["value"] : undefined;
  if (!(value instanceof NdArray)) return;
  const index = value.data.findIndex((element) => !holds(element));
  if (index === -1) return;
  throw new ValueError({
    code: "LOSS_VALUE",
    where,
    rule: `${name} must be ${words}`,
    got: `${value.data[index]} at position ${index}`,
    details: { index },
  });
}

/** Checks that two nodes have one shape: broadcasting in a loss is nearly always a mistake. @throws ShapeError LOSS_SHAPE */
export function checkSameShape(where: string, nodes: Readonly<Record<string, Node>>): void {
  const [[a, first], [b, second]] = Object.entries(nodes) as [[string, Node], [string, Node]];
  if (first.shape.join() === second.shape.join()) return;
  throw new ShapeError({
    code: "LOSS_SHAPE",
    where,
    rule: "both must have one shape",
    got: `${a} = ${describe(first)} and ${b} = ${describe(second)}`,
  });
}

/** Checks that two nodes have one shape with an axis of features. @throws ShapeError LOSS_SHAPE */
export function checkVectors(where: string, nodes: Readonly<Record<string, Node>>): void {
  checkSameShape(where, nodes);
  const [[name, node]] = Object.entries(nodes) as [[string, Node]];
  if (node.shape.length > 0) return;
  throw new ShapeError({
    code: "LOSS_SHAPE",
    where,
    rule: `${name} must have at least one axis`,
    got: describe(node),
  });
}

/** Throws DTypeError LOSS_DTYPE unless the node has the dtype. */
export function checkDType(where: string, name: string, node: Node, dtype: DType, fix: string): void {
  if (node.dtype === dtype) return;
  throw new DTypeError({
    code: "LOSS_DTYPE",
    where,
    rule: `${name} must be ${dtype}`,
    got: describe(node),
    fix,
  });
}

/** A mask `[T, B]` of losses `[T, B, F]` would be read along the wrong axes where sizes happen to agree. */
function checkPositions(where: string, name: string, node: Node, positions: Shape): void {
  const fits = ({ shape }: Node): boolean =>
    shape.length === positions.length && shape.every((extent, axis) => extent === 1 || extent === positions[axis]);
  if (fits(node)) return;
  throw new ShapeError({
    code: "LOSS_SHAPE",
    where,
    rule: `${name} must have the axes of the losses, ${formatType({ dtype: node.dtype, shape: positions })}, each of its size or 1`,
    got: describe(node),
    fix: "Give it axes of size 1 with reshape",
  });
}
