/** A product as one function: blocks, panels and calls of the innermost loops. */
import type { MatmulKernel } from "../kernel.js";
import type { FunctionReference, Local } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import type { Target } from "../wasm/target.js";
import { emitDots } from "./dots.js";
import { pointers } from "./function-cache.js";
import { normalized } from "./normalized.js";
import { planMatmul } from "./plan-matmul.js";
import { scalarInit, scalarMatmul } from "./scalar.js";
import { emitTiles } from "./tiles.js";

/**
 * The function (a, b, c, init if there is one, scratch if `scratchFloats` is not 0).
 *
 * Every element is init, or 0, and then a_k b_k is added for k = 0, 1, … in order, with one rounding per step if the
 * target fuses multiplication and addition, else two. Where B's columns are contiguous and A has few rows the sum is
 * made in eight parts, k mod 8, that are added at last. Either way the error is at most
 * (inner + 1) · 2⁻²⁴ · (|init| + Σ |a_k| |b_k|), to first order.
 */
export function emitMatmul(kernel: MatmulKernel, module: ModuleBuilder, target: Target): FunctionReference {
  const product = normalized(kernel);
  const plan = planMatmul(product, target);
  const isSwapped = product.rows !== kernel.rows;
  const count = (kernel.init ? 4 : 3) + (plan.scratch > 0 ? 1 : 0);
  return module.addFunction(pointers(count), (f) => {
    if (isSwapped) {
      const [a, b] = f.parameters as [Local, Local];
      f.get(a).get(b).set(a).set(b);
    }
    switch (plan.form) {
      case "none":
        return;
      case "init":
        scalarInit(f, product);
        return;
      case "scalar":
        scalarMatmul(f, product);
        return;
      case "dots":
        emitDots(f, product, module, target);
        return;
      case "tiles":
        emitTiles(f, product, plan, module, target);
    }
  });
}
