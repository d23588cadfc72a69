/** Whether a training step keeps to finite numbers, and where it began if it does not. */
import {
  abs,
  add,
  createRuntime,
  less,
  leavesOf,
  mul,
  RuntimeError,
  sizeOf,
  sum,
  type BoolNode,
  type FloatNode,
  type NdArray,
  type NodeRecord,
  type Runtime,
  type Update,
} from "@unfold/core";
import { readLeaves, writeLeaves } from "../checkpoints/leaf-values.js";
import type { Batch } from "../data/batches-of.js";

/**
 * The next values of parameters with at most so many elements are looked at in every step; those of larger ones, which would
 * be computed once more for it, only when they are kept (`checkWeights`). Their gradients are finite.
 */
const SMALL = 4096;

/**
 * Whether the loss, its gradients and the next values of small parameters are finite.
 *
 * @shapes loss: f32[] -> bool[]
 */
export function isStepFinite(loss: FloatNode, gradients: readonly FloatNode[], updates: readonly Update[]): BoolNode {
  const next = updates.flatMap(([leaf, value]) =>
    leaf.op.kind === "leaf" && leaf.op.role === "param" && sizeOf(leaf.shape) <= SMALL ? [value as FloatNode] : [],
  );
  // 0 unless an element is NaN or ±∞, and then NaN.
  return less([...gradients, ...next].map((values) => sum(mul(values, 0))).reduce(add, abs(loss)), Infinity);
}

/** A step that has updated nothing. */
export interface RefusedStep {
  readonly runtime: Runtime;
  readonly inputs: NodeRecord;
  readonly batch: Batch;
  readonly loss: FloatNode;
  readonly updates: readonly Update[];
}

/** Runs the step once more in check mode, with the weights as they are, to learn where it began. */
export async function whyNotFinite(
  got: number,
  { runtime, inputs, batch, loss, updates }: RefusedStep,
): Promise<RuntimeError> {
  const checked = await createRuntime({ check: true });
  const executable = await checked.compile({ inputs, outputs: { loss }, updates });
  const read = [loss, ...updates.flat()];
  const leaves = [...leavesOf(read, "param"), ...leavesOf(read, "state")];
  writeLeaves(checked, leaves, readLeaves(runtime, leaves));
  let origin = "";
  try {
    executable.run(batch);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    origin = `: ${error.message.replace(/\.$/, "")}`;
  }
  return new RuntimeError({
    code: "LOSS_NOT_FINITE",
    where: "trainer.step(batch)",
    rule: "the loss and the updated parameters must be finite numbers",
    got: `a loss of ${got}${Number.isFinite(got) ? ", parameters that are not" : ""}${origin}`,
    fix: "This step has updated nothing. Use a smaller learning rate, or clip gradients",
  });
}

/**
 * Looks at values before they are kept.
 *
 * @throws RuntimeError WEIGHTS_NOT_FINITE naming the leaf and the element
 */
export function checkWeights(values: ReadonlyMap<string, NdArray>, step: number): void {
  for (const [path, { data }] of values) {
    const index = data.findIndex((element) => !Number.isFinite(element));
    if (index === -1) continue;
    throw new RuntimeError({
      code: "WEIGHTS_NOT_FINITE",
      where: `fit(trainer, options), after step ${step}`,
      rule: "what is learned must be finite numbers",
      got: `${data[index]} at element ${index} of "${path}"`,
      fix: "Go on from the last checkpoint with a smaller learning rate or clipped gradients; createRuntime({ check: true }) names the operation",
      details: { path, index, step },
    });
  }
}
