/** A loop nest as a WebAssembly function. */
import { sizeOf } from "../../tensor/shape.js";
import type { KernelImports } from "../kernel-imports.js";
import type { LaneExpression } from "../lane-expression.js";
import type { LoopNest, Store } from "../loop-nest.js";
import type { FunctionReference } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Target } from "../wasm/target.js";
import { Emission } from "./emission.js";
import { isReducedAxis } from "./loop-axes.js";
import { writeNest } from "./loops.js";
import { accessesOf } from "./nest-expressions.js";
import { planNest, type NestPlan } from "./plan-nest.js";
import { scalarCode } from "./scalar-code.js";
import { valueLocal } from "./values.js";
import { vectorCode } from "./vector-code.js";

/** Whether a nest reads or writes at indices that it reads elsewhere; then its function takes a number for the error. */
export function hasIndirect(kernel: LoopNest): boolean {
  return accessesOf(kernel).some(({ indirect }) => indirect.length > 0);
}

/**
 * The function (pointer of each operand, then a number that `fail` is given if `hasIndirect`). A pointer is the address
 * of an element that may exist or not, never a negative number.
 *
 * Every element that is set, or added to, has the same bits on all targets, except for `fma`, which rounds once where the
 * target is relaxed and twice elsewhere; where an element lies never matters. An iteration reads before it writes, so an
 * operand that is written may lie on one that is read if both are accessed element by element alike; nothing that is
 * reduced into may lie on anything else.
 *
 * A sum of n floats is made in several parts, with an error of at most (512 + n / 16) · 2⁻²⁴ · Σ |x|, to first order;
 * integers wrap; the least and largest of floats are NaN if any of them is.
 */
export function emitLoopNest(
  kernel: LoopNest,
  module: ModuleBuilder,
  target: Target,
  imports: KernelImports,
): FunctionReference {
  const parameters = new Array<"i32">(kernel.operands.length + (hasIndirect(kernel) ? 1 : 0)).fill("i32");
  const nest = sizeOf(kernel.shape) === 0 ? identities(kernel) : kernel;
  return module.addFunction({ parameters, results: [] }, (f) => {
    if (sizeOf(nest.shape) === 0) return;
    const code = target.simd ? vectorCode(target.relaxed) : scalarCode;
    const write = (plan: NestPlan): void => {
      writeNest(new Emission(f, plan, code, imports, valueLocal));
    };
    const plan = planNest(nest, target);
    if (plan.isPartial) write(planNest(identities(nest), target));
    write(plan);
  });
}

/** A nest that stores what reductions of nothing are. */
function identities(kernel: LoopNest): LoopNest {
  const shape = kernel.shape.map((extent, axis) => (isReducedAxis(kernel, axis) ? 1 : extent));
  const stores = kernel.stores.map(({ access, value: { dtype }, mode }): Store => {
    const value: LaneExpression = { kind: "constant", dtype, value: mode.kind === "reduce" ? mode.identity : 0 };
    return { access, value, mode: { kind: "set" } };
  });
  return { ...kernel, shape, stores };
}
