/** What an optimizer is: a rule that turns parameters and gradients into updates, all of them graphs inside the compiled step. */
import {
  gradient,
  GraphError,
  leavesOf,
  ndArray,
  sizeOf,
  state,
  ValueError,
  type FloatNode,
  type Update,
} from "@unfold/core";
import { clipByGlobalNorm } from "./clip-by-global-norm.js";

/** What to train and how to tame it. */
export interface MinimizeOptions {
  /** Parameters to train; all that the loss depends on unless given. */
  readonly parameters?: readonly FloatNode[];
  /** Largest norm of all gradients together; no clipping unless given. */
  readonly clipGlobalNorm?: number;
}

/** A rule for training. One optimizer owns its moments: executables made with the same optimizer share them. */
export interface Optimizer {
  /**
   * The updates of one training step, for `runtime.compile({ updates })`.
   *
   * @shapes loss: f32[]
   * @throws GraphError NO_PARAMETERS if the loss depends on none. GradientError NO_PATH if a parameter named is not reached.
   */
  readonly minimize: (loss: FloatNode, options?: MinimizeOptions) => Update[];
  /** The updates for gradients computed elsewhere, one per parameter. */
  readonly apply: (parameters: readonly FloatNode[], gradients: readonly FloatNode[]) => Update[];
}

/** A number, or a scalar node: an input to feed it, a state to carry it. */
export type Scalar = number | FloatNode;

/**
 * An optimizer from a rule for all parameters at once: how to write one's own.
 *
 * @param apply - the updates for parameters and their gradients, one per parameter; the built-in optimizers are written
 *   with this function, `stateLeaves` for their moments, and nothing else
 * @example
 * // steps of one size, whatever the gradient: the sign of each element decides
 * const signs = makeOptimizer((parameters, gradients) =>
 *   parameters.map((parameter, i) => [parameter, sub(parameter, mul(0.25, sign(gradients[i])))]),
 * );
 * const w = param("w", 3);
 * const [[target, next]] = signs.minimize(mul(w, w));
 * evaluate(next).item(); // → 2.75
 */
export function makeOptimizer(apply: Optimizer["apply"]): Optimizer {
  return {
    apply,
    minimize: (loss, options = {}) => {
      const parameters = options.parameters ?? (leavesOf([loss], "param") as FloatNode[]);
      if (parameters.length === 0) {
        throw new GraphError({
          code: "NO_PARAMETERS",
          where: "minimize(loss)",
          rule: "the loss must depend on at least one parameter",
          got: "none",
          fix: "Make weights with param(path, initial) or a layer",
        });
      }
      const gradients = gradient(loss, parameters);
      const { clipGlobalNorm } = options;
      return apply(
        parameters,
        clipGlobalNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipGlobalNorm).gradients,
      );
    },
  };
}

/**
 * The state leaves of one optimizer: made when first asked for, the same ones afterwards.
 *
 * @param prefix - the first level of their paths
 * @returns a function from a path, a shape and the number that all elements start from, 0 unless given, to the leaf
 * @example
 * const stateLeaf = stateLeaves("momentum");
 * stateLeaf("w", [2]) === stateLeaf("w", [2]); // → true
 */
export function stateLeaves(prefix: string): (path: string, shape: readonly number[], initial?: number) => FloatNode {
  const leaves = new Map<string, FloatNode>();
  return (path, shape, initial = 0) => {
    const name = `${prefix}/${path}`;
    const found = leaves.get(name);
    if (found !== undefined) return found;
    const leaf = state(name, ndArray(new Float64Array(sizeOf(shape)).fill(initial), { shape }));
    leaves.set(name, leaf);
    return leaf;
  };
}

/**
 * The path of a parameter, for the names of its moments.
 *
 * @throws GraphError NOT_A_PARAMETER if the node is not a parameter.
 */
export function pathOf(parameter: FloatNode): string {
  if (parameter.op.kind === "leaf" && parameter.op.role === "param" && parameter.label !== undefined)
    return parameter.label;
  throw new GraphError({
    code: "NOT_A_PARAMETER",
    where: "minimize(loss, { parameters })",
    rule: "only parameters can be trained",
    got: parameter.toString(),
    fix: "Make it with param(path, initial)",
  });
}

/**
 * Checks a setting of an optimizer; one that is a node is not known yet and passes.
 *
 * @param range - what `isValid` asks for, as the error says it
 * @throws ValueError OPTIMIZER_SETTING unless the setting lies in its range.
 */
export function checkSetting(
  where: string,
  name: string,
  value: Scalar,
  isValid: (value: number) => boolean,
  range: string,
): void {
  if (typeof value !== "number" || isValid(value)) return;
  throw new ValueError({
    code: "OPTIMIZER_SETTING",
    where,
    rule: `${name} must be ${range}`,
    got: String(value),
    details: { [name]: value },
  });
}
