/** What an optimizer is: a rule that turns parameters and gradients into updates, all of them graphs inside the compiled step. */
import {
  checkKeys,
  checkList,
  gradient,
  GraphError,
  leavesOf,
  requireNode,
  sinkIntoScans,
  type FloatNode,
  type Update,
} from "@unfold/core";
import { clipGradients, type ClipOptions } from "./clip-gradients.js";

/** What to train and how to tame it. */
export interface MinimizeOptions extends ClipOptions {
  /** Parameters to train; all that the loss depends on unless given. */
  readonly parameters?: readonly FloatNode[];
  /** Called with the gradient of each parameter, before clipping: to monitor `globalNorm(gradients)`. */
  readonly onGradients?: (gradients: readonly FloatNode[]) => void;
}

/** A rule for training. One optimizer owns its moments: executables made with the same optimizer share them. */
export interface Optimizer {
  /** η of the next update, `f32[]`, as a graph of the optimizer's state; undefined if there are several, or none. */
  readonly learningRate?: FloatNode | undefined;
  /**
   * The updates of one training step, for `runtime.compile({ updates })`.
   *
   * @shapes loss: f32[]
   * @throws GraphError NO_PARAMETERS if the loss depends on none. GradientError NO_PATH if a parameter named is not reached. ValueError SETTING_RANGE if a limit is not a finite number > 0.
   */
  readonly minimize: (loss: FloatNode, options?: MinimizeOptions) => Update[];
  /** The updates for gradients computed elsewhere, one per parameter. */
  readonly apply: (
    parameters: readonly FloatNode[],
    gradients: readonly FloatNode[],
    options?: ClipOptions,
  ) => Update[];
}

/** The updates for parameters and their gradients, one gradient per parameter. */
export type OptimizerRule = (parameters: readonly FloatNode[], gradients: readonly FloatNode[]) => Update[];

/**
 * An optimizer from a rule for all parameters at once: how to write one's own. A rule for one parameter at a time is
 * shorter with `parameterwise`.
 *
 * @param rule - the built-in optimizers are written with such rules, `stateLeaves` for their moments, and nothing else
 * @param learningRate - η of the next update, for records of training
 * @example
 * // steps of one size, whatever the gradient: the sign of each element decides
 * const signs = makeOptimizer((parameters, gradients) =>
 *   parameters.map((parameter, i) => [parameter, sub(parameter, mul(0.25, sign(gradients[i])))]),
 * );
 * const w = param("w", 3);
 * const [[target, next]] = signs.minimize(mul(w, w));
 * evaluate(next).item(); // → 2.75
 */
export function makeOptimizer(rule: OptimizerRule, learningRate?: FloatNode): Optimizer {
  return optimizerOf(
    (parameters, gradients, clip) => rule(parameters, clipGradients(parameters, gradients, clip)),
    learningRate,
  );
}

/** An optimizer that clips by itself: one that adds up gradients before they are clipped. */
export function optimizerOf(apply: Optimizer["apply"], learningRate?: FloatNode): Optimizer {
  return {
    learningRate,
    apply,
    minimize: (loss, options = {}) => {
      requireNode("minimize(loss, options)", "loss", loss);
      checkKeys("minimize(loss, options)", "options", options, {
        parameters: true,
        onGradients: true,
        clipValue: true,
        clipNorm: true,
        clipGlobalNorm: true,
        clipAdaptive: true,
      });
      const { parameters = leavesOf([loss], "param") as FloatNode[], onGradients, ...clip } = options;
      checkList(
        "minimize(loss, { parameters })",
        "parameters must be a list of nodes",
        parameters,
        "trainable({ cell: cell.parameters, head: head.parameters }) gives one",
      );
      if (parameters.length === 0) {
        throw new GraphError({
          code: "NO_PARAMETERS",
          where: "minimize(loss)",
          rule: "the loss must depend on at least one parameter",
          got: "none",
          fix: "Make weights with param(path, initial) or a layer",
        });
      }
      const gradients = gradient(sinkIntoScans(loss), parameters);
      onGradients?.(gradients);
      return apply(parameters, gradients, clip);
    },
  };
}
