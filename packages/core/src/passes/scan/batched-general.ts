/** How ops that are neither elementwise nor views nor reductions work on all steps at once: one more axis in front. */
import type { IntNode, Node } from "../../graph/node.js";
import type { AnyOp } from "../../graph/op.js";
import { argmaxOp } from "../../ops/argmax.js";
import { argsortOp } from "../../ops/argsort.js";
import { categoricalOp } from "../../ops/categorical.js";
import { checkRangeOp } from "../../ops/check-range.js";
import { concatOp } from "../../ops/concat.js";
import { cumulativeSumOp } from "../../ops/cumulative-sum.js";
import { gather, gatherOp, scatterOp } from "../../ops/gather-scatter.js";
import { matmulOp } from "../../ops/matmul.js";
import { oneHotOp } from "../../ops/one-hot.js";
import { accumulatePatchesOp } from "../../ops/patches.js";
import { reshape } from "../../ops/reshape.js";
import { padOp } from "../../ops/slice-pad.js";
import { addAlongAxisOp, takeAlongAxisOp } from "../../ops/take-along-axis.js";
import { transpose } from "../../ops/transpose.js";
import { make } from "../pass.js";
import { attrsOf } from "../pattern.js";
import { batchedMatmul } from "./batched-matmul.js";
import { stacked, type BatchRule } from "./outside-value.js";

/** Works along an axis of all its inputs, each line by itself. */
const alongAxis: BatchRule = (node, inputs, steps) =>
  make(
    node.op,
    inputs.map((input) => stacked(input, steps)),
    { ...node.attrs, axis: (node.attrs["axis"] as number) + 1 },
  );

/** Works on each element by itself, and may add axes behind it. */
const perElement: BatchRule = (node, [x], steps) => make(node.op, [stacked(x!, steps)], node.attrs);

/** Works on each row of the last axis by itself. */
const perRow: BatchRule = (node, inputs, steps) =>
  make(
    node.op,
    inputs.map((input) => stacked(input, steps)),
    node.attrs,
  );

/** Works on each of the N parts of `[N, …S]` by itself. */
export const perPart: BatchRule = (node, [x], steps) => {
  const [count, ...part] = node.inputs[0]!.shape;
  const parts = reshape(stacked(x!, steps), [steps * count!, ...part]);
  return reshape(make(node.op, [parts], node.attrs), [steps, ...node.shape]);
};

/** One table for all steps, or one list of indices for all steps. */
const batchedGather: BatchRule = (node, [x, indices]) => {
  const { axis } = attrsOf(gatherOp, node);
  if (!indices!.isStacked) return gather(x!.node, indices!.node as IntNode, axis + 1);
  if (x!.isStacked) return undefined;
  const found = gather(x!.node, indices!.node as IntNode, axis);
  return axis === 0 ? found : moveToFront(found, axis);
};

function moveToFront(node: Node, axis: number): Node {
  const others = node.shape.map((_, i) => i).filter((i) => i !== axis);
  return transpose(node, [axis, ...others]);
}

export const generalRules: ReadonlyMap<AnyOp, BatchRule> = new Map<AnyOp, BatchRule>([
  [matmulOp, batchedMatmul],
  [concatOp, alongAxis],
  [takeAlongAxisOp, alongAxis],
  [addAlongAxisOp, alongAxis],
  [cumulativeSumOp, alongAxis],
  [argmaxOp, alongAxis],
  [argsortOp, alongAxis],
  [categoricalOp, perRow],
  [oneHotOp, perElement],
  [checkRangeOp, perElement],
  [accumulatePatchesOp, perPart],
  [gatherOp, batchedGather],
  [
    scatterOp,
    (node, [updates, indices]) => {
      const { axis, size } = attrsOf(scatterOp, node);
      return indices!.isStacked ? undefined : make(scatterOp, [updates!.node, indices!.node], { axis: axis + 1, size });
    },
  ],
  [
    padOp,
    (node, [x], steps) => {
      const { before, after, between, value } = attrsOf(padOp, node);
      const widths = { before: [0, ...before], after: [0, ...after], between: [0, ...between] };
      return make(padOp, [stacked(x!, steps)], { ...widths, value });
    },
  ],
]);
