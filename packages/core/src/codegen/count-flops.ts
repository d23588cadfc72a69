/** How many operations on f32 elements a program takes: known before it runs. */
import type { Kernel } from "./kernel.js";
import type { LaneExpression } from "./lane-expression.js";
import type { LoopNest } from "./loop-nest.js";
import { expressionsOf } from "./loops/nest-expressions.js";
import type { Step } from "./procedure/procedure.js";
import type { Statement } from "./loop-program.js";

/** Operations of some statements, loops with all their iterations; those on the host are not counted. */
export function countFlops(statements: readonly Statement[]): number {
  return statements.reduce((sum, statement) => {
    if (statement.kind === "loop") return sum + statement.count * countFlops(statement.body);
    return statement.kind === "call" ? sum + kernelFlops(statement.kernel) : sum;
  }, 0);
}

/** Operations of one call: 2 m n k of a product, else those of the loop's body times its iterations. */
export function kernelFlops(kernel: Kernel): number {
  if (kernel.kind === "matmul") return 2 * kernel.rows * kernel.inner * kernel.columns;
  if (kernel.kind === "procedure") return stepFlops(kernel.steps);
  return kernel.kind === "pack" ? 0 : nestFlops(kernel);
}

/** Additions to sums; sorting and choosing is none. */
function stepFlops(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    if (step.kind === "repeat") return sum + step.count * stepFlops(step.steps);
    return step.kind === "add" && step.value.dtype === "f32" ? sum + 1 : sum;
  }, 0);
}

function nestFlops(nest: LoopNest): number {
  const iterations = nest.shape.reduce((product, extent) => product * extent, 1);
  const combined = nest.stores.filter(({ mode, value }) => mode.kind !== "set" && value.dtype === "f32").length;
  let each = combined;
  for (const expression of expressionsOf(nest)) each += flopsOf(expression);
  return each * iterations;
}

/** A choice, a conversion or a look at bits is none; a multiplication with an addition is two. */
function flopsOf(expression: LaneExpression): number {
  if (expression.kind === "host") return expression.dtype === "f32" ? 1 : 0;
  if (expression.kind !== "operation" || expression.inputs[0]!.dtype !== "f32") return 0;
  if (["toInt", "bitsOf"].includes(expression.operation)) return 0;
  return expression.operation === "fma" ? 2 : 1;
}
