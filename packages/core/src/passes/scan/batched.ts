/** What one node of a step computes, for all steps at once: the table behind everything that leaves a time loop. */
import { apply } from "../../graph/apply.js";
import { withSite } from "../../graph/build-site.js";
import type { Node } from "../../graph/node.js";
import type { AnyOp, ReductionAttrs } from "../../graph/op.js";
import { clipGradientOp, scaleGradientOp, stopGradientOp } from "../../ops/gradient-control.js";
import { extractPatchesOp } from "../../ops/patches.js";
import { reshape, reshapeOp } from "../../ops/reshape.js";
import { reverseOp } from "../../ops/reverse.js";
import { sliceOp } from "../../ops/slice-pad.js";
import { broadcastTo, broadcastToOp } from "../../ops/sum-broadcast.js";
import { transposeOp } from "../../ops/transpose.js";
import { make } from "../pass.js";
import { attrsOf } from "../pattern.js";
import { generalRules, perPart } from "./batched-general.js";
import { stacked, type BatchRule, type OutsideValue } from "./outside-value.js";

/**
 * The values of a node of a step at all T steps, `[T, …S]`, from the values of its inputs outside the scan, of which at
 * least one is stacked; undefined if nobody has said how.
 */
export function batched(node: Node, inputs: readonly OutsideValue[], steps: number): Node | undefined {
  return withSite(node.site, () => {
    const value = ruleOf(node.op)?.(node, inputs, steps);
    // Named like the value of one step, unless it is a value that has a name.
    return value === undefined || node.label === undefined || value.label !== undefined
      ? value
      : apply(value.op, value.inputs, value.attrs, node.label);
  });
}

function ruleOf(op: AnyOp): BatchRule | undefined {
  if (op.kind === "elementwise") return elementwise;
  if (op.kind === "reduction") return reduction;
  return op.kind === "view" ? viewRules.get(op) : generalRules.get(op);
}

const elementwise: BatchRule = (node, inputs, steps) =>
  make(
    node.op,
    inputs.map((input) => stacked(input, steps)),
    node.attrs,
  );

const reduction: BatchRule = (node, [x], steps) => {
  const { axes } = node.attrs as ReductionAttrs;
  return make(node.op, [stacked(x!, steps)], { axes: axes.map((axis) => axis + 1) });
};

/** Views whose elements stay where they are. */
const inPlace: BatchRule = (node, [x], steps) => make(node.op, [stacked(x!, steps)], node.attrs);

const viewRules: ReadonlyMap<AnyOp, BatchRule> = new Map<AnyOp, BatchRule>([
  [stopGradientOp, inPlace],
  [clipGradientOp, inPlace],
  [scaleGradientOp, inPlace],
  [extractPatchesOp, perPart],
  [reshapeOp, (node, [x], steps) => reshape(stacked(x!, steps), [steps, ...node.shape])],
  [
    broadcastToOp,
    (node, [x], steps) => {
      const inner = node.inputs[0]!.shape;
      const added = node.shape.slice(inner.length).map(() => 1);
      return broadcastTo(reshape(stacked(x!, steps), [steps, ...added, ...inner]), [steps, ...node.shape]);
    },
  ],
  [
    transposeOp,
    (node, [x], steps) => {
      const { permutation } = attrsOf(transposeOp, node);
      return make(transposeOp, [stacked(x!, steps)], { permutation: [0, ...permutation.map((axis) => axis + 1)] });
    },
  ],
  [
    sliceOp,
    (node, [x], steps) => {
      const { start, size, step } = attrsOf(sliceOp, node);
      const all = { start: [0, ...start], size: [steps, ...size], step: [1, ...step] };
      return make(sliceOp, [stacked(x!, steps)], all);
    },
  ],
  [
    reverseOp,
    (node, [x], steps) => {
      const { axes } = attrsOf(reverseOp, node);
      return make(reverseOp, [stacked(x!, steps)], { axes: axes.map((axis) => axis + 1) });
    },
  ],
]);
