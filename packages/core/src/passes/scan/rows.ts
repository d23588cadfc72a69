/** Nodes whose rows, along their first axis, are computed each by itself: so that some of the rows can be computed elsewhere. */
import { constantOp } from "../../graph/leaves.js";
import type { Node } from "../../graph/node.js";
import type { AnyOp, Attrs } from "../../graph/op.js";
import { checkRangeOp } from "../../ops/check-range.js";
import { concatOp } from "../../ops/concat.js";
import { clipGradientOp, scaleGradientOp, stopGradientOp } from "../../ops/gradient-control.js";
import { matmulOp } from "../../ops/matmul.js";
import { oneHotOp } from "../../ops/one-hot.js";
import { reshapeOp } from "../../ops/reshape.js";
import { sliceOp } from "../../ops/slice-pad.js";
import { broadcastTo, broadcastToOp } from "../../ops/sum-broadcast.js";
import { takeAlongAxisOp } from "../../ops/take-along-axis.js";
import { transposeOp } from "../../ops/transpose.js";
import { attrsOf } from "../pattern.js";

/** The settings of a node for so many rows; undefined if its rows need one another. */
export function attrsForRows(node: Node, rows: number): Attrs | undefined {
  const { op, attrs, shape } = node;
  if (op.kind === "elementwise") return attrs;
  if (op.kind === "reduction") return (attrs["axes"] as readonly number[]).includes(0) ? undefined : attrs;
  return RULES.get(op)?.(node, attrs, rows, shape);
}

/** Which inputs of a node hold rows; the others are the same for all of them. */
export function hasRows(node: Node, input: number): boolean {
  if (node.op === matmulOp) return input === 0 || node.inputs[1]!.shape.length > 2;
  return true;
}

type RowRule = (node: Node, attrs: Attrs, rows: number, shape: readonly number[]) => Attrs | undefined;

const same: RowRule = (_, attrs) => attrs;
const alongAnotherAxis: RowRule = (_, attrs) => (attrs["axis"] === 0 ? undefined : attrs);
const shaped: RowRule = (_, attrs, rows, shape) => ({ ...attrs, shape: [rows, ...shape.slice(1)] });

const RULES: ReadonlyMap<AnyOp, RowRule> = new Map<AnyOp, RowRule>([
  [stopGradientOp, same],
  [clipGradientOp, same],
  [scaleGradientOp, same],
  [oneHotOp, same],
  [checkRangeOp, same],
  [concatOp, alongAnotherAxis],
  [takeAlongAxisOp, alongAnotherAxis],
  [reshapeOp, shaped],
  [
    broadcastToOp,
    (node, ...rest) => (node.inputs[0]!.shape.length === node.shape.length ? shaped(node, ...rest) : undefined),
  ],
  [transposeOp, (node, attrs) => (attrsOf(transposeOp, node).permutation[0] === 0 ? attrs : undefined)],
  [
    sliceOp,
    (node, attrs, rows) => {
      const { start, size, step } = attrsOf(sliceOp, node);
      const isWhole = start[0] === 0 && step[0] === 1 && size[0] === node.inputs[0]!.shape[0];
      return isWhole ? { ...attrs, size: [rows, ...size.slice(1)] } : undefined;
    },
  ],
  [
    matmulOp,
    (node, attrs) => {
      const { transposeA } = attrsOf(matmulOp, node);
      const isOfRows = node.shape.length === 2 && !transposeA;
      return node.shape.length > 2 || isOfRows ? attrs : undefined;
    },
  ],
]);

/** What is the same in all rows, repeated for so many; undefined if rows differ. */
export function repeatedRows(node: Node, rows: number): Node | undefined {
  const shape = [rows, ...node.shape.slice(1)];
  if (node.op === broadcastToOp) {
    const [source] = node.inputs as [Node];
    if (source.shape.length < node.shape.length || source.shape[0] === 1) return broadcastTo(source, shape);
  }
  if (node.op === constantOp && node.shape.length === 0) return node;
  return undefined;
}
